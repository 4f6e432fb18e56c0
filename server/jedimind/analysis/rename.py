"""A new name for something: every edit that it takes, or a sentence that says why it cannot be."""

from __future__ import annotations

from pathlib import Path

import attrs

from jedimind.analysis.location import Location
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question


@attrs.frozen
class Renamable:
    """The `name` at a place and where it stands; `refusal` is a sentence if it must stay."""

    name: str = ""
    location: Location | None = None
    refusal: str | None = None


@attrs.frozen
class RenamableQuestion(Question[Renamable]):
    """Asks whether the name at `place` can have another; `folders` are the user's own files."""

    place: SourcePlace
    folders: tuple[Path, ...]


@attrs.frozen
class FileMove:
    """A file or directory that has to have another path."""

    old: Path
    new: Path


@attrs.frozen
class Renaming:
    """Where the new name has to be written in the place of the old one.

    `moves` are to be made after that. With a `refusal`, a sentence, nothing is to be done.
    """

    found: tuple[Location, ...] = ()
    moves: tuple[FileMove, ...] = ()
    refusal: str | None = None


@attrs.frozen
class RenameQuestion(Question[Renaming]):
    """Asks for a renaming that is complete within `folders`, and found in `budget` seconds."""

    place: SourcePlace
    folders: tuple[Path, ...]
    new_name: str
    budget: float
