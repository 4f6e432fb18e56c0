"""`textDocument/references`: all uses of a name in the workspace, or a word on what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.errors import AnalysisError
from jedimind.analysis.references import ReferencesQuestion
from jedimind.lsp.refusal import RequestRefused
from jedimind.lsp.session import Session
from jedimind.lsp.views import View

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

# The part of the time for a whole question that the search may take.
SHARE = 0.8


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
        search_budget(view),
    )
    try:
        answer = await session.lanes.background.ask(question)
    except AnalysisError as error:
        raise RequestRefused(str(error)) from error
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


def searched_folders(session: Session, view: View) -> tuple[Path, ...]:
    """The folders in which a name of the document is searched."""
    folders = session.workspace.folders
    if view.reading.folder in folders:
        return tuple(folders)
    return (*folders, view.reading.folder)


def search_budget(view: View) -> float:
    """Seconds that a search may take, so that it ends before it is stopped."""
    return view.settings.analysis.background_timeout * SHARE
