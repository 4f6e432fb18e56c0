"""`textDocument/implementation`: what derives from a class, or overrides a method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.hierarchy import ImplementationsQuestion
from jedimind.lsp.search import ask_or_refuse, search_budget, searched_folders
from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_IMPLEMENTATION, implementation, feature="definition")


async def implementation(
    session: Session, params: types.ImplementationParams
) -> list[types.Location] | None:
    view = await session.view(params.text_document.uri, "definition")
    if view is None:
        return None
    question = ImplementationsQuestion(
        view.place(session.position_in(view, params.position)),
        searched_folders(session, view),
        search_budget(view.settings),
    )
    answer = await ask_or_refuse(session, question)
    if answer.incomplete is not None:
        session.client.show_warning(answer.incomplete)
    places = (session.location_in(view, found) for found in answer.found)
    return [place for place in places if place is not None]
