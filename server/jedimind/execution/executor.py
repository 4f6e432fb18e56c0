"""Runs Python code in processes of its own, within limits, and says what happened.

    async with run(code, place, limits, Profile.OWN) as running:
        async for event in running:
            ...  # Output as it comes, at last Finished

A run has limits but no sandbox yet (`outcome.LIMITS_ONLY`): it can do whatever the user can.
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
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import attrs

from jedimind.execution import supervised
from jedimind.execution.conclusion import Evidence, conclude
from jedimind.execution.errors import SandboxRequiredError, UnsupportedPlatformError
from jedimind.execution.interpreter import why_not_started
from jedimind.execution.limits import Limits
from jedimind.execution.messages import LARGEST_RESULT, End
from jedimind.execution.outcome import Outcome
from jedimind.execution.profile import Profile as Profile

# Seconds a Python has to start our supervisor, on a busy machine too.
_START_TIMEOUT = 30.0
# Seconds to read on after the supervisor has gone. Only what escaped it can still hold a pipe.
_DRAIN_TIMEOUT = 0.5
_CHUNK = 2**16


@attrs.frozen
class Code:
    """Python source, and where it stands in a file that need not exist or be saved.

    `first_line` (1-based) and `first_column` (0-based, in code points) are the place of its first
    character, so that tracebacks speak of the file.
    """

    source: str
    path: str
    first_line: int = 1
    first_column: int = 0


@attrs.frozen
class Place:
    """The Python to run with (see `interpreter.choose`) and the working directory."""

    interpreter: str
    folder: Path


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


@contextlib.asynccontextmanager
async def run(code: Code, place: Place, limits: Limits, profile: Profile) -> AsyncIterator[Run]:
    """Starts `code`; leaving the context ends it.

    Raises:
        UnsupportedPlatformError: on Windows.
        SandboxRequiredError: generated code, as there is no sandbox.
        InterpreterError: the Python is missing, cannot be executed, is too old, or is none.
        PlaceError: the folder cannot be entered.
    """
    if os.name != "posix":
        raise UnsupportedPlatformError(
            "Running code needs Linux or macOS; on Windows, use jedimind inside WSL."
        )
    if profile is Profile.GENERATED:
        raise SandboxRequiredError(
            "Generated code is not run, because there is no sandbox for it; "
            "read it, and run it yourself."
        )
    key = secrets.token_hex(16)
    request = supervised.Request(code.source, code.path, code.first_line, code.first_column, key)
    process = await supervised.start(
        place.interpreter, place.folder, request, limits.timeout, limits.memory * 2**20
    )
    running = Run(process, limits, key)
    try:
        if not await running.has_started():
            raise await why_not_started(place.interpreter)
        yield running
    finally:
        await running.close()


class Run:
    """A run in progress: iterate over it for its events, or ask for the `outcome` alone."""

    def __init__(self, process: supervised.Supervised, limits: Limits, key: str) -> None:
        self._process = process
        self._limits = limits
        self._key = key
        # Bounded by the output limit. None comes after the last event.
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._texts: dict[Stream, list[str]] = {"stdout": [], "stderr": []}
        self._result = bytearray()
        self._room = limits.output * 1024
        self._overflowed = False
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
        """Whether the supervisor came up and made a process for the code."""
        try:
            worker = await asyncio.wait_for(asyncio.shield(self._worker), _START_TIMEOUT)
        except asyncio.TimeoutError:
            return False
        return worker is not None

    async def close(self) -> None:
        """Ends what is left of the run at once, and waits until it has."""
        self._process.abandon()
        await asyncio.wait([self._following])

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
            evidence = Evidence(
                end=end,
                result=bytes(self._result),
                key=self._key,
                stdout="".join(self._texts["stdout"]),
                stderr="".join(self._texts["stderr"]),
                overflowed=self._overflowed,
                seconds=time.monotonic() - began,
            )
            outcome = conclude(evidence, self._limits)
            self._events.put_nowait(Finished(outcome))
            return outcome
        finally:
            self._events.put_nowait(None)
            process.abandon()
            await asyncio.to_thread(process.process.wait)

    async def _read_report(self, reader: asyncio.StreamReader) -> End | None:
        """How the run ended; None if the supervisor was killed, and then the run is too."""
        first = await reader.readline()
        worker: int | None = json.loads(first)["worker"] if first else None
        if not self._worker.done():
            self._worker.set_result(worker)
        last = await reader.read()
        if last:
            return End.from_report(json.loads(last))
        if worker is not None:
            # The worker died with the supervisor, but its children may not have.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(worker, signal.SIGKILL)
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
