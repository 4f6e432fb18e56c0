"""Asks the user to trust a folder before anything in it is executed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from jedimind.lsp.client import Client
from jedimind.lsp.tasks import TaskFailed
from jedimind.lsp.workspace import Workspace

_TRUST = "Trust this folder and run"
_REFUSE = "Do not run"


class TrustQuestions:
    """Puts one question a folder, however many tasks wait for the answer."""

    def __init__(self, client: Client, workspace: Workspace) -> None:
        self._client, self._workspace = client, workspace
        self._asking: dict[Path, asyncio.Lock] = {}

    async def require(self, folder: Path, timeout: float) -> None:
        """Return once `folder` is trusted.

        Raises:
            TaskFailed: the user does not trust it, or did not answer within `timeout` seconds.
        """
        async with self._asking.setdefault(folder, asyncio.Lock()):
            if await self._workspace.is_trusted(folder):
                return
            question = (
                f"Do you trust the code in {folder}? It will run as you, with limits on time and "
                "memory but not sandboxed."
            )
            if await self._client.ask(question, [_TRUST, _REFUSE], timeout) != _TRUST:
                raise TaskFailed(
                    f"Nothing was run, because {folder} is not trusted. To trust it, use the "
                    "command `jedimind.trustWorkspace`, or `jedimind trust` in a terminal."
                )
            await self._workspace.trust(folder)
