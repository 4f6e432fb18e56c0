"""What the server and a builder say to each other: a message a line, as JSON in ASCII.

The server's first message is a `Start`. Each later one has a number and says what changed on disk,
or what the text of an open document is. The builder answers each with its number once all answers
of the index know of it, and says how far it has come by itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

import attrs
from cattrs.preconf.json import make_converter

from jedimind.index.roots import Root

# The names of the workspace are there; those of the search path are, too.
Stage = Literal["workspace", "all"]


@attrs.frozen
class Start:
    """The directories to index, the workspace first, and the database for open documents."""

    roots: list[Root]
    overlay: Path


@attrs.frozen
class Change:
    """Files and directories that changed, appeared or went, or the text of an open document.

    Without a text the document at `overlay` is closed: the file is what counts again.
    """

    number: int
    paths: list[Path] = attrs.field(factory=list)
    overlay: Path | None = None
    text: str | None = None


@attrs.frozen
class Report:
    """What the builder says: that a change was taken over, or that a stage is reached."""

    done: int | None = None
    stage: Stage | None = None


_Message = TypeVar("_Message", Start, Change, Report)

_converter = make_converter()
_converter.register_unstructure_hook_func(lambda kind: kind is Path, str)
_converter.register_structure_hook(Path, lambda value, _: Path(value))


def decode(line: bytes, kind: type[_Message]) -> _Message:
    return _converter.loads(line, kind)


def encode(message: Start | Change | Report) -> bytes:
    return _converter.dumps(message).encode("ascii") + b"\n"
