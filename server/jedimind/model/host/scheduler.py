"""Who has the engine: one generation at a time, first come, first served.

A generation whose client left before its turn is never started. One that runs is stopped at its
next token, and the engine is not given on before it has really let go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import attrs

from jedimind.model.engines import Chunk, Engine, EngineError, Kind

_SIGN_OF_LIFE = 5.0
"""Seconds after which a generation that waits for its turn says so, and says so again."""


@attrs.frozen
class Note:
    """Something happens although there is no text yet."""

    text: str


class Generation:
    """One request's turn at the engine: iterate it for what comes of it. Raises `EngineError`."""

    def __init__(self, kind: Kind, body: Mapping[str, Any]) -> None:
        self.kind = kind
        self.cancelled = False
        self._body = body
        self._loop = asyncio.get_running_loop()
        self._produced: asyncio.Queue[Chunk | Note | EngineError | None] = asyncio.Queue()
        self._sign_of_life = self._loop.call_later(_SIGN_OF_LIFE, self._still_waiting)

    def __aiter__(self) -> Generation:
        return self

    async def __anext__(self) -> Chunk | Note:
        item = await self._produced.get()
        if item is None:
            raise StopAsyncIteration
        if isinstance(item, EngineError):
            raise item
        return item

    def cancel(self) -> None:
        """Nobody wants the rest."""
        self.cancelled = True
        self._sign_of_life.cancel()

    def fail(self, error: EngineError) -> None:
        """End it with `error`."""
        self.cancel()
        self._produced.put_nowait(error)

    async def run(self, engine: Engine) -> None:
        """Generate until the end or until it is cancelled; returns when the engine is free."""
        self._sign_of_life.cancel()
        try:
            await asyncio.to_thread(engine.stream, self.kind, self._body, self._emit)
        except EngineError as error:
            self._produced.put_nowait(error)
        else:
            self._produced.put_nowait(None)

    def _emit(self, chunk: Chunk) -> bool:
        progress = chunk.get("prompt_progress")
        item = (
            Note(f"prompt {progress['processed']} of {progress['total']} tokens")
            if progress
            else chunk
        )
        self._loop.call_soon_threadsafe(self._produced.put_nowait, item)
        return self.cancelled

    def _still_waiting(self) -> None:
        self._produced.put_nowait(Note("waiting for its turn"))
        self._sign_of_life = self._loop.call_later(_SIGN_OF_LIFE, self._still_waiting)


class Scheduler:
    """The queue in front of one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: asyncio.Queue[Generation] = asyncio.Queue()
        self._running: Generation | None = None

    @property
    def busy(self) -> bool:
        """Whether the engine is generating."""
        return self._running is not None

    def submit(self, kind: Kind, body: Mapping[str, Any]) -> Generation:
        """Queue a request of OpenAI's API."""
        generation = Generation(kind, body)
        self._waiting.put_nowait(generation)
        return generation

    async def work(self) -> None:
        """Serve the queue; runs until it is cancelled."""
        while True:
            generation = await self._waiting.get()
            if generation.cancelled:
                continue
            self._running = generation
            await generation.run(self._engine)
            self._running = None

    def close(self, error: EngineError) -> None:
        """End every generation with `error`."""
        if self._running is not None:
            self._running.fail(error)
        while not self._waiting.empty():
            self._waiting.get_nowait().fail(error)
