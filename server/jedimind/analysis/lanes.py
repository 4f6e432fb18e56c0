"""The workers of one session: one for what the user waits for, one for what takes its time.

Slow work on the whole project must never delay a completion, and Jedi does one thing at a time.
"""

from __future__ import annotations

import logging

from jedimind.analysis.errors import AnalysisFailed
from jedimind.analysis.overlays import Overlays
from jedimind.analysis.process import AnalysisProcess
from jedimind.analysis.spare import Spare

logger = logging.getLogger(__name__)


class Lanes:
    """`interactive` answers at the speed of typing; `background` does references and the like.

    They work from `start_first` or the first question on, until `close`, which may come twice.
    """

    def __init__(self) -> None:
        self.overlays = Overlays()
        self._spare = Spare()
        self.interactive = AnalysisProcess(
            5.0, setting="analysis.timeout", overlays=self.overlays, spare=self._spare
        )
        self.background = AnalysisProcess(
            60.0, setting="analysis.backgroundTimeout", overlays=self.overlays, spare=self._spare
        )

    async def start_first(self) -> None:
        """Start the interactive worker, and do not wait until it is warm."""
        try:
            await self.interactive.start()
        except AnalysisFailed as error:
            logger.warning("%s", error)  # the first question tries again, and says so

    async def start(self) -> None:
        """Start all workers, one after the other, so that the first is warm the soonest."""
        try:
            # The first completion should not share the processor with what nobody waits for yet.
            await self.interactive.quiet()
            await self.background.warm()
        except AnalysisFailed as error:
            logger.warning("%s", error)  # the first question tries again, and says so
            return
        self._spare.keep()

    async def close(self) -> None:
        await self._spare.close()
        await self.interactive.close()
        await self.background.close()
