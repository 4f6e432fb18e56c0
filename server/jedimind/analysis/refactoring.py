"""Moving code of one file about without a change in what it does."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question
from jedimind.text import Span

Refactoring = Literal["extract variable", "extract function", "inline"]


@attrs.frozen
class Refactored:
    """The file's new `source`; or in `refusal` a sentence that says why there is none."""

    source: str = ""
    refusal: str | None = None


@attrs.frozen
class Extractions:
    """What can be done with a selection, so that code comes out that means the same."""

    possible: tuple[Refactoring, ...] = ()


@attrs.frozen
class ExtractionsQuestion(Question[Extractions]):
    """Asks what can be extracted of the selection `span` in the file of `place`."""

    place: SourcePlace
    span: Span


@attrs.frozen
class RefactorQuestion(Question[Refactored]):
    """Asks for a refactoring of the selection `span`, or of the name at the `place`.

    Whether a name is used in `folders`, too, is found out within `budget` seconds.
    """

    place: SourcePlace
    span: Span
    refactoring: Refactoring
    folders: tuple[Path, ...] = ()
    budget: float = 0.0
