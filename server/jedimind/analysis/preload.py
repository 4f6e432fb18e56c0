"""Has Jedi read a source and what it imports before anything is asked about it."""

from __future__ import annotations

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question


@attrs.frozen
class Preloaded:
    """`more` is the number of the import to go on with; None if there are no more."""

    more: int | None


@attrs.frozen
class PreloadQuestion(Question[Preloaded]):
    """Asks to read the first import, of those from `number` on, that was not read yet.

    Each import is a question of its own, because others should not have to wait for all of them.
    """

    place: SourcePlace
    number: int
