"""Work-done progress for one task, on a token that the server makes.

The token may be used only once the client has agreed to it, and some clients never answer; so the
work does not wait, and the last report before the answer becomes the first one shown.
"""

from __future__ import annotations

import asyncio
import logging

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from jedimind.lsp.client import Client

logger = logging.getLogger(__name__)


# Seconds between two reports: a program may print a million lines.
_INTERVAL = 0.1


class Progress:
    """Progress that the user can see and cancel, or nothing where the client has no such thing."""

    def __init__(self, client: Client, token: str, title: str) -> None:
        self._client, self._token, self._title = client, token, title
        self._message: str | None = None
        self._percentage: int | None = None
        self._creation: asyncio.Task[None] | None = None
        self._begun = False
        self._pending: asyncio.TimerHandle | None = None

    def open(self) -> None:
        if self._client.shows_progress:
            self._creation = asyncio.get_running_loop().create_task(self._create())

    def report(self, message: str, fraction: float | None = None) -> None:
        percentage = None if fraction is None else min(int(fraction * 100), 100)
        if (message, percentage) == (self._message, self._percentage):
            return
        self._message, self._percentage = message, percentage
        if self._begun and self._pending is None:
            self._pending = asyncio.get_running_loop().call_later(_INTERVAL, self._send_report)

    def close(self, message: str) -> None:
        if self._pending is not None:
            self._pending.cancel()
        if self._begun:
            self._begun = False
            self._send(types.WorkDoneProgressEnd(message=message))
        elif self._creation is not None:
            self._creation.cancel()

    def _send_report(self) -> None:
        self._pending = None
        self._send(types.WorkDoneProgressReport(message=self._message, percentage=self._percentage))

    async def _create(self) -> None:
        params = types.WorkDoneProgressCreateParams(token=self._token)
        try:
            await self._client.request(types.WINDOW_WORK_DONE_PROGRESS_CREATE, params, timeout=None)
        except JsonRpcException as error:
            logger.info("The client does not want to show progress: %s", error)
            return
        self._begun = True
        begin = types.WorkDoneProgressBegin(
            title=self._title,
            cancellable=True,
            message=self._message,
            percentage=self._percentage,
        )
        self._send(begin)

    def _send(
        self,
        value: types.WorkDoneProgressBegin
        | types.WorkDoneProgressReport
        | types.WorkDoneProgressEnd,
    ) -> None:
        self._client.notify(types.PROGRESS, types.ProgressParams(self._token, value))
