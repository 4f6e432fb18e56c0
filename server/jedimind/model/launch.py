"""Connects a server to its model: the user's endpoint if there is one, else a local host."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable

from jedimind.model.chat import ChatModel
from jedimind.model.endpoint import Address, Endpoint
from jedimind.model.hosted import HostedModel, LocalModel, Status
from jedimind.settings import ModelSettings


async def connect(
    settings: ModelSettings,
    locate: Callable[[str], Awaitable[LocalModel]],
    on_status: Callable[[Status], None],
) -> ChatModel:
    """The model that the settings name, ready to be asked.

    `locate` gives the file of a local model by ``model.assist``, and may have to install it; what
    it raises is raised here. It and `on_status` are called for local models only.

    Raises:
        ModelError: there is no model that could be asked.
    """
    if settings.endpoint is None:
        local = await locate(settings.assist)
        hosted = HostedModel(local, settings, on_status)
        return await _or_close(hosted, hosted.ready())
    remote = await asyncio.to_thread(
        Endpoint,
        Address(
            settings.endpoint,
            model=settings.assist,
            token=os.environ.get(settings.api_key_variable) or None,
        ),
        name=settings.assist,
        title=f"The endpoint {settings.endpoint}",
        response_timeout=settings.response_timeout,
        key_variable=settings.api_key_variable,
    )
    return await _or_close(remote, remote.learn_capabilities())


async def _or_close(model: ChatModel, usable: Awaitable[object]) -> ChatModel:
    try:
        await usable
    except BaseException:
        await model.close()
        raise
    return model
