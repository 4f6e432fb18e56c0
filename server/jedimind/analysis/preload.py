"""Has Jedi read what a source imports before anything is asked about it."""

from __future__ import annotations

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question


@attrs.frozen
class PreloadQuestion(Question[bool]):
    """Asks to read the import with this `number`, from 0. The answer is whether there are more.

    Each is a question of its own, because others should not have to wait for all of them.
    """

    place: SourcePlace
    number: int
