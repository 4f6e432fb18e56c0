"""A warm worker in reserve, so that a killed one is replaced without a wait."""

from __future__ import annotations

import asyncio
import logging

from jedimind.analysis.errors import AnalysisFailed
from jedimind.analysis.worker_process import WorkerProcess

logger = logging.getLogger(__name__)


class Spare:
    """Holds at most one worker. Until `keep` is called it holds none and starts each when taken."""

    def __init__(self) -> None:
        self._worker: WorkerProcess | None = None
        self._starting: asyncio.Task[None] | None = None
        self._keeps = False

    def keep(self) -> None:
        """From now on have a worker ready."""
        self._keeps = True
        if self._worker is None and self._starting is None:
            self._starting = asyncio.get_running_loop().create_task(self._start())

    async def take(self) -> WorkerProcess:
        """A worker: the spare one if there is one, else one that is just starting.

        Raises:
            AnalysisFailed: none can be started.
        """
        worker, self._worker = self._worker, None
        if worker is not None and worker.dead:
            await worker.kill()
            worker = None
        if worker is None:
            worker = await WorkerProcess.start()
        if self._keeps:
            self.keep()
        return worker

    async def close(self) -> None:
        self._keeps = False
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._worker is not None:
            await self._worker.kill()
            self._worker = None

    async def _start(self) -> None:
        try:
            # It is of use before it is warm: one that is started only then would take longer.
            self._worker = await WorkerProcess.start()
        except AnalysisFailed as error:
            logger.warning("There is no spare worker: %s", error)
        finally:
            self._starting = None
