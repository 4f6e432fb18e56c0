"""`workspace/didChangeWorkspaceFolders`: folders come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.lsp.features import configuration
from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_workspace_folders)


def did_change_workspace_folders(
    session: Session, params: types.DidChangeWorkspaceFoldersParams
) -> None:
    session.workspace.change_folders(params.event)
    session.keep(configuration.pull(session))  # a folder may have settings of its own
