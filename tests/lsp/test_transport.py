"""TCP and WebSocket: one client each, and nobody who only happens to reach the port."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from editor import COMMAND

INITIALIZE = {"processId": 1, "rootUri": None, "capabilities": {}}


@contextmanager
def listening(*options: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A server and the port it listens on."""
    server = subprocess.Popen(
        [*COMMAND, *options], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stderr is not None
        for line in server.stderr:
            if found := re.search(r"on port (\d+)", line):
                yield int(found[1]), server
                break
    finally:
        server.kill()
        server.wait()


def message(method: str, params: Any = None, msg_id: int | None = None) -> bytes:
    body: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
    if msg_id is not None:
        body["id"] = msg_id
    return json.dumps(body).encode()


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def test_a_client_over_tcp_is_served_and_its_end_is_the_servers() -> None:
    with listening("--tcp", "0") as (port, server):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            client.sendall(framed(message("initialize", INITIALIZE, 1)))
            stream = client.makefile("rb")
            length = int(stream.readline().split(b":")[1])
            stream.readline()
            answer = json.loads(stream.read(length))
            assert answer["result"]["serverInfo"]["name"] == "jedimind"
            stream.close()
        assert server.wait(60) == 1


def test_a_web_page_that_posts_to_the_tcp_port_is_hung_up_on() -> None:
    body = message("initialize", INITIALIZE, 1)
    post = b"POST / HTTP/1.1\r\nHost: localhost\r\n" + framed(body)
    with (
        listening("--tcp", "0") as (port, server),
        socket.create_connection(("127.0.0.1", port), timeout=60) as client,
    ):
        client.sendall(post)
        assert client.recv(1) == b""
        assert server.wait(60) == 1


def test_a_client_over_a_websocket_is_served() -> None:
    with (
        listening("--ws", "0") as (port, server),
        connect(f"ws://127.0.0.1:{port}", open_timeout=60) as client,
    ):
        client.send(message("initialize", INITIALIZE, 1).decode())
        assert json.loads(client.recv())["result"]["serverInfo"]["name"] == "jedimind"
        client.send(message("shutdown", None, 2).decode())
        assert json.loads(client.recv())["result"] is None
        client.send(message("exit").decode())
        assert server.wait(60) == 0


def test_web_pages_open_a_websocket_only_from_an_origin_that_was_named() -> None:
    with listening("--ws", "0", "--origin", "https://mine.example") as (port, _):
        url = f"ws://127.0.0.1:{port}"
        with pytest.raises(InvalidStatus, match="403"):
            connect(url, origin="https://evil.example", open_timeout=60)  # type: ignore[arg-type]
        with connect(url, origin="https://mine.example", open_timeout=60):  # type: ignore[arg-type]
            pass
