"""The model that tasks use: installed with the user's consent, connected once, shared by all."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from functools import partial
from weakref import WeakSet

from jedimind.lsp.client import Client
from jedimind.lsp.tasks import Task, TaskFailed
from jedimind.model.catalogue import Model, UnknownModel, resolve
from jedimind.model.chat import ChatModel
from jedimind.model.hosted import LocalModel, Status
from jedimind.model.install import Progress, install
from jedimind.model.launch import connect
from jedimind.model.store import installed
from jedimind.settings import ModelSettings, Settings

logger = logging.getLogger(__name__)

_LATER = "Not now"


class Models:
    """Connections to models, one for each way that settings describe one."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._connected: dict[ModelSettings, ChatModel] = {}
        self._connecting: defaultdict[ModelSettings, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: WeakSet[Task] = WeakSet()

    async def connect(self, settings: Settings, task: Task) -> ChatModel:
        """The model for assistance, ready or about to be; `task` shows what is waited for.

        Raises:
            TaskFailed: there is no such model, or it is not installed and the user said no.
            InstallError, ModelError: it cannot be installed or started.
        """
        self._tasks.add(task)
        # A second task for the same model waits, and then finds it connected.
        async with self._connecting[settings.model]:
            model = self._connected.get(settings.model)
            if model is None:
                locate = partial(self._locate, task, settings.server.consent_timeout)
                model = await connect(settings.model, locate, self._report)
                self._connected[settings.model] = model
            return model

    async def close(self) -> None:
        for model in self._connected.values():
            await model.close()
        self._connected.clear()

    def _report(self, status: Status) -> None:
        logger.info("%s", status.sentence)
        for task in self._tasks:
            task.report(status.sentence)

    async def _locate(self, task: Task, consent_timeout: float, name: str) -> LocalModel:
        """The file of a model, after installing it if the user wants that."""
        try:
            model = resolve(name)
        except UnknownModel as error:
            raise TaskFailed(f"{error} The setting is `model.assist`.") from error
        path = await asyncio.to_thread(installed, model)
        if path is None:
            assert isinstance(model, Model), "a file of the user's own is always there"
            await self._offer(model, consent_timeout)

            def report(progress: Progress) -> None:
                fraction = progress.received / progress.total if progress.total else None
                task.report(f"installing {model.name}: {progress.stage}", fraction)

            path = await install(model, report)
        return LocalModel(path, model.name)

    async def _offer(self, model: Model, consent_timeout: float) -> None:
        """Ask whether to install `model`.

        Raises:
            TaskFailed: the user does not want to, or did not answer.
        """
        size = f" ({model.size / 1e6:.0f} MB)" if model.size is not None else ""
        question = f"The model {model.name}{size} is not installed yet. Install it now?"
        yes = f"Install {model.name}"
        if await self._client.ask(question, [yes, _LATER], consent_timeout) != yes:
            raise TaskFailed(
                f"The model {model.name} is not installed. Install it when asked, or with "
                f"`jedimind model pull {model.name}` in a terminal."
            )
