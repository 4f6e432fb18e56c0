"""One line of questions to Jedi, and the worker process that answers them.

Invariants: the worker answers one question at a time; a question that overruns its deadline, or
that nobody waits for any more and that does not end soon, costs the worker its life, because Jedi
cannot be interrupted; whatever happens to the worker, the next question finds a working one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Hashable
from typing import Any, TypeVar

import attrs

from jedimind.analysis import wire
from jedimind.analysis.compilation import SyntaxFault, SyntaxQuestion
from jedimind.analysis.context import Context, ContextQuestion
from jedimind.analysis.errors import AnalysisFailed, AnalysisTimeout, Superseded
from jedimind.analysis.overlays import Overlays
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question, answer_type
from jedimind.analysis.spare import Spare
from jedimind.analysis.unresolved import Unresolved, UnresolvedQuestion
from jedimind.analysis.worker_process import WorkerDied, WorkerProcess

_log = logging.getLogger(__name__)

# Most answers take less than this, and a new worker takes longer to get warm.
_GRACE = 1.0

# Seconds without a question after which the next is not expected right away.
_MOMENT = 0.3

_CLOSED = "Jedi's process was stopped because the server is shutting down."

_Answer = TypeVar("_Answer")


class AnalysisProcess:
    """One worker process; it is started by the first question, or before it by `start`.

    `deadline` is the number of seconds that a question may take in the worker; it may be changed.
    `setting` names the setting for it. The worker reads `overlays` in the place of files. A worker
    that had to be killed is replaced by the `spare`, which is warm already.
    """

    def __init__(
        self,
        deadline: float,
        *,
        setting: str = "analysis.timeout",
        overlays: Overlays | None = None,
        spare: Spare | None = None,
    ) -> None:
        self.deadline = deadline
        self._setting = setting
        self._overlays = overlays if overlays is not None else Overlays()
        self._spare = spare if spare is not None else Spare()
        self._turn = asyncio.Lock()
        self._passing = asyncio.Lock()
        self._worker: WorkerProcess | None = None
        self._exchanges: set[_Exchange] = set()
        self._latest: dict[Hashable, _Exchange] = {}
        self._stirred = time.monotonic()  # the last time that somebody asked or was answered
        self._is_new = False
        self._closed = False

    async def start(self) -> None:
        """Start the worker, so that the first question finds it warm. It warms up by itself.

        Raises:
            AnalysisFailed: the process could not be started.
        """
        async with self._turn:
            await self._running()

    async def warm(self) -> None:
        """Wait until the worker is ready for its first question.

        Raises:
            AnalysisFailed: it could not be started.
        """
        async with self._turn:
            worker = await self._running()
        await worker.warm(None)
        if self._is_new:  # whoever waited for it asks now
            self._is_new = False
            self._stirred = time.monotonic()

    async def quiet(self) -> None:
        """Wait until the worker is warm and for a moment nobody has asked anything.

        Raises:
            AnalysisFailed: it could not be started.
        """
        await self.warm()
        while (waited := self._waited_for()) or self._moment_left() > 0:
            if waited:
                await asyncio.wait(waited)
            await asyncio.sleep(self._moment_left())

    def _waited_for(self) -> list[asyncio.Task[Any]]:
        return [exchange.task for exchange in self._exchanges if not exchange.in_passing]

    def _moment_left(self) -> float:
        return max(0.0, self._stirred + _MOMENT - time.monotonic())

    async def close(self) -> None:
        """End the worker; questions in flight fail. Safe to call twice."""
        self._closed = True
        tasks = [exchange.task for exchange in self._exchanges]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._discard()

    @property
    def pid(self) -> int | None:
        """The worker's process id while one runs."""
        return self._worker.pid if self._worker is not None else None

    async def ask(
        self, question: Question[_Answer], latest: Hashable = None, *, in_passing: bool = False
    ) -> _Answer:
        """The answer to `question`. Of those with the same `latest`, only the last matters.

        What is asked `in_passing` waits until nobody has asked anything else for a moment, and
        until the one before it is answered.

        Raises:
            AnalysisTimeout, AnalysisFailed: there is no answer.
            Superseded: a newer question with the same `latest` came, and was asked instead.
        """
        exchange = self._begin(question, in_passing=in_passing)
        if latest is not None:
            if latest in self._latest:
                self._latest[latest].supersede()
            self._latest[latest] = exchange
        try:
            await asyncio.wait(
                {exchange.task, exchange.superseded}, return_when=asyncio.FIRST_COMPLETED
            )
        except asyncio.CancelledError:
            self._abandon(exchange)
            raise
        finally:
            if self._latest.get(latest) is exchange:
                del self._latest[latest]
        if not exchange.task.done():
            self._abandon(exchange)
            raise Superseded
        if exchange.task.cancelled():  # by `close`
            raise AnalysisFailed(_CLOSED)
        answer: _Answer = wire.converter.structure(
            exchange.task.result(), answer_type(type(question))
        )
        return answer

    async def context(
        self, place: SourcePlace, wanted: frozenset[str] = frozenset(), limit: int = 60
    ) -> Context:
        """At most `limit` definitions that code at `place` can use, the most useful first.

        `wanted` are words; definitions named after them come first.

        Raises:
            AnalysisTimeout, AnalysisFailed: there is no answer.
        """
        return await self.ask(ContextQuestion(place, wanted, limit))

    async def unresolved(self, place: SourcePlace, lines: range) -> tuple[Unresolved, ...]:
        """The names in `lines` of ``place.source`` that certainly do not exist, in order.

        What is not certain is left out: a false alarm is worse than a miss.

        Raises:
            AnalysisTimeout, AnalysisFailed: there is no answer.
        """
        return await self.ask(UnresolvedQuestion(place, lines.start, lines.stop))

    async def syntax_fault(self, source: str) -> SyntaxFault | None:
        """What Python refuses in the source of a module; None if it takes it.

        Raises:
            AnalysisTimeout, AnalysisFailed: there is no answer.
        """
        return (await self.ask(SyntaxQuestion(source))).fault

    def _begin(self, question: Question[Any], *, in_passing: bool) -> _Exchange:
        loop = asyncio.get_running_loop()
        begun = asyncio.Event()
        ask = self._exchange_in_passing if in_passing else self._exchange
        task = loop.create_task(ask(question, begun))
        exchange = _Exchange(task, begun, loop.create_future(), in_passing)
        if not in_passing:
            self._stirred = time.monotonic()
        self._exchanges.add(exchange)
        task.add_done_callback(lambda _: self._finished(exchange))
        return exchange

    def _abandon(self, exchange: _Exchange) -> None:
        """Nobody waits any more: take back what was not asked yet, give the rest a moment."""
        if exchange.begun.is_set():
            asyncio.get_running_loop().call_later(_GRACE, exchange.task.cancel)
        else:
            exchange.task.cancel()

    def _finished(self, exchange: _Exchange) -> None:
        self._exchanges.discard(exchange)
        exchange.superseded.cancel()
        if not exchange.in_passing:
            self._stirred = time.monotonic()
        if not exchange.task.cancelled():
            exchange.task.exception()  # who waited has it; if nobody did, nobody needs it

    async def _exchange_in_passing(self, question: Question[Any], begun: asyncio.Event) -> Any:
        async with self._passing:
            await self.quiet()
            return await self._exchange(question, begun)

    async def _exchange(self, question: Question[Any], begun: asyncio.Event) -> Any:
        """One question and its answer. Cancelling it ends the worker and starts another."""
        async with self._turn:
            worker = await self._running()
            begun.set()
            if not await worker.warm(self.deadline):
                # A slow start is no fault of the question: a new worker would start no faster.
                raise AnalysisTimeout(
                    f"Jedi was not ready within {self.deadline:g} s; try again in a moment."
                )
            asking = worker.ask(question, self._overlays)
            try:
                return await asyncio.wait_for(asking, self.deadline)
            except asyncio.TimeoutError:
                _log.warning(
                    "%s took longer than %g s; worker restarted",
                    type(question).__name__,
                    self.deadline,
                )
                await self._replace()
                raise AnalysisTimeout(
                    f"Jedi took longer than {self.deadline:g} s and was stopped; "
                    f"raise `{self._setting}` if this happens often."
                ) from None
            except WorkerDied as death:
                _log.warning("analysis worker %d died (%s); restarted", worker.pid, death)
                await self._replace()
                raise AnalysisFailed(f"Jedi's process died ({death}); it was restarted.") from death
            except asyncio.CancelledError:
                await self._replace()
                raise

    async def _running(self) -> WorkerProcess:
        if self._closed:
            raise AnalysisFailed(_CLOSED)
        if self._worker is not None and self._worker.dead:
            await self._discard()
        if self._worker is None:
            self._worker = await self._spare.take()
            self._is_new = True
        return self._worker

    async def _replace(self) -> None:
        """End the worker and take another, so that it is warm when the next question comes."""
        await self._discard()
        if not self._closed:
            with contextlib.suppress(AnalysisFailed):  # the next question tries again, and says so
                await self._running()

    async def _discard(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.kill()


@attrs.frozen(eq=False)
class _Exchange:
    """A question under way: whether the worker has it, and whether a newer one came."""

    task: asyncio.Task[Any]
    begun: asyncio.Event
    superseded: asyncio.Future[None]
    in_passing: bool

    def supersede(self) -> None:
        if not self.superseded.done():
            self.superseded.set_result(None)
