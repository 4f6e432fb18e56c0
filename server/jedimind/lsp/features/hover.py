"""`textDocument/hover`: what Jedi knows of the name, and what is known about the line from runs,
explanations and verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.hover import Hover, HoverQuestion
from jedimind.lsp import documentation, markdown
from jedimind.lsp.results import Block
from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

_RULE = "\n\n---\n\n"


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_HOVER, hover)


async def hover(session: Session, params: types.HoverParams) -> types.Hover | None:
    document = session.documents.find(params.text_document.uri)
    if document is None:
        return None
    line = params.position.line
    results = document.results.at(line)
    blocks = [block for result in results for block in result.blocks(line)]
    in_markdown = session.client.reads_markdown
    pieces = [markdown.render(blocks) if in_markdown else plain_text(blocks)] if blocks else []
    range_ = None
    view = await session.view(document.uri, "hover")
    if view is not None:
        place = view.place(session.position_in(view, params.position))
        known = await session.ask(HoverQuestion(place), latest=("hover", document.uri))
        if known is not None:
            pieces += _meanings(known, markdown=in_markdown)
            range_ = session.range_in(view, known.origin.span)
    if not pieces:
        return None
    kind = types.MarkupKind.Markdown if in_markdown else types.MarkupKind.PlainText
    joined = (_RULE if in_markdown else "\n\n").join(pieces)
    return types.Hover(types.MarkupContent(kind, joined), range_)


def plain_text(blocks: list[Block]) -> str:
    return "\n\n".join(block.prose or block.verbatim for block in blocks)


def _meanings(known: Hover, *, markdown: bool) -> Iterator[str]:
    for meaning in known.meanings:
        content = documentation.content(meaning.signatures, meaning.doc, markdown=markdown)
        if content.value:
            yield content.value
