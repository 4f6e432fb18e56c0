"""`textDocument/documentHighlight`: the uses of the name at the cursor in its document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.references import HighlightsQuestion
from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

# Seconds; editors ask at every move of the cursor.
_BUDGET = 2.0

_KINDS = {"read": types.DocumentHighlightKind.Read, "write": types.DocumentHighlightKind.Write}


def register(server: Server) -> None:
    server.on(
        types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, document_highlight, feature="document_highlight"
    )


async def document_highlight(
    session: Session, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    view = await session.view(params.text_document.uri, "document_highlight")
    if view is None:
        return None
    question = HighlightsQuestion(view.place(session.position_in(view, params.position)), _BUDGET)
    answer = await session.ask(question, latest=("document_highlight", view.document.uri))
    if answer is None:
        return None
    return [
        types.DocumentHighlight(place, _KINDS[found.access])
        for found in answer.found
        if (place := session.range_in(view, found.location.span)) is not None
    ]
