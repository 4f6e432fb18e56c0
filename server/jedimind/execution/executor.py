"""Runs Python code in processes of its own, within limits, and says what happened.

    async with Executor() as executor:
        async with executor.run(code, place, limits, policy) as running:
            async for event in running:
                ...  # Output as it comes, at last Finished

A run is confined as its policy says and as well as the machine can (`sandbox/tier.py`).
Leaving the ``async with`` ends the run and every process it started, however it is left; so does
the death of this process. Nothing of ours is inherited by the run but its own pipes.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import json
import os
import secrets
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable
from typing import Literal

import attrs

from jedimind.execution.conclusion import Evidence, conclude
from jedimind.execution.errors import SandboxRequiredError, UnsupportedPlatformError
from jedimind.execution.interpreter import why_not_started
from jedimind.execution.limits import Limits
from jedimind.execution.messages import LARGEST_RESULT, End
from jedimind.execution.outcome import Outcome
from jedimind.execution.part import Part
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.sandbox.tier import Tier
from jedimind.execution.sandbox.tiers import Tiers
from jedimind.execution.session import Session
from jedimind.execution.supervised import Request, Supervised
from jedimind.execution.zygote import Ground, Place, Zygote, ZygoteGone
from jedimind.execution.zygotes import Zygotes

# Seconds a zygote has to fork, on a busy machine too.
_START_TIMEOUT = 30.0
# How often to try: a zygote may end just when it is needed, because a package started a thread.
_ATTEMPTS = 3
# Seconds to read on after the supervisor has gone. Only what escaped it can still hold a pipe.
_DRAIN_TIMEOUT = 0.5
_CHUNK = 2**16


@attrs.frozen
class Code:
    """Python source, and where it stands in a file that need not exist or be saved.

    `first_line` (1-based) and `first_column` (0-based, in code points) are the place of its first
    character, so that tracebacks speak of the file. With a `part`, which needs the source of the
    whole file, only that is run of it.
    """

    source: str
    path: str
    first_line: int = 1
    first_column: int = 0
    part: Part | None = None


Stream = Literal["stdout", "stderr"]


@attrs.frozen
class Output:
    """Text that was printed. The order between the two streams is only roughly known."""

    stream: Stream
    text: str


@attrs.frozen
class Finished:
    """The last event of every run."""

    outcome: Outcome


Event = Output | Finished


class Executor:
    """Runs code. It keeps processes that are ready to run more, and sessions, until `close`."""

    def __init__(self, tier: Tier | None = None) -> None:
        """With a `tier` that is used, otherwise the best that works."""
        self._tier = tier
        self._tiers = Tiers()
        self._zygotes = Zygotes()
        self._starting = asyncio.Lock()
        self._sessions: dict[_Home, Session] = {}
        self._turns: defaultdict[_Home, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def tier(self, interpreter: str = sys.executable) -> Tier:
        """How far code under `interpreter` is confined; the first time this is tried out."""
        return self._tier or (await self._tiers.of(interpreter)).tier

    @contextlib.asynccontextmanager
    async def run(
        self,
        code: Code,
        place: Place,
        limits: Limits,
        policy: Policy,
        session: Hashable | None = None,
    ) -> AsyncIterator[Run]:
        """Starts `code`, confined by `policy` as far as this machine can; leaving the context ends
        it.

        Runs with the same `session`, which are those of one place and policy, come one after the
        other and find the variables of those before. Without one a run begins with none.

        Raises:
            UnsupportedPlatformError: on Windows.
            SandboxRequiredError: generated code, where there is no sandbox.
            InterpreterError: the Python is missing, cannot be executed, is too old, or is none.
            PlaceError: the folder cannot be entered.
        """
        if os.name != "posix":
            raise UnsupportedPlatformError(
                "Running code needs Linux or macOS; on Windows, use jedimind inside WSL."
            )
        tier = await self.tier(place.interpreter)
        if policy.profile is Profile.GENERATED and tier is Tier.C:
            raise SandboxRequiredError(
                "Generated code is not run, because there is no sandbox for it on this machine "
                "(`jedimind doctor` says why); read it, and run it yourself."
            )
        key = secrets.token_hex(16)
        request = Request(
            code.source,
            code.path,
            code.first_line,
            code.first_column,
            key,
            limits.memory * 2**20,
            what=type(code.part).__name__.lower() if code.part is not None else "all",
            part=attrs.asdict(code.part) if code.part is not None else {},
        )
        start = self._fresh if session is None else self._in_session
        home = _Home(Ground(place, policy, tier), session)
        async with start(home, limits, key) as (zygote, running):
            try:
                running.begin(request)
                self._zygotes.begun(zygote)
                yield running
            finally:
                outcome = await running.close()
                self._zygotes.ended(zygote, outcome.imported)

    async def reset(self, session: Hashable) -> None:
        """Ends `session`, and what runs in it; the next run begins a new one."""
        for home in [home for home in self._sessions if home.session == session]:
            await self._end_session(home)

    async def __aenter__(self) -> Executor:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends all processes, and runs with them. Safe to call twice."""
        for home in list(self._sessions):
            await self._end_session(home)
        await self._zygotes.close()

    @contextlib.asynccontextmanager
    async def _fresh(
        self, home: _Home, limits: Limits, key: str
    ) -> AsyncIterator[tuple[Zygote, Run]]:
        async with contextlib.AsyncExitStack() as stack:
            async with self._starting:
                zygote, running = await self._start(home, limits, key)
                await stack.enter_async_context(self._zygotes.used(zygote))
            yield zygote, running

    async def _start(self, home: _Home, limits: Limits, key: str) -> tuple[Zygote, Run]:
        """A run that waits for its request."""
        for _ in range(_ATTEMPTS):
            zygote = await self._zygotes.at(home.ground)
            with contextlib.suppress(ZygoteGone):
                running = Run(await zygote.take(), limits, key, home)
                if await running.has_started():
                    return zygote, running
            await self._zygotes.drop(zygote)
        raise await why_not_started(home.ground.place.interpreter)

    @contextlib.asynccontextmanager
    async def _in_session(
        self, home: _Home, limits: Limits, key: str
    ) -> AsyncIterator[tuple[Zygote, Run]]:
        async with self._turns[home]:
            session, running = await self._resume(home, limits, key)
            try:
                yield session.zygote, running
            finally:
                await running.close()
                if not running.lives_on and self._sessions.get(home) is session:
                    await self._end_session(home)

    async def _resume(self, home: _Home, limits: Limits, key: str) -> tuple[Session, Run]:
        """A run that waits for its request in a session, which is begun if need be."""
        for _ in range(_ATTEMPTS):
            with contextlib.suppress(ZygoteGone):
                session = self._sessions.get(home) or await self._begin_session(home)
                running = Run(session.take(), limits, key, home)
                if await running.has_started():
                    return session, running
            await self._end_session(home)
        raise await why_not_started(home.ground.place.interpreter)

    async def _begin_session(self, home: _Home) -> Session:
        async with self._starting:
            zygote = await self._zygotes.at(home.ground)
            session = await Session.begin(zygote)
            await session.life.enter_async_context(self._zygotes.used(zygote))
        self._sessions[home] = session
        return session

    async def _end_session(self, home: _Home) -> None:
        session = self._sessions.pop(home, None)
        if session is not None:
            await session.close()


