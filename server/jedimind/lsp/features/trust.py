"""`jedimind.trustWorkspace`: the user trusts folders, so that code in them may run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jedimind.lsp.conversion import uri_to_path
from jedimind.lsp.session import Session
from jedimind.lsp.tasks import Task

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on_command("jedimind.trustWorkspace", trust_workspace)


def trust_workspace(session: Session, argument: Mapping[str, Any]) -> dict[str, str]:
    """Trust the folder of the document `uri`, or without one every folder of the workspace."""
    uri = argument.get("uri")
    if isinstance(uri, str):
        path = uri_to_path(uri)
        folders = [path if path in session.workspace.folders else session.workspace.folder_of(path)]
    else:
        folders = list(session.workspace.folders)

    async def work(_task: Task) -> dict[str, list[str]]:
        for folder in folders:
            await session.workspace.trust(folder)
        return {"trusted": [str(folder) for folder in folders]}

    return session.tasks.start("Trust workspace", work)
