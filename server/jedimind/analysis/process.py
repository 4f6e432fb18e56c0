"""The client of one analysis worker process: questions in, answers out.

Invariants: the worker answers one question at a time; a question that overruns its deadline, or
that nobody waits for any more and that does not end soon, costs the worker its life, because Jedi
cannot be interrupted; whatever happens to the worker, the next question finds a working one.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import sys
import time
from typing import Any, TypeVar

from jedimind.analysis import wire
from jedimind.analysis.compilation import SyntaxAnswer, SyntaxFault, SyntaxQuestion
from jedimind.analysis.context import Context, ContextQuestion
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.unresolved import Unresolved, UnresolvedQuestion

_log = logging.getLogger(__name__)

# Most answers take less than this, and a new worker takes longer to get warm.
_GRACE = 0.3

_CLOSED = "Jedi's process was stopped because the server is shutting down."

_Answer = TypeVar("_Answer")


class AnalysisError(Exception):
    """Jedi gave no answer; the text is a sentence for the user."""


class AnalysisTimeout(AnalysisError):
    """The question took longer than its deadline."""


class AnalysisFailed(AnalysisError):
    """The worker died, or Jedi failed on this source."""


class AnalysisProcess:
    """One worker process; it is started by the first question, or before it by `start`.

    `deadline` is the number of seconds that a question may take in the worker; it may be changed.
    """

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self._turn = asyncio.Lock()
        self._worker: _Worker | None = None
        self._ids = itertools.count(1)
        self._exchanges: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def start(self) -> None:
        """Start the worker, so that the first question finds it warm. It warms up by itself.

        Raises:
            AnalysisFailed: the process could not be started.
        """
        async with self._turn:
            await self._running()

    async def close(self) -> None:
        """End the worker; questions in flight fail. Safe to call twice."""
        self._closed = True
        for exchange in list(self._exchanges):
            exchange.cancel()
        await asyncio.gather(*self._exchanges, return_exceptions=True)
        await self._discard()

    @property
    def pid(self) -> int | None:
        """The worker's process id while one runs."""
        return self._worker.pid if self._worker is not None else None

    async def context(
        self, place: SourcePlace, wanted: frozenset[str] = frozenset(), limit: int = 60
    ) -> Context:
        """At most `limit` definitions that code at `place` can use, the most useful first.

        `wanted` are words; definitions named after them come first.

        Raises:
            AnalysisTimeout, AnalysisFailed: there is no answer.
        """
        return await self._ask(ContextQuestion(place, wanted, limit), Context)

    async def unresolved(self, place: SourcePlace, lines: range) -> tuple[Unresolved, ...]:
        """The names in `lines` of ``place.source`` that certainly do not exist, in order.

        What is not certain is left out: a false alarm is worse than a miss.

        Raises:
            AnalysisTimeout, AnalysisFailed: there is no answer.
        """
        question = UnresolvedQuestion(place, lines.start, lines.stop)
        return await self._ask(question, tuple[Unresolved, ...])

    async def syntax_fault(self, source: str) -> SyntaxFault | None:
        """What Python refuses in the source of a module; None if it takes it.

        Raises:
            AnalysisTimeout, AnalysisFailed: there is no answer.
        """
        return (await self._ask(SyntaxQuestion(source), SyntaxAnswer)).fault

    async def _ask(self, question: wire.Question, answer: type[_Answer]) -> _Answer:
        begun = asyncio.Event()
        exchange = asyncio.create_task(self._exchange(question, begun))
        self._exchanges.add(exchange)
        exchange.add_done_callback(self._finished)
        try:
            return wire.converter.structure(await asyncio.shield(exchange), answer)
        except asyncio.CancelledError:
            if exchange.cancelled():  # by `close`: it is not the caller who was cancelled
                raise AnalysisFailed(_CLOSED) from None
            if begun.is_set():
                asyncio.get_running_loop().call_later(_GRACE, exchange.cancel)
            else:
                exchange.cancel()
            raise

    def _finished(self, exchange: asyncio.Task[Any]) -> None:
        self._exchanges.discard(exchange)
        if not exchange.cancelled():
            exchange.exception()  # who waited has it; if nobody did, nobody needs it

    async def _exchange(self, question: wire.Question, begun: asyncio.Event) -> Any:
        """One question and its answer. Cancelling it ends the worker and starts another."""
        # Large sources are encoded off the event loop.
        request = await asyncio.to_thread(_encode, next(self._ids), question)
        async with self._turn:
            worker = await self._running()
            begun.set()
            until = time.monotonic() + self.deadline
            if not await worker.warm(self.deadline):
                # A slow start is no fault of the question: a new worker would start no faster.
                raise AnalysisTimeout(
                    f"Jedi was not ready within {self.deadline:g} s; try again in a moment."
                )
            try:
                return await asyncio.wait_for(worker.ask(request), until - time.monotonic())
            except asyncio.TimeoutError:
                _log.warning("analysis took longer than %g s; worker restarted", self.deadline)
                await self._replace()
                raise AnalysisTimeout(
                    f"Jedi took longer than {self.deadline:g} s and was stopped; "
                    "raise `analysis.timeout` if this happens often."
                ) from None
            except _WorkerDied as death:
                _log.warning("analysis worker %d died (%s); restarted", worker.pid, death)
                await self._replace()
                raise AnalysisFailed(f"Jedi's process died ({death}); it was restarted.") from death
            except asyncio.CancelledError:
                await self._replace()
                raise

    async def _running(self) -> _Worker:
        if self._closed:
            raise AnalysisFailed(_CLOSED)
        if self._worker is not None and self._worker.dead:
            await self._discard()
        if self._worker is None:
            try:
                self._worker = await _Worker.start()
            except OSError as error:
                raise AnalysisFailed(
                    f"Jedi's process cannot be started ({error.strerror}); "
                    "free some memory or processes and try again."
                ) from error
        return self._worker

    async def _replace(self) -> None:
        """End the worker and start another, so that it is warm when the next question comes."""
        await self._discard()
        if not self._closed:
            with contextlib.suppress(AnalysisFailed):  # the next question tries again, and says so
                await self._running()

    async def _discard(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.kill()


class _WorkerDied(Exception):
    """The worker closed its end; the text is how it ended."""


class _Worker:
    """A child process and its frames."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._log = asyncio.create_task(self._pass_on_log())
        self._warm = asyncio.create_task(self._read())

    @classmethod
    async def start(cls) -> _Worker:
        """Start a worker; it needs a moment to get warm.

        With ``-m`` the current directory is the first place that modules are imported from. An
        editor starts its server in the user's project, so the worker is started elsewhere.
        """
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "jedimind.analysis.worker",
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            cwd=sys.prefix,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def dead(self) -> bool:
        return self._process.returncode is not None

    async def warm(self, timeout: float) -> bool:
        """Wait for the worker to be ready; whether it is.

        Raises:
            AnalysisFailed: it died on the way.
        """
        try:
            await asyncio.wait_for(asyncio.shield(self._warm), timeout)
        except asyncio.TimeoutError:
            return False
        except _WorkerDied as death:
            raise AnalysisFailed(
                f"Jedi's process did not start ({death}); its reason is in the server's log."
            ) from death
        return True

    async def ask(self, request: bytes) -> Any:
        """Send a frame and wait for its answer.

        Raises:
            AnalysisFailed: Jedi failed on this question.
            _WorkerDied: there will be no answer.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(request)
            await self._process.stdin.drain()
        except ConnectionError as error:
            raise _WorkerDied(await self._end()) from error
        message = await self._read()
        if "error" in message:
            _log.warning("Jedi failed: %s", message["error"])
            raise AnalysisFailed(f"Jedi failed on this code ({message['error']}).")
        return message["answer"]

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self._warm.cancel()
        await asyncio.gather(self._warm, self._log, return_exceptions=True)

    async def _read(self) -> Any:
        assert self._process.stdout is not None
        try:
            header = await self._process.stdout.readexactly(wire.HEADER.size)
            body = await self._process.stdout.readexactly(wire.body_length(header))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise _WorkerDied(await self._end()) from error
        return await asyncio.to_thread(json.loads, body)

    async def _end(self) -> str:
        code = await self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    async def _pass_on_log(self) -> None:
        assert self._process.stderr is not None
        while chunk := await self._process.stderr.read(4096):
            _log.warning("analysis worker: %s", chunk.decode("utf-8", "replace").rstrip())


def _encode(identity: int, question: wire.Question) -> bytes:
    return wire.frame(
        {
            "id": identity,
            "question": type(question).__name__,
            "body": wire.converter.unstructure(question),
        }
    )