@attrs.frozen
class _Home:
    """Where a run belongs: its ground, and the session there if it is of one."""

    ground: Ground
    session: Hashable | None


class Run:
    """A run in progress: iterate over it for its events, or ask for the `outcome` alone.

    At its end `lives_on` says whether its session goes on, if it is of one.
    """

    def __init__(self, process: Supervised, limits: Limits, key: str, home: _Home) -> None:
        self._process = process
        self._limits = limits
        self._key = key
        self._home = home
        # Bounded by the output limit. None comes after the last event.
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._texts: dict[Stream, list[str]] = {"stdout": [], "stderr": []}
        self._result = bytearray()
        self._room = limits.output * 1024
        self._overflowed = False
        self.lives_on = False
        self._worker: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._following = asyncio.ensure_future(self._follow())

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        event = await self._events.get()
        if event is None:
            self._events.put_nowait(None)
            await self.outcome()
            raise StopAsyncIteration
        return event

    async def outcome(self) -> Outcome:
        """Waits for the end; the events stay to be iterated over."""
        return await asyncio.shield(self._following)

    def stop(self) -> None:
        """Ends the run within a second: interrupts it, then kills what is left.

        Its events go on to a `Finished` with ``exec.cancelled``, or with what else ended it first.
        """
        self._process.interrupt()

    async def has_started(self) -> bool:
        """Whether the supervisor came up and made a process for the code; else nothing is left."""
        worker = None
        try:
            with contextlib.suppress(asyncio.TimeoutError):
                worker = await asyncio.wait_for(asyncio.shield(self._worker), _START_TIMEOUT)
        finally:
            if worker is None:
                await self.close()
        return worker is not None

    def begin(self, request: Request) -> None:
        """Have the worker do `request`. To be called once."""
        self._process.begin(request, self._limits.timeout)

    async def close(self) -> Outcome:
        """Ends what is left of the run at once, and waits until it has."""
        self._process.abandon()
        return await self.outcome()

    async def _follow(self) -> Outcome:
        began = time.monotonic()
        process = self._process
        try:
            async with contextlib.AsyncExitStack() as stack:
                report = await _reader(process.report, stack)
                readers = [
                    self._read_output("stdout", await _reader(process.stdout, stack)),
                    self._read_output("stderr", await _reader(process.stderr, stack)),
                    self._read_result(await _reader(process.result, stack)),
                ]
                reading = [asyncio.ensure_future(reader) for reader in readers]
                for task in reading:
                    stack.callback(task.cancel)
                end = await self._read_report(report)
                await asyncio.wait(reading, timeout=_DRAIN_TIMEOUT)
            self.lives_on = end is not None and end.alive
            evidence = Evidence(
                end=end,
                result=bytes(self._result),
                key=self._key,
                stdout="".join(self._texts["stdout"]),
                stderr="".join(self._texts["stderr"]),
                overflowed=self._overflowed,
                seconds=time.monotonic() - began,
                in_session=self._home.session is not None,
                tier=self._home.ground.tier,
            )
            outcome = conclude(evidence, self._limits)
            self._events.put_nowait(Finished(outcome))
            return outcome
        finally:
            self._events.put_nowait(None)
            process.abandon()

    async def _read_report(self, reader: asyncio.StreamReader) -> End | None:
        """How the run ended; None if the supervisor was killed.

        Its worker dies with it then, and the zygote ends what else is left.
        """
        first = await reader.readline()
        worker: int | None = json.loads(first)["worker"] if first else None
        if not self._worker.done():
            self._worker.set_result(worker)
        last = await reader.read()
        if last:
            return End.from_report(json.loads(last))
        return None

    async def _read_output(self, stream: Stream, reader: asyncio.StreamReader) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while data := await reader.read(_CHUNK):
            kept = data[: self._room]
            self._room -= len(kept)
            self._emit(stream, decoder.decode(kept))
            if len(kept) < len(data) and not self._overflowed:
                self._overflowed = True
                self._process.kill()
        self._emit(stream, decoder.decode(b"", final=True))

    def _emit(self, stream: Stream, text: str) -> None:
        if text:
            self._texts[stream].append(text)
            self._events.put_nowait(Output(stream, text))

    async def _read_result(self, reader: asyncio.StreamReader) -> None:
        # Always read on: a worker that cannot write cannot end.
        while data := await reader.read(_CHUNK):
            room = LARGEST_RESULT + 1 - len(self._result)
            self._result += data[:room]


async def _reader(descriptor: int, stack: contextlib.AsyncExitStack) -> asyncio.StreamReader:
    """Reads from the pipe without blocking, and closes it with the stack."""
    pipe = stack.enter_context(os.fdopen(descriptor, "rb", buffering=0))
    reader = asyncio.StreamReader(limit=_CHUNK)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    stack.callback(transport.close)
    return reader
