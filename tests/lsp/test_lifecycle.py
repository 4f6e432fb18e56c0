"""The protocol's lifecycle to the letter, byte by byte over stdio."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from editor import COMMAND

INITIALIZE = {"processId": None, "rootUri": None, "capabilities": {}}


class Wire:
    """A server's stdio with nothing in between."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            COMMAND, stdin=pipe, stdout=pipe, stderr=pipe if environment else None, env=environment
        )

    def send(self, **message: Any) -> None:
        self.send_body(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def send_body(self, body: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self) -> Any:
        stream = self.process.stdout
        assert stream is not None
        ready, _, _ = select.select([stream], [], [], 60)
        assert ready, "the server does not answer"
        length = 0
        while (header := stream.readline().strip()) != b"":
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(stream.read(length))

    def request(self, method: str, params: Any = None, msg_id: Any = 1) -> Any:
        self.send(id=msg_id, method=method, params=params)
        return self.receive()

    def end(self) -> int:
        return self.process.wait(60)


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.process.kill()
    wire.process.wait()


def test_requests_before_initialize_are_answered_with_not_initialized(wire: Wire) -> None:
    answer = wire.request("textDocument/hover", {"nonsense": True})
    assert (answer["id"], answer["error"]["code"]) == (1, -32002)


def test_exit_after_shutdown_is_0(wire: Wire) -> None:
    assert "capabilities" in wire.request("initialize", INITIALIZE)["result"]
    answer = wire.request("shutdown", msg_id=2)
    assert answer["id"] == 2
    assert answer["result"] is None
    wire.send(method="exit")
    assert wire.end() == 0


def test_exit_without_shutdown_is_1(wire: Wire) -> None:
    wire.request("initialize", INITIALIZE)
    wire.send(method="exit")
    assert wire.end() == 1


def test_exit_before_initialize_is_1(wire: Wire) -> None:
    wire.send(method="exit")
    assert wire.end() == 1


def test_requests_after_shutdown_are_refused(wire: Wire) -> None:
    wire.request("initialize", INITIALIZE)
    wire.request("shutdown", msg_id=2)
    answer = wire.request("textDocument/hover", {}, msg_id=3)
    assert (answer["id"], answer["error"]["code"]) == (3, -32600)


def test_a_second_initialize_is_refused(wire: Wire) -> None:
    wire.request("initialize", INITIALIZE)
    assert wire.request("initialize", INITIALIZE, msg_id=2)["error"]["code"] == -32600


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{not json", -32700),
        (b"\xff\xfe", -32700),
        (b"[" * 100_000, -32700),
        (b'{"id": 7, "method": "shutdown"}', -32600),
        (b"[]", -32600),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover", "params": 3}', -32602),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "no/such/method"}', -32601),
        (b'{"jsonrpc": "2.0", "id": 7, "method": ["x"]}', -32600),
        (b'{"jsonrpc": "2.0", "id": 7, "method": 5}', -32600),
        (b'{"jsonrpc": "2.0", "id": ' + b"7" * 5000 + b"}", -32700),
    ],
)
def test_every_wrong_message_gets_its_answer_and_the_next_one_works(
    wire: Wire, body: bytes, code: int
) -> None:
    wire.request("initialize", INITIALIZE)
    wire.send_body(body)
    assert wire.receive()["error"]["code"] == code
    assert wire.request("shutdown", msg_id=8)["result"] is None


def test_unknown_notifications_are_passed_over(wire: Wire) -> None:
    wire.request("initialize", INITIALIZE)
    wire.send(method="$/unknown", params={})
    wire.send(method="textDocument/didChange", params={"wrong": 1})
    assert wire.request("shutdown", msg_id=2)["result"] is None


def test_an_unknown_command_is_an_error_in_words(wire: Wire) -> None:
    wire.request("initialize", INITIALIZE)
    error = wire.request("workspace/executeCommand", {"command": "rm"}, msg_id=2)["error"]
    assert error["code"] == -32602
    assert error["message"] == "`rm` is not a command of jedimind."


