"""`workspace/didChangeConfiguration` and `workspace/configuration`: settings from the editor."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

logger = logging.getLogger(__name__)


def register(server: Server) -> None:
    server.on(types.INITIALIZED, initialized)
    server.on(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration)


async def initialized(session: Session, _params: types.InitializedParams) -> None:
    if session.client.registers_configuration:
        method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
        registration = types.Registration(
            id=method, method=method, register_options={"section": "jedimind"}
        )
        await _ask(
            session.client.request(
                types.CLIENT_REGISTER_CAPABILITY,
                types.RegistrationParams([registration]),
                timeout=10,
            )
        )
    await _pull(session)


async def did_change_configuration(
    session: Session, params: types.DidChangeConfigurationParams
) -> None:
    if session.client.pulls_configuration:
        await _pull(session)
    else:
        session.workspace.set_editor_settings(params.settings)


async def _pull(session: Session) -> None:
    if session.client.pulls_configuration:
        session.workspace.set_editor_settings(await _ask(session.client.configuration()))


async def _ask(question: Awaitable[Any]) -> Any:
    try:
        return await question
    except (asyncio.TimeoutError, JsonRpcException) as error:
        logger.warning("The client did not answer about its settings: %r", error)
        return None
