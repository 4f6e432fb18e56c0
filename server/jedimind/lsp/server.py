"""The server: puts the features together, lives as long as its client, and ends with its code."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from jedimind import __version__
from jedimind.analysis.lanes import Lanes
from jedimind.lsp import features
from jedimind.lsp.protocol import Protocol
from jedimind.lsp.session import Session
from jedimind.lsp.transport import Channel, Connection
from jedimind.text import Encoding

logger = logging.getLogger(__name__)

Handler = Callable[[Session, Any], Any]
Command = Callable[[Session, Mapping[str, Any]], Any]

_PARENT_POLL = 1.0


class Server(LanguageServer):
    """One server for one client."""

    protocol: Protocol

    def __init__(self, lanes: Lanes) -> None:
        """`lanes` answer questions to Jedi; who made them closes them."""
        super().__init__(
            "jedimind", __version__, protocol_cls=Protocol, converter_factory=default_converter
        )
        self._lanes = lanes
        self._session: Session | None = None
        self._ended: asyncio.Future[int] | None = None
        self._background: set[asyncio.Task[Any]] = set()
        self.notebook_sync: types.NotebookDocumentSyncOptions | None = None
        self._switches: dict[str, str] = {}  # the setting that switches a method off
        features.register(self)

    @property
    def session(self) -> Session:
        assert self._session is not None, "no message passes before `initialize`"
        return self._session

    def on(
        self, method: str, handler: Handler, options: Any = None, *, feature: str | None = None
    ) -> None:
        """Have `handler` answer `method`; `options` are what the capabilities say of it.

        Where `feature`, a setting of the section `features`, is off from the start, the method is
        not offered to the client.
        """
        if feature is not None:
            self._switches[method] = feature
        if asyncio.iscoroutinefunction(handler):

            async def answer_later(params: Any = None) -> Any:
                return await handler(self.session, params)

            self.feature(method, options)(answer_later)
        else:

            def answer(params: Any = None) -> Any:
                return handler(self.session, params)

            self.feature(method, options)(answer)

    def on_command(self, name: str, handler: Command) -> None:
        """Have `handler` carry out the command `name`. It answers at once: see `tasks`."""

        def carry_out(argument: Mapping[str, Any]) -> Any:
            return handler(self.session, argument)

        self.command(name)(carry_out)

    def methods(self) -> set[str]:
        """The methods to offer to the client of this session."""
        switches = self.session.workspace.first_settings().features
        return {
            method
            for method in self.protocol.fm.features
            if method not in self._switches or switches.allow(self._switches[method])
        }

    def start_session(self, params: types.InitializeParams, encoding: Encoding) -> None:
        self._session = Session(self.protocol, params, encoding, self._lanes)
        if params.process_id is not None and self._watches_parent:
            self._keep(watch_process(params.process_id, partial(self._end, 1)))

    async def serve(self, channel: Channel, *, watch_parent: bool) -> int:
        """Serve the client at `channel` until it leaves; the exit code.

        With `watch_parent` the end of the process that the client names in `initialize` counts as
        leaving: another process may hold the client's end of the pipe open.
        """
        self._watches_parent = watch_parent
        self._ended = asyncio.get_running_loop().create_future()
        connection = Connection(channel, self.protocol.receive, self.protocol.lsp_exit)
        self.protocol.send = connection.send
        self.protocol.exited = self._end
        connection.start()
        code = await self._ended
        if self._session is not None:
            await self._session.close()
        for task in self._background:
            task.cancel()
        await connection.close(timeout=1)
        return code

    async def shut_down(self) -> None:
        """End all work, so that nothing is left to do but `exit`."""
        self.protocol.shut_down()
        await self.session.close()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log it. Telling the client as well would fail for the same reason, and be reported."""
        logger.error("%s: %s", getattr(source, "__name__", source), error)

    def _end(self, code: int) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(code)

    def _keep(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


async def watch_process(pid: int, gone: Callable[[], None]) -> None:
    """Call `gone` when the process `pid` has ended."""
    if sys.platform == "win32":  # there `os.kill` ends a process; the end of the pipe must do
        return
    while _is_alive(pid):  # noqa: ASYNC110 - a process that is not our child tells nobody
        await asyncio.sleep(_PARENT_POLL)
    logger.info("The client's process %d has ended.", pid)
    gone()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
