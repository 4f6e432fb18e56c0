"""Where a name is used, in the whole workspace or in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import attrs

from jedimind.analysis.location import Location
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question


@attrs.frozen
class Reference:
    """A place where a name stands. `declares` says that it is there where it first comes to be."""

    location: Location
    access: Literal["read", "write"]
    declares: bool


@attrs.frozen
class References:
    """Where the `name` at a place is used; `name` is empty if there is none.

    `incomplete` is a sentence that says what is missing; None if nothing is.
    """

    name: str = ""
    found: tuple[Reference, ...] = ()
    incomplete: str | None = None


@attrs.frozen
class ReferencesQuestion(Question[References]):
    """Asks for all uses of the name at `place` in the files of `folders`.

    What takes longer than `budget` seconds is left out, and the answer says so.
    """

    place: SourcePlace
    folders: tuple[Path, ...]
    budget: float


@attrs.frozen
class HighlightsQuestion(Question[References]):
    """Asks for the uses of the name at `place` in its own file."""

    place: SourcePlace
    budget: float
