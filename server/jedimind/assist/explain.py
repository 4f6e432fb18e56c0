"""Explain: what a piece of code does, in words."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from jedimind.analysis.process import AnalysisProcess
from jedimind.assist import prompts
from jedimind.assist.definitions import definitions_for
from jedimind.assist.source_file import SourceFile
from jedimind.model.chat import ChatModel
from jedimind.text import Span, Text

# Reading the prompt takes a CPU longer than writing the answer; 8 000 characters are about 15 s.
_MOST_CHARACTERS = 8000


@attrs.frozen(eq=False)
class Passage:
    """Code to explain: `span` of `text`, which is what `file` has now."""

    text: Text
    span: Span
    file: SourceFile


async def explain(
    passage: Passage, model: ChatModel, analysis: AnalysisProcess, report: Callable[[str], None]
) -> str:
    """Markdown about `passage`; `report` is given the text so far as it grows.

    Raises:
        ModelError: the model cannot be used.
    """
    code = passage.text.slice(passage.span)
    settings = passage.file.settings
    place = passage.file.place(passage.text.string, passage.span.start)
    known = await definitions_for(
        analysis, place, code, settings.generate.context_tokens, passage.span.lines
    )
    shortened = len(code) > _MOST_CHARACTERS
    if shortened:
        code = code[:_MOST_CHARACTERS].rpartition("\n")[0]
    messages = prompts.fill(
        "explain",
        language=settings.explain.language,
        definitions=prompts.section("The file can use:", known),
        file=passage.file.path.name,
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
