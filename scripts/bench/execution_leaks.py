"""What many runs leave: processes, descriptors, files and memory."""

from __future__ import annotations

import asyncio
import gc
import os
from pathlib import Path

import attrs
import psutil
from execution_programs import LIMITS, own
from rich.table import Table

from jedimind.execution.executor import Code, Executor
from jedimind.execution.zygote import Place

_IN_A_ROW = 1000
_AT_ONCE = 50
# Runs before counting begins: caches fill, and a process is on stand-by.
_BEFORE = 20
# MB that a heap may grow by for other reasons.
_SLACK = 10.0


@attrs.frozen
class State:
    """What there is: ours alone, but for `zygote`, which is MB resident in that process."""

    processes: int
    descriptors: int
    files: int
    server: float
    zygote: float


@attrs.frozen
class Leak:
    """The state before and after some runs."""

    runs: str
    before: State
    after: State

    @property
    def is_none(self) -> bool:
        counts = (self.after.processes, self.after.descriptors, self.after.files)
        grown = (self.after.server - self.before.server, self.after.zygote - self.before.zygote)
        return max(grown) < _SLACK and counts == (
            self.before.processes,
            self.before.descriptors,
            self.before.files,
        )


async def look(python: str, folder: Path) -> list[Leak]:
    """Does the runs, which leave a daemon each tenth time."""
    place = Place(python, folder)
    temporary = folder / "temporary"
    temporary.mkdir()
    os.environ["TMPDIR"] = str(temporary)
    async with Executor() as executor:

        async def run(number: int) -> None:
            leave = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)\n"
            code = Code((leave if number % 10 == 0 else "") + str(number), "program.py")
            async with executor.run(code, place, LIMITS, own(place)) as running:
                outcome = await running.outcome()
            if outcome.value != str(number):
                raise SystemExit(f"run {number}: {outcome.sentence}")

        for number in range(_BEFORE):
            await run(number)
        await asyncio.gather(*map(run, range(_AT_ONCE)))
        begun = await _state(temporary)
        for number in range(_IN_A_ROW):
            await run(number)
        row = await _state(temporary)
        await asyncio.gather(*map(run, range(_AT_ONCE)))
        return [
            Leak(f"{_IN_A_ROW} in a row", begun, row),
            Leak(f"{_AT_ONCE} at once", row, await _state(temporary)),
        ]


async def _state(temporary: Path) -> State:
    """What is left once it has stayed the same for a while: a stand-by is made meanwhile."""
    server = psutil.Process()
    last, steady = -1, 0
    while steady < 20:
        now = len(server.children(recursive=True))
        steady = steady + 1 if now == last else 0
        last = now
        await asyncio.sleep(0.05)
    gc.collect()
    (zygote,) = server.children()
    return State(
        processes=last,
        descriptors=server.num_fds() + zygote.num_fds(),
        files=_count(temporary),
        server=server.memory_info().rss / 1e6,
        zygote=zygote.memory_info().rss / 1e6,
    )


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.rglob("*"))


def table(leaks: list[Leak]) -> Table:
    shown = Table("before → after", title="What is left", title_justify="left")
    headings = ("processes", "descriptors", "files", "server, MB", "zygote, MB", "nothing leaked")
    for heading in headings:
        shown.add_column(heading, justify="right")
    for leak in leaks:
        pairs = zip(attrs.astuple(leak.before), attrs.astuple(leak.after), strict=True)
        cells = [f"{before:.4g} → {after:.4g}" for before, after in pairs]
        shown.add_row(leak.runs, *cells, "yes" if leak.is_none else "no")
    return shown
