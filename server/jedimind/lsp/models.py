"""The model that tasks use: installed with the user's consent, connected once, shared by all."""

from __future__ import annotations

import asyncio

from jedimind.lsp.client import Client
from jedimind.lsp.tasks import Task, TaskFailed
from jedimind.model.catalogue import Model, UnknownModel, resolve
from jedimind.model.chat import ChatModel
from jedimind.model.install import Progress, install
from jedimind.model.hosted import LocalModel, Status
from jedimind.model.launch import connect
from jedimind.model.store import installed
from jedimind.settings import ModelSettings, Settings

_LATER = "Not now"


class Models:
    """Connections to models, one for each way that settings describe one."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._connected: dict[ModelSettings, ChatModel] = {}
        self._connecting = asyncio.Lock()

    async def connect(self, settings: Settings, task: Task) -> ChatModel:
        """The model for assistance, ready or about to be; `task` shows what is waited for.

        Raises:
            TaskFailed: there is no such model, or it is not installed and the user said no.
            InstallError, ModelError: it cannot be installed or started.
        """
        async with self._connecting:  # a second task waits, and then finds it connected
            model = self._connected.get(settings.model)
            if model is None:
                local = None
                if settings.model.endpoint is None:
                    local = await self._local(settings, task)

                def report(status: Status) -> None:
                    task.report(status.sentence)

                model = await connect(settings.model, lambda _: local, report)
                self._connected[settings.model] = model
            return model

    async def close(self) -> None:
        for model in self._connected.values():
            await model.close()
        self._connected.clear()

    async def _local(self, settings: Settings, task: Task) -> LocalModel:
        try:
            model = resolve(settings.model.assist)
        except UnknownModel as error:
            raise TaskFailed(f"{error} The setting is `model.assist`.") from error
        path = await asyncio.to_thread(installed, model)
        if path is None:
            assert isinstance(model, Model), "a file of the user's own is always there"
            await self._offer(model, settings)

            def report(progress: Progress) -> None:
                fraction = progress.received / progress.total if progress.total else None
                task.report(f"installing {model.name}: {progress.stage}", fraction)

            path = await install(model, report)
        return LocalModel(path, model.name)

    async def _offer(self, model: Model, settings: Settings) -> None:
        """Ask whether to install `model`.

        Raises:
            TaskFailed: the user does not want to, or did not answer.
        """
        size = f" ({model.size / 1e6:.0f} MB)" if model.size is not None else ""
        question = f"The model {model.name}{size} is not installed yet. Install it now?"
        yes = f"Install {model.name}"
        timeout = settings.server.consent_timeout
        if await self._client.ask(question, [yes, _LATER], timeout) != yes:
            raise TaskFailed(
                f"The model {model.name} is not installed. Install it when asked, or with "
                f"`jedimind model pull {model.name}` in a terminal."
            )
