"""`workspace/didChangeConfiguration` and `workspace/configuration`: settings from the editor."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

logger = logging.getLogger(__name__)


def register(server: Server) -> None:
    server.on(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration)


async def begin(session: Session) -> None:
    """Ask for the settings, and to be told when they change."""
    # At once: a client that never answers the one must not hold up the other.
    await asyncio.gather(_ask_for_changes(session), pull(session))


def did_change_configuration(session: Session, params: types.DidChangeConfigurationParams) -> None:
    # Not a coroutine: what is pushed holds for the next message.
    if session.client.pulls_configuration:
        session.keep(pull(session))
    else:
        session.workspace.set_editor_settings(params.settings)


async def _ask_for_changes(session: Session) -> None:
    if not session.client.registers_configuration:
        return
    method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
    await session.client.register(method, {"section": "jedimind"})


async def pull(session: Session) -> None:
    """Ask for the settings, in general and for each folder."""
    if not session.client.pulls_configuration:
        return
    folders = list(session.workspace.folders)

    def take(answer: list[Any]) -> None:
        everywhere, *by_folder = answer
        by_path = dict(zip(folders, by_folder, strict=False))
        session.workspace.set_editor_settings(everywhere, by_path)

    try:
        await session.client.configuration(folders, take)
    except (asyncio.TimeoutError, JsonRpcException) as error:
        logger.warning("The client did not send its settings; the last ones hold: %r", error)
