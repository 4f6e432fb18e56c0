"""`workspace/willRenameFiles`: imports follow the files and folders that the user moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.moves import MovesQuestion
from jedimind.analysis.rename import FileMove
from jedimind.lsp.conversion import uri_to_path
from jedimind.lsp.search import ask_or_refuse, search_budget
from jedimind.lsp.session import Session
from jedimind.lsp.workspace_edits import Versions, workspace_edit

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

_FILTERS = [
    types.FileOperationFilter(
        types.FileOperationPattern("**/*.{py,pyi}", types.FileOperationPatternKind.File), "file"
    ),
    types.FileOperationFilter(
        types.FileOperationPattern("**", types.FileOperationPatternKind.Folder), "file"
    ),
]


def register(server: Server) -> None:
    server.on(
        types.WORKSPACE_WILL_RENAME_FILES,
        will_rename_files,
        types.FileOperationRegistrationOptions(_FILTERS),
        feature="rename",
    )


async def will_rename_files(
    session: Session, params: types.RenameFilesParams
) -> types.WorkspaceEdit | None:
    versions = Versions.now(session)
    moves = tuple(_moves(params.files))
    folders = tuple(session.workspace.folders)
    if not moves or not folders:
        return None
    settings = await session.workspace.settings(session.workspace.folder_of(moves[0].old))
    if not settings.features.allow("rename"):
        return None
    question = MovesQuestion(moves, folders, search_budget(settings))
    answer = await ask_or_refuse(session, question)
    if answer.incomplete is not None:
        session.client.show_warning(answer.incomplete)
    edits: list[tuple[str, types.TextEdit]] = []
    for replacement in answer.replacements:
        place = session.location(replacement.location)
        edits.append((place.uri, types.TextEdit(place.range, replacement.text)))
    return workspace_edit(session, versions, edits) if edits else None


def _moves(files: Sequence[types.FileRename]) -> Iterator[FileMove]:
    for file in files:
        yield FileMove(_path(file.old_uri), _path(file.new_uri))


def _path(uri: str) -> Path:
    return uri_to_path(uri.rstrip("/"))
