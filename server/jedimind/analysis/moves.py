"""What has to be written anew where Python files or packages get another path."""

from __future__ import annotations

from pathlib import Path

import attrs

from jedimind.analysis.location import Location
from jedimind.analysis.question import Question
from jedimind.analysis.rename import FileMove


@attrs.frozen
class Replacement:
    """A new text for a span, on one line, of a file at its old path."""

    location: Location
    text: str


@attrs.frozen
class ImportFixes:
    """`incomplete` is a sentence that says what is missing; None if nothing is."""

    replacements: tuple[Replacement, ...] = ()
    incomplete: str | None = None


@attrs.frozen
class MovesQuestion(Question[ImportFixes]):
    """Asks how imports in `folders` follow files and directories that are about to move.

    What takes longer than `budget` seconds is left out, and the answer says so.
    """

    moves: tuple[FileMove, ...]
    folders: tuple[Path, ...]
    budget: float
