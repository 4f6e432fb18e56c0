"""`textDocument/rename` and `prepareRename`: a new name wherever the old one stands, or a refusal.

An edit is complete and leaves Python behind, or there is none and the user is told why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.rename import RenamableQuestion, RenameQuestion
from jedimind.lsp.refusal import ContentModified, RequestRefused
from jedimind.lsp.search import ask_or_refuse, search_budget, searched_folders
from jedimind.lsp.session import Session
from jedimind.lsp.workspace_edits import Versions, workspace_edit

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_PREPARE_RENAME, prepare_rename, feature="rename")
    server.on(types.TEXT_DOCUMENT_RENAME, rename, feature="rename")


async def prepare_rename(
    session: Session, params: types.PrepareRenameParams
) -> types.PrepareRenamePlaceholder | None:
    view = await session.view(params.text_document.uri, "rename")
    if view is None:
        return None
    place = view.place(session.position_in(view, params.position))
    question = RenamableQuestion(place, searched_folders(session, view))
    # The user waits for a box to type in, and no file is searched.
    answer = await ask_or_refuse(session, question, session.lanes.interactive)
    if answer.refusal is not None or answer.location is None:
        raise RequestRefused(answer.refusal)
    range_ = session.range_in(view, answer.location.span)
    return types.PrepareRenamePlaceholder(range_, answer.name) if range_ is not None else None


async def rename(session: Session, params: types.RenameParams) -> types.WorkspaceEdit | None:
    versions = Versions.now(session)
    view = await session.view(params.text_document.uri, "rename")
    if view is None:
        return None
    question = RenameQuestion(
        view.place(session.position_in(view, params.position)),
        searched_folders(session, view),
        params.new_name,
        search_budget(view.settings),
    )
    answer = await ask_or_refuse(session, question)
    if answer.refusal is not None:
        raise RequestRefused(answer.refusal)
    if not session.is_current(view):
        raise ContentModified
    places = [session.location_in(view, found) for found in answer.found]
    edits = [
        (place.uri, types.TextEdit(place.range, params.new_name))
        for place in places
        if place is not None
    ]
    return workspace_edit(session, versions, edits, answer.moves)
