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
    """What breaks the grammar, and the names that certainly do not exist."""

    syntax: tuple[SyntaxProblem, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()


@attrs.frozen
class ProblemsQuestion(Question[Problems]):
    """Asks about the lines from `first` up to but excluding `stop`, both counted from 0."""

    place: SourcePlace
    first: int
    stop: int
