"""The client at a WebSocket. Apart from `transport`, because it is seldom needed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Origin

from jedimind.lsp.transport import Channel


class WebSocketChannel:
    """One message a frame, without headers."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        self.finished = threading.Event()

    def read(self) -> bytes | None:
        try:
            frame = self._connection.recv()
        except ConnectionClosed:
            self.finished.set()
            return None
        return frame.encode() if isinstance(frame, str) else frame

    def write(self, body: bytes) -> None:
        try:
            self._connection.send(body.decode())
        except ConnectionClosed as error:
            raise BrokenPipeError(str(error)) from error

    def close(self) -> None:
        self._connection.close()
        self.finished.set()


def websocket(
    host: str, port: int, listening: Callable[[int], None], origins: list[str]
) -> Channel:
    """The first client to open a WebSocket on `host`:`port`, as `tcp`.

    Browsers name the page's origin, and any page may try: only those in `origins` are let in.
    Programs that are not browsers send none and are.
    """
    connected: queue.SimpleQueue[WebSocketChannel] = queue.SimpleQueue()
    free = threading.Lock()

    def handle(connection: ServerConnection) -> None:
        if not free.acquire(blocking=False):
            connection.close(CloseCode.TRY_AGAIN_LATER, "There is a client already.")
            return
        channel = WebSocketChannel(connection)
        connected.put(channel)
        channel.finished.wait()  # returning would close the connection

    allowed = [None, *(Origin(origin) for origin in origins)]
    server = serve(handle, host, port, max_size=None, origins=allowed)
    listening(server.socket.getsockname()[1])
    threading.Thread(target=server.serve_forever, name="websocket", daemon=True).start()
    return connected.get()
