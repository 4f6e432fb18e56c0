"""The host's routes.

- ``POST /v1/chat/completions``, ``POST /v1/completions``, ``GET /v1/models``: OpenAI's API.
- ``GET /jedimind/status``: what the host is doing.
- ``GET /jedimind/lease``: server-sent events for as long as a server wants the host:
  ``{"state": "ready"}`` or ``{"state": "failed", "error": …}`` once loading is over, and
  ``{"state": "leaving", "reason": …}`` when the host ends of its own will.

Every route wants the token. Errors have the form of OpenAI's API. When a client goes, what was
being done for it stops.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import attrs
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Send

from jedimind.model import sse
from jedimind.model.engines import Chunk, Engine, EngineError, Kind
from jedimind.model.host import merge
from jedimind.model.host.clients import TokenWanted, WhileConnected
from jedimind.model.host.lifetime import Lifetime
from jedimind.model.host.record import PROTOCOL
from jedimind.model.host.scheduler import Generation, Note, Scheduler


@attrs.define(kw_only=True)
class Host:
    """What the routes share; `loaded` holds None, or the sentence that says why loading failed."""

    name: str
    context: int
    engine: Engine
    scheduler: Scheduler
    lifetime: Lifetime
    loaded: asyncio.Future[str | None]
    tokens_per_second: float | None = None

    @property
    def state(self) -> str:
        """``loading``, ``ready``, ``failed`` or ``leaving``."""
        if self.lifetime.ended.done():
            return "leaving"
        if not self.loaded.done():
            return "loading"
        return "ready" if self.loaded.result() is None else "failed"


LEAVING = EngineError(
    "The model host is shutting down; ask again.", status=503, type="unavailable_error"
)


def application(host: Host, token: str) -> Starlette:
    """The ASGI application that serves `host` to those who know `token`."""

    async def chat(request: Request) -> ASGIApp:
        return await _completion(host, "chat", request)

    async def completion(request: Request) -> ASGIApp:
        return await _completion(host, "completion", request)

    async def models(request: Request) -> Response:
        model = {
            "id": host.name,
            "object": "model",
            "created": 0,
            "owned_by": "jedimind",
            "meta": {"n_ctx": host.context},
            "capabilities": sorted(host.engine.capabilities),
        }
        return JSONResponse({"object": "list", "data": [model]})

    async def status(request: Request) -> Response:
        return JSONResponse(
            {
                "protocol": PROTOCOL,
                "model": host.name,
                "state": host.state,
                "busy": host.scheduler.busy,
                "leases": host.lifetime.leases,
                "tokens_per_second": host.tokens_per_second,
            }
        )

    async def lease(request: Request) -> ASGIApp:
        if host.state == "leaving":
            raise LEAVING

        async def hold(send: Send) -> None:
            with host.lifetime.lease():
                await _stream(_news(host), send)

        return WhileConnected(hold)

    return Starlette(
        routes=[
            Route("/v1/chat/completions", chat, methods=["POST"]),
            Route("/v1/completions", completion, methods=["POST"]),
            Route("/v1/models", models),
            Route("/jedimind/status", status),
            Route("/jedimind/lease", lease),
        ],
        middleware=[Middleware(TokenWanted, token=token)],
        exception_handlers={EngineError: _refuse},
    )


async def _news(host: Host) -> AsyncIterator[bytes]:
    failure = await asyncio.shield(host.loaded)
    state = {"state": "ready"} if failure is None else {"state": "failed", "error": failure}
    yield sse.event(json.dumps(state))
    reason = await asyncio.shield(host.lifetime.ended)
    yield sse.event(json.dumps({"state": "leaving", "reason": reason}))


async def _completion(host: Host, kind: Kind, request: Request) -> ASGIApp:
    body = await _body(request, host.name)
    streamed = bool(body.get("stream"))
    if not streamed:
        merge.check(body)
        body["stream_options"] = {"include_usage": True}

    async def answer(send: Send) -> None:
        with host.lifetime.work():
            failure = await asyncio.shield(host.loaded)
            if failure is not None:
                raise EngineError(failure, status=503, type="unavailable_error")
            if host.state == "leaving":
                raise LEAVING
            generation = host.scheduler.submit(kind, body)
            try:
                if streamed:
                    # A request that is refused at once gets the refusal's status instead.
                    first = await generation.__anext__()
                    await _stream(_events(host, first, generation), send)
                else:
                    chunks = [item async for item in generation if not isinstance(item, Note)]
                    _note_speed(host, chunks[-1])
                    response = JSONResponse(merge.merged(kind, chunks))
                    await response(request.scope, request.receive, send)
            finally:
                generation.cancel()

    return WhileConnected(answer)


async def _events(host: Host, first: Chunk | Note, generation: Generation) -> AsyncIterator[bytes]:
    yield _event(first)
    try:
        async for item in generation:
            if not isinstance(item, Note):
                _note_speed(host, item)
            yield _event(item)
    except EngineError as error:
        yield sse.event(json.dumps(error.body()))
        return
    yield sse.event("[DONE]")


def _event(item: Chunk | Note) -> bytes:
    return sse.comment(item.text) if isinstance(item, Note) else sse.event(json.dumps(item))


def _note_speed(host: Host, chunk: Chunk) -> None:
    timings = chunk.get("timings")
    if timings:
        host.tokens_per_second = timings["predicted_per_second"]


async def _stream(events: AsyncIterator[bytes], send: Send) -> None:
    headers = {"cache-control": "no-store"}
    response = StreamingResponse(events, media_type="text/event-stream", headers=headers)
    await response.stream_response(send)


async def _body(request: Request, model: str) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise EngineError(
            f"The request is not JSON: {error}.", status=400, type="invalid_request_error"
        ) from error
    if not isinstance(body, dict):
        raise EngineError(
            "The request is not a JSON object.", status=400, type="invalid_request_error"
        )
    if body.get("model", model) != model:
        raise EngineError(
            f"This host serves {model}, not {body['model']}.", status=404, type="not_found_error"
        )
    return body


def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, EngineError)
    return JSONResponse(error.body(), status_code=error.status)
