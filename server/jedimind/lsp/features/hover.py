"""`textDocument/hover`: what is known about the line from runs, explanations and verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.lsp import markdown
from jedimind.lsp.results import Block
from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_HOVER, hover)


def hover(session: Session, params: types.HoverParams) -> types.Hover | None:
    document = session.documents.find(params.text_document.uri)
    if document is None:
        return None
    results = document.results.at(params.position.line)
    if not results:
        return None
    blocks = [block for result in results for block in result.hover]
    if session.client.reads_markdown:
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, markdown.render(blocks)))
    return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, plain_text(blocks)))


def plain_text(blocks: list[Block]) -> str:
    return "\n\n".join(block.prose or block.verbatim for block in blocks)
