"""Finds what is wrong with a source: first its grammar, and if that is right, its names."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator

from jedimind.analysis.problems import Problems, ProblemsQuestion, SyntaxProblem
from jedimind.analysis.unresolved import Unresolved
from jedimind.analysis.worker import parsing
from jedimind.analysis.worker.scripts import open_script
from jedimind.analysis.worker.verify import Verifier
from jedimind.text import Position, Span

# Seconds at a time, and lines between two looks at the clock.
_BUDGET = 0.15
_STEP = 20
_MOST_SEARCHES = 8

_searches: OrderedDict[ProblemsQuestion, _Search] = OrderedDict()


def find_problems(question: ProblemsQuestion) -> Problems:
    search = _searches.pop(question, None)
    if search is None:
        search = _Search(question, _BUDGET)
    elif search.is_outdated():
        # With more time, so that it comes to an end however often files change.
        search = _Search(question, 2 * search.budget)
    if not search.go_on():
        _searches[question] = search
        if len(_searches) > _MOST_SEARCHES:
            _searches.popitem(last=False)
        return Problems(going_on=True)
    return Problems(search.syntax, tuple(search.unresolved))


class _Search:
    """One question, as far as it is answered."""

    def __init__(self, question: ProblemsQuestion, budget: float) -> None:
        self.budget = budget
        self.syntax = tuple(_syntax(question))
        self.unresolved: list[Unresolved] = []
        self._place = question.place
        self._left = range(question.first, question.stop)
        self._verifier: Verifier | None = None
        parsed = parsing.parse(question.place.source, self._left)
        if parsed is not None:
            self._source = parsed.source
            self._script = open_script(self._place, parsed.source)
            self._verifier = Verifier(self._script, parsed, self._place.path)

    def is_outdated(self) -> bool:
        """Whether Jedi has begun anew meanwhile, because a file was changed."""
        return open_script(self._place, self._source) is not self._script

    def go_on(self) -> bool:
        """Look for a moment at what is left; whether that was all."""
        until = time.monotonic() + self.budget
        while self._verifier is not None and self._left:
            self.unresolved += self._verifier.unresolved(self._left[:_STEP])
            self._left = self._left[_STEP:]
            if time.monotonic() > until:
                break
        return self._verifier is None or not self._left


def _syntax(question: ProblemsQuestion) -> Iterator[SyntaxProblem]:
    script = open_script(question.place, question.place.source)
    for error in script.get_syntax_errors():
        if question.first <= error.line - 1 < question.stop:
            start = Position(error.line - 1, error.column)
            end = Position(error.until_line - 1, error.until_column)
            yield SyntaxProblem(Span(start, max(start, end)), error.get_message())
