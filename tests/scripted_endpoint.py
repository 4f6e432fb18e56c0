"""An HTTP server that answers requests with what it was given: for faults, timing and speed."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

SILENCE = None
"""In place of bytes: say nothing more until the client leaves."""


def response(
    status: str, body: bytes, *, kind: str = "application/json", headers: str = ""
) -> bytes:
    """A whole HTTP response."""
    return (
        f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n{headers}\r\n"
    ).encode() + body


def stream(*events: str | bytes) -> bytes:
    """The beginning of a stream with `events`; it ends when the connection is closed."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
    return head + b"".join(
        b"data: " + (event if isinstance(event, bytes) else event.encode()) + b"\n\n"
        for event in events
    )


def chunk(text: str | None, finish_reason: str | None = None, **fields: Any) -> str:
    """One event of a streamed chat completion."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish_reason}
    return json.dumps({"object": "chat.completion.chunk", "choices": [choice], **fields})


class ScriptedEndpoint:
    """What the server was asked, and whether a client left while it was silent."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.heads: list[str] = []
        self.bodies: list[Any] = []
        self.left = asyncio.Event()


def says(text: str) -> tuple[bytes, ...]:
    """The parts of a complete answer of a model, a word at a time."""
    pieces = re.findall(r"\s*\S+|\s+$", text)
    return (stream(*map(chunk, pieces), chunk(None, "stop"), "[DONE]"),)


Part = bytes | asyncio.Event | None
Answer = Sequence[Part]


@asynccontextmanager
async def scripted_endpoint(*answer: bytes | None) -> AsyncIterator[ScriptedEndpoint]:
    """A server that answers each request with the parts of `answer`, then closes the connection."""
    async with _serving(lambda _head: answer) as endpoint:
        yield endpoint


@asynccontextmanager
async def scripted_model(*answers: Answer) -> AsyncIterator[ScriptedEndpoint]:
    """An endpoint whose completions are `answers`, one after the other, and then the last again.

    An `asyncio.Event` among the parts of an answer is waited for.
    """
    left = list(answers)

    def answer(head: str) -> Answer:
        if not head.startswith("POST"):
            return [response("404 Not Found", b"{}")]
        return left.pop(0) if len(left) > 1 else left[0]

    async with _serving(answer) as endpoint:
        yield endpoint


@asynccontextmanager
async def _serving(answer: Callable[[str], Answer]) -> AsyncIterator[ScriptedEndpoint]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        endpoint.heads.append(head)
        length = [line for line in head.splitlines() if line.lower().startswith("content-length")]
        if length:
            endpoint.bodies.append(
                json.loads(await reader.readexactly(int(length[0].split(":")[1])))
            )
        for part in answer(head):
            if part is SILENCE:
                await reader.read()
                endpoint.left.set()
            elif isinstance(part, asyncio.Event):
                await part.wait()
            else:
                writer.write(part)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    endpoint = ScriptedEndpoint(f"http://127.0.0.1:{port}/v1")
    try:
        yield endpoint
    finally:
        server.close()
