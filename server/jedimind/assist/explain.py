"""Explain: what a piece of code does, in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.process import AnalysisProcess
from jedimind.assist import prompts
from jedimind.assist.definitions import definitions_for
from jedimind.model.chat import ChatModel
from jedimind.settings import Settings
from jedimind.text import Span, Text

# Reading the prompt takes a CPU longer than writing the answer; 8 000 characters are about 15 s.
_MOST_CHARACTERS = 8000


@attrs.frozen(eq=False)
class Passage:
    """Code to explain: `span` of `text`, the file at `path`."""

    text: Text
    span: Span
    path: Path
    folder: Path
    interpreter: Path | None
    settings: Settings


async def explain(
    passage: Passage, model: ChatModel, analysis: AnalysisProcess, report: Callable[[str], None]
) -> str:
    """Markdown about `passage`; `report` is given the text so far as it grows.

    Raises:
        ModelError: the model cannot be used.
    """
    code = passage.text.slice(passage.span)
    place = SourcePlace(
        path=passage.path,
        source=passage.text.string,
        position=passage.span.start,
        folder=passage.folder,
        interpreter=passage.interpreter,
    )
    settings = passage.settings
    budget = settings.generate.context_tokens
    known = await definitions_for(analysis, place, code, budget)
    shortened = len(code) > _MOST_CHARACTERS
    if shortened:
        code = code[:_MOST_CHARACTERS].rpartition("\n")[0]
    messages = prompts.fill(
        "explain",
        language=settings.explain.language,
        definitions=prompts.code_section("Definitions that this file can use:", known),
        file=passage.path.name,
        code=code,
    )
    said = ""
    async with model.stream_chat(messages, max_tokens=settings.explain.max_tokens) as stream:
        async for piece in stream:
            said += piece
            report(said)
    if shortened:
        said += f"\n\n*Only the first {code.count(chr(10)) + 1} lines were read; select less.*"
    return said.strip()
