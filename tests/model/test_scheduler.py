"""Who gets the engine when. The engine here only waits to be told what to do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from jedimind.model.engines import Chunk, EngineError, Kind
from jedimind.model.host import scheduler as scheduling
from jedimind.model.host.scheduler import Generation, Note, Scheduler

HANG = 10.0


class ScriptedEngine:
    """Emits the request's name once per `step`, until it is told to stop or the name is done."""

    capabilities: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.began: list[str] = []
        self.ended: list[str] = []
        self._steps = threading.Semaphore(0)

    def load(self, path: Path, *, name: str, context: int, threads: int) -> None:
        raise AssertionError("nothing to load")

    def stream(self, kind: Kind, body: Mapping[str, Any], emit: Callable[[Chunk], bool]) -> None:
        name = body["name"]
        self.began.append(name)
        for _ in range(body["tokens"]):
            assert self._steps.acquire(timeout=HANG)
            if name == "broken":
                raise EngineError("it broke", status=500, type="server_error")
            if emit({"text": name}):
                break
        self.ended.append(name)

    def step(self, times: int = 1) -> None:
        self._steps.release(times)


@asynccontextmanager
async def working(engine: ScriptedEngine) -> AsyncIterator[Scheduler]:
    scheduler = Scheduler(engine)
    work = asyncio.create_task(scheduler.work())
    try:
        yield scheduler
    finally:
        work.cancel()
        engine.step(1000)


def submit(scheduler: Scheduler, name: str, tokens: int = 2) -> Generation:
    return scheduler.submit("chat", {"name": name, "tokens": tokens})


async def rest_of(generation: Generation) -> list[str]:
    async def read() -> list[str]:
        return [item["text"] async for item in generation if not isinstance(item, Note)]

    return await asyncio.wait_for(read(), HANG)


async def next_of(generation: Generation) -> Chunk | Note:
    return await asyncio.wait_for(generation.__anext__(), HANG)


async def test_first_come_first_served() -> None:
    engine = ScriptedEngine()
    async with working(engine) as scheduler:
        generations = [submit(scheduler, name) for name in ("a", "b", "c")]
        engine.step(6)
        for name, generation in zip("abc", generations, strict=True):
            assert await rest_of(generation) == [name, name]
    assert engine.began == engine.ended == ["a", "b", "c"]


async def test_who_left_before_its_turn_is_never_started() -> None:
    engine = ScriptedEngine()
    async with working(engine) as scheduler:
        first, second, third = (submit(scheduler, name) for name in ("a", "b", "c"))
        second.cancel()
        engine.step(4)
        assert await rest_of(first) == ["a", "a"]
        assert await rest_of(third) == ["c", "c"]
    assert engine.began == ["a", "c"]


async def test_a_cancelled_generation_stops_at_its_next_token() -> None:
    engine = ScriptedEngine()
    async with working(engine) as scheduler:
        first, second = submit(scheduler, "a", tokens=100), submit(scheduler, "b")
        engine.step()
        assert await next_of(first) == {"text": "a"}
        first.cancel()
        assert scheduler.busy
        engine.step(3)
        assert await rest_of(second) == ["b", "b"]
    assert engine.ended[0] == "a"


async def test_an_engine_error_ends_only_its_own_generation() -> None:
    engine = ScriptedEngine()
    async with working(engine) as scheduler:
        first, second = submit(scheduler, "broken"), submit(scheduler, "b")
        engine.step(3)
        with pytest.raises(EngineError, match="it broke"):
            await next_of(first)
        assert await rest_of(second) == ["b", "b"]


async def test_closing_ends_what_runs_and_what_waits() -> None:
    engine = ScriptedEngine()
    async with working(engine) as scheduler:
        first, second = submit(scheduler, "a"), submit(scheduler, "b")
        engine.step()
        assert await next_of(first) == {"text": "a"}
        scheduler.close(EngineError("bye", status=503, type="unavailable_error"))
        for generation in (first, second):
            with pytest.raises(EngineError, match="bye"):
                await next_of(generation)
    assert engine.began == ["a"]


async def test_who_waits_long_hears_that_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduling, "_SIGN_OF_LIFE", 0.01)
    engine = ScriptedEngine()
    async with working(engine) as scheduler:
        submit(scheduler, "a")
        second = submit(scheduler, "b")
        assert [await next_of(second) for _ in range(2)] == [Note("waiting for its turn")] * 2
        engine.step(4)
        assert await rest_of(second) == ["b", "b"]
