"""A client's end of the protocol, over a server's stdin and stdout, that notes when things came."""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import attrs

# Seconds after which a server counts as hanging.
PATIENCE = 120.0

Message = dict[str, Any]


class ServerGone(Exception):
    """The server ended while something was expected from it."""


@attrs.frozen
class Answer:
    """A response. Times are those of `time.perf_counter`, in seconds."""

    result: Any
    error: str | None
    asked: float
    arrived: float

    @property
    def seconds(self) -> float:
        return self.arrived - self.asked


class Connection:
    """A server process, and everything it says.

    What it asks is answered by `replies`, by method; any other question gets null. Nothing is
    configured.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
        log: IO[Any] | int | None = None,
        replies: Mapping[str, Any] | None = None,
    ) -> None:
        """`folder` is where it starts, and `log` where its stderr goes: by default to ours."""
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=folder,
            env=environment,
        )
        self._replies = replies or {}
        self._ids = itertools.count(1)
        self._writing = threading.Lock()
        self._awaited: dict[int, queue.SimpleQueue[tuple[float, Message | None]]] = {}
        self._said: queue.SimpleQueue[tuple[float, Message]] = queue.SimpleQueue()
        self._listeners: dict[str, Callable[[Any], None]] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def ask(self, method: str, params: Any, patience: float = PATIENCE) -> Answer:
        """The response to a request.

        Raises:
            ServerGone: the server ended.
            TimeoutError: there is no response after `patience` seconds.
        """
        number = next(self._ids)
        # The reading thread puts None where the server ends instead.
        response: queue.SimpleQueue[tuple[float, Message | None]] = queue.SimpleQueue()
        self._awaited[number] = response
        asked = self._send({"id": number, "method": method, "params": params})
        try:
            arrived, message = response.get(timeout=patience)
        except queue.Empty:
            raise TimeoutError(f"No response to {method} after {patience:.0f} s.") from None
        if message is None:
            raise ServerGone(f"The server ended before it answered {method}.")
        error = message.get("error")
        said = f"{error['code']}: {error['message']}" if error else None
        return Answer(message.get("result"), said, asked, arrived)

    def notify(self, method: str, params: Any) -> float:
        """Send a notification; when that was."""
        return self._send({"method": method, "params": params})

    def listen(self, method: str, heard: Callable[[Any], None]) -> None:
        """Have the reading thread call `heard` with the params of each notification `method`."""
        self._listeners[method] = heard

    def said(self, patience: float = PATIENCE) -> Iterator[tuple[float, Message]]:
        """Notifications and questions from the server, oldest first, each with its time.

        Raises:
            TimeoutError: nothing came for `patience` seconds.
        """
        while True:
            try:
                yield self._said.get(timeout=patience)
            except queue.Empty:
                raise TimeoutError(f"The server was silent for {patience:.0f} s.") from None

    def close(self) -> None:
        """Shut the server down as the protocol says, or kill it if it does not follow."""
        try:
            self.ask("shutdown", None, patience=10)
            self.notify("exit", None)
            self.process.wait(10)
        except (ServerGone, TimeoutError, subprocess.TimeoutExpired):
            pass  # what is left of it is killed
        finally:
            self.kill()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        try:
            while body := _body(stream):
                self._take(time.perf_counter(), json.loads(body))
        except ServerGone:
            pass  # it asked something and ended; whoever waits is told below
        for response in list(self._awaited.values()):
            response.put((time.perf_counter(), None))

    def _take(self, arrived: float, message: Message) -> None:
        if "method" not in message:
            self._awaited.pop(message["id"]).put((arrived, message))
            return
        if "id" in message:
            self._send({"id": message["id"], "result": self._reply(message)})
        if heard := self._listeners.get(message["method"]):
            heard(message.get("params"))
        self._said.put((arrived, message))

    def _reply(self, question: Message) -> Any:
        if question["method"] == "workspace/configuration":
            return [None for _ in question["params"]["items"]]
        return self._replies.get(question["method"])

    def _send(self, message: Message) -> float:
        """Write `message`; when that began."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self.process.stdin
        assert stream is not None
        with self._writing:
            begun = time.perf_counter()
            try:
                stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
                stream.flush()
            except BrokenPipeError:
                raise ServerGone("The server ended.") from None
        return begun


def _body(stream: IO[bytes]) -> bytes:
    """The next message's body; empty at the end of the stream."""
    length = 0
    while (line := stream.readline()).strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return stream.read(length)
