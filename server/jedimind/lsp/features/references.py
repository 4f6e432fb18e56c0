"""`textDocument/references`: all uses of a name in the workspace, or a word on what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.references import ReferencesQuestion
from jedimind.lsp.search import ask_or_refuse, search_budget, searched_folders
from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_REFERENCES, references, feature="references")


async def references(
    session: Session, params: types.ReferenceParams
) -> list[types.Location] | None:
    view = await session.view(params.text_document.uri, "references")
    if view is None:
        return None
    question = ReferencesQuestion(
        view.place(session.position_in(view, params.position)),
        searched_folders(session, view),
        search_budget(view.settings),
    )
    answer = await ask_or_refuse(session, question)
    if answer.incomplete is not None:
        session.client.show_warning(answer.incomplete)
    wanted = [
        found.location
        for found in answer.found
        if params.context.include_declaration or not found.declares
    ]
    return [
        place for location in wanted if (place := session.location_in(view, location)) is not None
    ]
