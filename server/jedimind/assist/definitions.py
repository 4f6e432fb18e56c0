"""What Jedi knows about the names that code at a place can use, as a prompt says it."""

from __future__ import annotations

import re

from jedimind.analysis.context import render
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.process import AnalysisError, AnalysisProcess

_WORD = re.compile(r"\w+")
_MOST_DEFINITIONS = 40


async def definitions_for(
    analysis: AnalysisProcess, place: SourcePlace, subject: str, budget_tokens: int
) -> str:
    """Stub-like code of at most `budget_tokens`, what `subject` speaks of first.

    Empty if Jedi gives no answer: the work can go on without, and the worker has logged why.
    """
    if budget_tokens == 0:
        return ""
    wanted = frozenset(word.lower() for word in _WORD.findall(subject))
    try:
        context = await analysis.context(place, wanted, _MOST_DEFINITIONS)
    except AnalysisError:
        return ""
    return render(context, budget_tokens)
