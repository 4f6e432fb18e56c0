"""`jedimind.cancel` and the cancel button of progress: end a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on_command("jedimind.cancel", cancel)
    server.on(types.WINDOW_WORK_DONE_PROGRESS_CANCEL, cancel_progress)


def cancel(session: Session, argument: Mapping[str, Any]) -> dict[str, bool]:
    """Whether there was such a task; one that has ended is no error."""
    task = argument.get("task")
    if not isinstance(task, str):
        raise JsonRpcInvalidParams("The argument needs a `task`, the id that a command answered.")
    return {"cancelled": session.tasks.cancel(task)}


def cancel_progress(session: Session, params: types.WorkDoneProgressCancelParams) -> None:
    session.tasks.cancel_by_token(params.token)
