"""Who may ask the host, and what happens when they leave."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from jedimind.model.engines import EngineError


class WhileConnected:
    """Responds with `answer`, which is cancelled when the client disconnects.

    Starlette notices a client that left when it sends, or not at all, by version of the server's
    protocol; here nothing may be sent for a minute.
    """

    def __init__(self, answer: Callable[[Send], Awaitable[None]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answering = asyncio.ensure_future(self._answer(send))
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            await asyncio.wait({answering, gone}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                answering.result()
        finally:
            gone.cancel()
            answering.cancel()
            await asyncio.wait({answering, gone})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class TokenWanted:
    """Answers 401 to whoever does not send the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not hmac.compare_digest(given, self._expected):
                error = EngineError(
                    "The token is missing or wrong.", status=401, type="authentication_error"
                )
                await JSONResponse(error.body(), status_code=401)(scope, receive, send)
                return
        await self._app(scope, receive, send)
