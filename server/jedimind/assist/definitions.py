"""What Jedi knows about the names that code at a place can use, as a prompt says it."""

from __future__ import annotations

import re

from jedimind.analysis.context import Context, Definition
from jedimind.analysis.errors import AnalysisError
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.process import AnalysisProcess
from jedimind.analysis.rendering import render

_WORD = re.compile(r"\w+")
_MOST_DEFINITIONS = 40


async def definitions_for(
    analysis: AnalysisProcess,
    place: SourcePlace,
    subject: str,
    budget_tokens: int,
    shown: range,
) -> str:
    """Text of at most `budget_tokens`, what `subject` speaks of first.

    What stands on the lines `shown` of the file itself is left out, because the prompt has them:
    a small model reads past what matters when it is told everything twice.
    Empty if Jedi gives no answer: the work can go on without, and the worker has logged why.
    """
    if budget_tokens == 0:
        return ""
    wanted = frozenset(word.lower() for word in _WORD.findall(subject))
    try:
        context = await analysis.context(place, wanted, _MOST_DEFINITIONS)
    except AnalysisError:
        return ""
    news = tuple(item for item in context.definitions if not _is_shown(item, shown))
    return render(Context(news), budget_tokens)


def _is_shown(definition: Definition, shown: range) -> bool:
    if definition.home == "the imports":  # only the import itself, unless there is more to say
        return "\n" not in definition.signature
    return definition.home == "this file" and definition.line in shown
