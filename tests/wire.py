"""The client's end of the wire: every message passes by a `Conversation` that judges it.

pygls would skip what is between messages, and log what it cannot read. Here both are faults.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any

import attrs
from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcMethodNotFound
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.protocol import LanguageClientProtocol

from conversation import Conversation
from offers import Json

# How a line of the log begins that is an error, or that Python itself writes.
_TROUBLE = re.compile(r"\d{4}-\d\d-\d\d [\d:,]+ (ERROR|CRITICAL) |.*RuntimeWarning: ")
_LONGEST_LINE = 1 << 20
_TRACEBACK = "Traceback (most recent call last):"


class ErrorAnswer(Exception):
    """The server answered a request with an error."""

    def __init__(self, method: str, error: Json) -> None:
        super().__init__(f"{method}: {error['message']} ({error['code']})")
        self.code: int = error["code"]
        self.message: str = error["message"]


@attrs.frozen(eq=False)
class Sent:
    """A request in plain JSON; `answer` will be its result, or raise an `ErrorAnswer`."""

    id: int
    method: str
    answer: asyncio.Future[Any]


class Protocol(LanguageClientProtocol):
    """Between JSON and types. Requests that the test makes in JSON are answered in JSON."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conversation = Conversation()
        self._plain: dict[int | str, Sent] = {}

    def send_plain(self, method: str, params: Any) -> Sent:
        msg_id = len(self._plain) + 1
        answer = asyncio.get_running_loop().create_future()
        sent = self._plain[msg_id] = Sent(msg_id, method, answer)
        self._send_data({"jsonrpc": "2.0", "id": msg_id, "method": method, "params": params})
        return sent

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
        sent = self._plain[message["id"]]
        if "error" in message:
            sent.answer.set_exception(ErrorAnswer(sent.method, message["error"]))
        else:
            sent.answer.set_result(message["result"])

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

    async def start_io(self, cmd: str, *args: Any, **kwargs: Any) -> None:
        pipe = asyncio.subprocess.PIPE
        server = await asyncio.create_subprocess_exec(
            cmd, *args, stdin=pipe, stdout=pipe, stderr=pipe, limit=_LONGEST_LINE, **kwargs
        )
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stderr is not None
        self._server = server
        self.protocol.set_writer(server.stdin)
        log = asyncio.create_task(self._read_log(server.stderr))
        reading = asyncio.create_task(self._read(server.stdout))
        end = asyncio.create_task(self._await_end(server, log))
        self._async_tasks.extend([reading, end])

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Called by pygls with what it could not handle, and what a handler of ours raised."""
        unforeseen = isinstance(error, (JsonRpcInternalError, JsonRpcMethodNotFound))
        if unforeseen or not isinstance(error, JsonRpcException):
            self.protocol.conversation.fault(f"a message could not be handled: {error}")

    async def _await_end(self, server: asyncio.subprocess.Process, log: asyncio.Task[None]) -> None:
        code = await server.wait()
        if not self.leaving:
            await asyncio.wait({log}, timeout=1)  # a child of the server may hold it open
            self.protocol.conversation.fault(f"the server ended with code {code}")
        for pending in list(self.protocol._request_futures.values()):
            if isinstance(pending, asyncio.Task):  # what we have not answered
                pending.cancel()
            elif not pending.done():
                pending.set_exception(ConnectionError("the server has ended"))
        self._stop_event.set()

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
        in_traceback = False
        while line := await stream.readline():
            sys.stderr.buffer.write(line)
            text = line.decode(errors="replace").rstrip()
            ends_traceback = in_traceback and not text.startswith((" ", _TRACEBACK))
            if ends_traceback or _TROUBLE.match(text):  # that line says what was raised
                self._log_trouble(text)
            in_traceback = text == _TRACEBACK or (in_traceback and not ends_traceback)

    def _log_trouble(self, line: str) -> None:
        if not any(part in line for part in self.expected_in_log):
            self.protocol.conversation.fault(f"trouble in the log: {line}")


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
