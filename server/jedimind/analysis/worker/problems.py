"""Finds what is wrong with a source: first its grammar, and if that is right, its names."""

from __future__ import annotations

from collections.abc import Iterator

from jedimind.analysis.problems import Problems, ProblemsQuestion, SyntaxProblem
from jedimind.analysis.unresolved import UnresolvedQuestion
from jedimind.analysis.worker.scripts import open_script
from jedimind.analysis.worker.verify import verify
from jedimind.text import Position, Span


def find_problems(question: ProblemsQuestion) -> Problems:
    syntax = tuple(_syntax(question))
    unresolved = verify(UnresolvedQuestion(question.place, question.first, question.stop))
    return Problems(syntax, unresolved)


def _syntax(question: ProblemsQuestion) -> Iterator[SyntaxProblem]:
    script = open_script(question.place, question.place.source)
    for error in script.get_syntax_errors():
        if question.first <= error.line - 1 < question.stop:
            start = Position(error.line - 1, error.column)
            end = Position(error.until_line - 1, error.until_column)
            yield SyntaxProblem(Span(start, max(start, end)), error.get_message())
