"""What is wrong with a source as far as reading it tells. These types travel to the worker."""

from __future__ import annotations

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question
from jedimind.analysis.unresolved import Unresolved
from jedimind.text import Span


@attrs.frozen
class SyntaxProblem:
    """What a parser does not take, in Jedi's words."""

    span: Span
    sentence: str


@attrs.frozen
class Problems:
    """What breaks the grammar, and the names that certainly do not exist.

    `going_on`: this took long enough for now; asked again, the worker goes on from here.
    """

    syntax: tuple[SyntaxProblem, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    going_on: bool = False


@attrs.frozen
class ProblemsQuestion(Question[Problems]):
    """Asks about the lines from `first` up to but excluding `stop`, both counted from 0.

    A long file is looked through for a moment at a time, because others should not have to wait.
    """

    place: SourcePlace
    first: int
    stop: int