@pytest.mark.parametrize("argument", [[], [{}], [3], [{"uri": 3}], [{"uri": "x", "range": 1}]])
def test_wrong_arguments_of_commands_are_refused(wire: Wire, argument: list[Any]) -> None:
    wire.request("initialize", INITIALIZE)
    params = {"command": "jedimind.run", "arguments": argument}
    assert wire.request("workspace/executeCommand", params, msg_id=2)["error"]["code"] == -32602


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["utf-8", "utf-16"], "utf-8"),
        (["utf-32"], "utf-32"),
        (["utf-16", "utf-8"], "utf-16"),
        (["utf-7"], "utf-16"),
        (None, "utf-16"),
    ],
)
def test_the_clients_favourite_encoding_is_taken(
    wire: Wire, offered: list[str] | None, chosen: str
) -> None:
    general = {} if offered is None else {"general": {"positionEncodings": offered}}
    answer = wire.request("initialize", {**INITIALIZE, "capabilities": general})
    assert answer["result"]["capabilities"]["positionEncoding"] == chosen


def test_an_initialize_that_fails_can_be_tried_again(wire: Wire) -> None:
    assert wire.request("initialize", {**INITIALIZE, "workspaceFolders": [1]})["error"]
    assert "result" in wire.request("initialize", INITIALIZE, msg_id=2)


@pytest.mark.parametrize("uri", ["file://[", "vscode-vfs://github/shop"])
def test_a_workspace_that_is_not_on_disk_is_none(wire: Wire, uri: str) -> None:
    assert "result" in wire.request("initialize", {**INITIALIZE, "rootUri": uri})


def test_a_message_of_absurd_length_ends_the_server(wire: Wire) -> None:
    assert wire.process.stdin is not None
    wire.process.stdin.write(b"Content-Length: 99999999999999999999999\r\n\r\n")
    wire.process.stdin.flush()
    assert wire.end() == 1


def test_the_server_ends_when_its_input_does(wire: Wire) -> None:
    wire.request("initialize", INITIALIZE)
    assert wire.process.stdin is not None
    wire.process.stdin.close()
    assert wire.end() == 1


def test_the_server_ends_with_its_client_even_if_the_pipe_stays_open(tmp_path: Path) -> None:
    """The client is killed while another process holds its end of the server's stdin."""
    client = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    wire = Wire()
    wire.request("initialize", {**INITIALIZE, "processId": client.pid})
    os.kill(client.pid, signal.SIGKILL)
    client.wait()
    assert wire.end() == 1


def test_a_server_whose_client_is_killed_leaves_no_process(tmp_path: Path) -> None:
    """Also with a run under way. Five seconds are the promise; the limit only catches hangs."""
    source = "import subprocess, time\nsubprocess.Popen(['sleep', '1000'])\ntime.sleep(1000)\n"
    file = tmp_path / "forever.py"
    file.write_text(source)
    wire = Wire()
    options = {"initializationOptions": {"trusted": True}}
    wire.request("initialize", {**INITIALIZE, **options, "rootUri": tmp_path.as_uri()})
    item = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": source}
    wire.send(method="textDocument/didOpen", params={"textDocument": item})
    wire.request(
        "workspace/executeCommand",
        {"command": "jedimind.run", "arguments": [{"uri": file.as_uri(), "version": 1}]},
        msg_id=2,
    )
    server = psutil.Process(wire.process.pid)
    deadline = time.monotonic() + 60
    while not any(child.name() == "sleep" for child in server.children(recursive=True)):
        assert time.monotonic() < deadline, "the run did not start"
    started = server.children(recursive=True)
    wire.process.kill()
    _, alive = psutil.wait_procs(started, timeout=30)
    assert not alive


def test_what_a_library_prints_does_not_reach_the_client(tmp_path: Path) -> None:
    """A stray print goes to stderr; here a module that prints on import is the library."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, pathlib, threading, time\n"
        "def stray():\n"
        "    while not pathlib.Path(os.environ['GO']).exists():\n"
        "        time.sleep(0.02)\n"
        "    print('stray', flush=True)\n"
        "    os.write(1, b'stray')\n"
        "if 'GO' in os.environ:\n"
        "    threading.Thread(target=stray, daemon=True).start()\n"
    )
    go = tmp_path / "go"
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    wire = Wire(environment={**os.environ, "PYTHONPATH": path, "GO": str(go)})
    wire.request("initialize", INITIALIZE)
    go.touch()
    seen = b""
    assert wire.process.stderr is not None
    while seen.count(b"stray") < 2:
        seen += os.read(wire.process.stderr.fileno(), 4096)
    assert wire.request("shutdown", msg_id=2)["result"] is None
    wire.send(method="exit")
    assert wire.process.stdout is not None
    assert wire.process.stdout.read() == b""
    assert wire.end() == 0
