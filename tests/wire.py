"""The client's end of the wire: every message passes by a `Conversation` that judges it.

pygls would skip what is between messages, and log what it cannot read. Here both are faults.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcMethodNotFound
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.protocol import LanguageClientProtocol

from conversation import Conversation
from offers import Json

_RECORD = re.compile(r"\d{4}-\d\d-\d\d [\d:,]+ (?P<level>[A-Z]+) ")
_RAW_TROUBLE = re.compile(r"Traceback \(most|Exception (in thread|ignored)|.*RuntimeWarning: ")


class ErrorAnswer(Exception):
    """The server answered a request with an error."""

    def __init__(self, method: str, error: Json) -> None:
        super().__init__(f"{method}: {error['message']} ({error['code']})")
        self.code: int = error["code"]
        self.message: str = error["message"]


class Protocol(LanguageClientProtocol):
    """Between JSON and types. Requests that the test makes in JSON are answered in JSON."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conversation = Conversation()
        self._plain: dict[int | str, tuple[str, asyncio.Future[Any]]] = {}

    def send_plain(self, method: str, params: Any) -> tuple[int, asyncio.Future[Any]]:
        """Send a request as it is; its id, and what will hold its result or an `ErrorAnswer`."""
        msg_id = len(self._plain) + 1
        future = asyncio.get_running_loop().create_future()
        self._plain[msg_id] = method, future
        self._send_data({"jsonrpc": "2.0", "id": msg_id, "method": method, "params": params})
        return msg_id, future

    def notify_plain(self, method: str, params: Any) -> None:
        self._send_data({"jsonrpc": "2.0", "method": method, "params": params})

    def receive(self, body: bytes) -> None:
        message = json.loads(body)
        self.conversation.received(message)
        if "method" not in message and message.get("id") in self._plain:
            self._answer_plain(message)
        else:
            self.handle_message(self.structure_message(message))

    def _answer_plain(self, message: Json) -> None:
        method, future = self._plain[message["id"]]
        if future.done():  # nobody waits any more
            return
        if "error" in message:
            future.set_exception(ErrorAnswer(method, message["error"]))
        else:
            future.set_result(message["result"])

    def _handle_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:
        waiting = self._request_futures.get(msg_id)
        if waiting is not None and waiting.cancelled():
            del self._request_futures[msg_id]
        else:
            super()._handle_response(msg_id, result, error)

    def _send_data(self, data: Any) -> None:
        self.conversation.sent(self._converter.unstructure(data))
        super()._send_data(data)


class Client(LanguageClient):
    """A client of one server process."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__(protocol_cls=Protocol, converter_factory=_converter)
        self.leaving = False  # the end of the server is no surprise any more
        self.expected_in_log: list[str] = []
        self._last_record = ""

    async def start_io(self, cmd: str, *args: Any, **kwargs: Any) -> None:
        pipe = asyncio.subprocess.PIPE
        server = await asyncio.create_subprocess_exec(
            cmd, *args, stdin=pipe, stdout=pipe, stderr=pipe, **kwargs
        )
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stderr is not None
        self._server = server
        self.protocol.set_writer(server.stdin)
        work = self._read(server.stdout), self._read_log(server.stderr), self._await_end(server)
        self._async_tasks.extend(map(asyncio.create_task, work))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Called by pygls with what it could not handle, and what a handler of ours raised."""
        unforeseen = isinstance(error, (JsonRpcInternalError, JsonRpcMethodNotFound))
        if unforeseen or not isinstance(error, JsonRpcException):
            self.protocol.conversation.fault(f"a message could not be handled: {error}")

    async def _await_end(self, server: asyncio.subprocess.Process) -> None:
        code = await server.wait()
        for pending in list(self.protocol._request_futures.values()):
            if isinstance(pending, asyncio.Task):  # what we have not answered
                pending.cancel()
            elif not pending.done():
                pending.set_exception(ConnectionError("the server has ended"))
        self._stop_event.set()
        if not self.leaving:
            self.protocol.conversation.fault(f"the server ended with code {code}")

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while header := await stream.readline():
            length = re.fullmatch(rb"Content-Length: (\d+)\r\n", header)
            if length is None or await stream.readline() != b"\r\n":
                self.protocol.conversation.fault(f"no message begins with {header!r}")
                return
            body = await stream.readexactly(int(length[1]))
            try:
                self.protocol.receive(body)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test fails with it
                what = f"{body[:200].decode()} cannot be understood: {error!r}"
                self.protocol.conversation.fault(what)

    async def _read_log(self, stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            sys.stderr.buffer.write(line)
            text = line.decode(errors="replace")
            record = _RECORD.match(text)
            if record:
                self._last_record = text
            is_error = record["level"] in ("ERROR", "CRITICAL") if record else False
            if is_error or (not record and _RAW_TROUBLE.match(text)):
                self._log_trouble(text)

    def _log_trouble(self, line: str) -> None:
        if not any(part in self._last_record + line for part in self.expected_in_log):
            self.protocol.conversation.fault(f"an error in the log: {line.strip()}")


def _converter() -> Any:
    """lsprotocol 2025.0.0 takes a code action that carries a command for a bare command."""
    converter = default_converter()

    def structure(value: Any, _type: Any) -> Any:
        if isinstance(value.get("command"), str):
            return converter.structure(value, types.Command)
        return converter.structure(value, types.CodeAction)

    converter.register_structure_hook(types.Command | types.CodeAction, structure)
    return converter


def plain(value: Any) -> Any:
    """pygls gives what has no type in the protocol as named tuples; back to tables."""
    if hasattr(value, "_asdict"):
        return {key: plain(item) for key, item in value._asdict().items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value
