"""Bytes to and from the client: stdio, TCP or WebSocket, each read and written by its own thread.

The event loop must never wait for a pipe: a client that stops reading would stop the server.
And reading must not share a thread pool with anything (pygls reads stdin in the pool that runs its
handlers, so busy handlers delay every message).
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import re
import socket
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO, Protocol

logger = logging.getLogger(__name__)

_LONGEST_HEADER = 1024
_LARGEST_MESSAGE = 1 << 30
_CONTENT_LENGTH = re.compile(rb"content-length:\s*(\d+)\s*", re.IGNORECASE)


class Channel(Protocol):
    """Whole messages in and out; every method may block."""

    def read(self) -> bytes | None:
        """The body of the next message; None when the client is gone."""

    def write(self, body: bytes) -> None:
        """Send one message.

        Raises:
            OSError: the client is gone.
        """

    def close(self) -> None: ...


class StreamChannel:
    """Messages with `Content-Length` headers over a pair of byte streams.

    Other headers end the stream. A web page can make a browser post to a local port, and skipping
    the lines of its request would hand the body to a server that runs code.
    """

    def __init__(self, reader: BinaryIO, writer: BinaryIO) -> None:
        self._reader, self._writer = reader, writer

    def read(self) -> bytes | None:
        length: int | None = None
        while header := self._reader.readline(_LONGEST_HEADER):
            if match := _CONTENT_LENGTH.fullmatch(header):
                length = int(match[1][:20])
                if length > _LARGEST_MESSAGE:
                    logger.error("The client announced a message of %d bytes.", length)
                    return None
            elif header in (b"\r\n", b"\n") and length is not None:
                body = self._reader.read(length)
                return body if len(body) == length else None
            elif not header.lower().startswith(b"content-type:"):
                logger.error("The client does not speak the protocol: it sent %r.", header[:80])
                return None
        return None

    def write(self, body: bytes) -> None:
        self._writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._writer.flush()

    def close(self) -> None:
        self._writer.close()


def stdio() -> Channel:
    """The process's own stdin and stdout, taken out of everybody else's reach.

    A stray `print`, in a library or a child, would corrupt the stream; it goes to stderr instead.
    """
    reader = os.fdopen(os.dup(0), "rb")
    writer = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    return StreamChannel(reader, writer)


def tcp(host: str, port: int, listening: Callable[[int], None]) -> Channel:
    """The first client to connect to `host`:`port`; 0 takes a free port, told to `listening`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as server:
        listening(server.getsockname()[1])
        connection, _ = server.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return StreamChannel(connection.makefile("rb"), connection.makefile("wb"))


class Connection:
    """Moves messages between a channel and the event loop.

    `on_message` gets each body and `on_closed` is told once that the client is gone; both are
    called on the loop. What a message starts has begun when the next is handed over, and so sees
    the documents as they were for the client. `send` never blocks; after the client is gone it does
    nothing.
    """

    def __init__(
        self,
        channel: Channel,
        on_message: Callable[[bytes], None],
        on_closed: Callable[[], None],
    ) -> None:
        self._channel = channel
        self._on_message, self._on_closed = on_message, on_closed
        self._loop = asyncio.get_running_loop()
        self._inbox: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._outbox: queue.SimpleQueue[Callable[[], bytes] | None] = queue.SimpleQueue()
        self._delivery: asyncio.Task[None] | None = None
        self._reader = threading.Thread(target=self._read, name="lsp-reader", daemon=True)
        self._writer = threading.Thread(target=self._write, name="lsp-writer", daemon=True)

    def start(self) -> None:
        self._delivery = self._loop.create_task(self._deliver())
        self._reader.start()
        self._writer.start()

    def send(self, make: Callable[[], bytes]) -> None:
        """Send the message that `make` makes, on the thread that writes it."""
        self._outbox.put(make)

    async def close(self, timeout: float) -> None:
        """Write what was sent so far, for at most `timeout` seconds, and hang up."""
        if self._delivery is not None:
            self._delivery.cancel()
        self._outbox.put(None)
        await asyncio.to_thread(self._writer.join, timeout)
        if not self._writer.is_alive():
            self._channel.close()

    async def _deliver(self) -> None:
        while (body := await self._inbox.get()) is not None:
            self._loop.call_soon(self._on_message, body)
            # A task that this creates takes its first step in the round after, as we do.
            await asyncio.sleep(0)
        self._on_closed()

    def _read(self) -> None:
        try:
            while (body := self._channel.read()) is not None:
                self._loop.call_soon_threadsafe(self._inbox.put_nowait, body)
        except (OSError, ValueError) as error:
            logger.info("The client's stream ended: %s", error)
        finally:
            self._tell_closed()

    def _write(self) -> None:
        try:
            while (make := self._outbox.get()) is not None:
                self._channel.write(make())
        except OSError as error:
            logger.info("The client does not listen any more: %s", error)
            self._tell_closed()

    def _tell_closed(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._inbox.put_nowait, None)
        except RuntimeError:  # the loop has ended, so nobody waits for the news
            logger.debug("The client left after the server.")
