"""Asks the user to trust a folder before anything in it is executed."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Awaitable, Callable
from pathlib import Path

from jedimind.execution.sandbox.tier import Tier
from jedimind.lsp.client import Client
from jedimind.lsp.tasks import TaskFailed
from jedimind.lsp.workspace import Workspace

_TRUST = "Trust this folder and run"
_REFUSE = "Do not run"
_LOOK_AGAIN = 0.5  # seconds; nothing announces that a terminal trusted a folder


class TrustQuestions:
    """Puts one question a folder, however many tasks wait for the answer."""

    def __init__(
        self, client: Client, workspace: Workspace, tier: Callable[[], Awaitable[Tier]]
    ) -> None:
        self._client, self._workspace, self._tier = client, workspace, tier
        self._asking: dict[Path, asyncio.Lock] = {}

    async def require(self, folder: Path, timeout: float) -> None:
        """Return once `folder` is trusted, by the answer or in any other way.

        Raises:
            TaskFailed: the user does not trust it, did not answer within `timeout` seconds, or
                the answer cannot be remembered.
        """
        async with self._asking.setdefault(folder, asyncio.Lock()):
            if await self._workspace.is_trusted(folder):
                return
            command = f"jedimind trust {shlex.quote(str(folder))}"
            question = (
                f"Do you trust the code in {folder}? It will run as you, with limits on time and "
                f"memory {_how_confined(await self._tier())}. Answer, or run `{command}` in a "
                "terminal."
            )
            asking = asyncio.ensure_future(self._client.ask(question, [_TRUST, _REFUSE], timeout))
            try:
                while not (await asyncio.wait({asking}, timeout=_LOOK_AGAIN))[0]:
                    if await self._workspace.is_trusted(folder):
                        return
                answer = await asking
            finally:
                asking.cancel()
            if answer != _TRUST:
                raise TaskFailed(
                    f"Nothing was run, because {folder} is not trusted. To trust it, use the "
                    f"command `jedimind.trustWorkspace`, or run `{command}` in a terminal."
                )
            await self._workspace.trust(folder)


def _how_confined(tier: Tier) -> str:
    if tier is Tier.C:
        return "but not sandboxed"
    return f"and in a sandbox (tier {tier.value}), which lets it write only in this folder"
