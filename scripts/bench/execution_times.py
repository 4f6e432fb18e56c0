"""Measures runs in turns, and says what the times add up to."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

import attrs
from execution_programs import RunFailed, Runner, Times
from report import Aim
from rich.table import Table

_LOOP = """\
import time
for number in range(10):
    print(number, flush=True)
    time.sleep(0.1)
"""
STATEMENT = "one statement"
PRINTS = "1 s of printing"
_FIRST = ", to the first output"
_SECOND = ", second run"
# The first run of what is imported is measured once; all later ones are "second".
IMPORTS = ("import numpy", "import pandas")
WORK: Mapping[str, str] = {
    STATEMENT: "1 + 1",
    PRINTS: _LOOP,
    IMPORTS[0]: "import numpy\nnumpy.arange(3).sum()",
    IMPORTS[1]: "import pandas\npandas.DataFrame({'a': [1]}).shape",
}
# Milliseconds from request to result, and how much more a sandboxed run may take than one without.
_FAST = 10.0
_SANDBOX = 3.0
_COMMAND = "python -c"


@attrs.define
class Measured:
    """The times of one kind of work in one program, in milliseconds, in the order of the runs.

    `ratio` is that of its median to the one of `python -c`.
    """

    kind: str
    program: str
    times: list[float] = attrs.field(factory=list)
    failed: list[str] = attrs.field(factory=list)
    ratio: float = math.nan

    @property
    def median(self) -> float:
        return statistics.median(self.times) if self.times else math.nan

    @property
    def p95(self) -> float:
        """The smallest time that 95 of 100 do not exceed."""
        ordered = sorted(self.times)
        return ordered[math.ceil(0.95 * len(ordered)) - 1] if ordered else math.nan


async def measure(
    runners: Sequence[Runner], work: Mapping[str, str], rounds: int
) -> list[Measured]:
    """`rounds` of each kind of `work`, by one runner after the other; who is first changes."""
    found: dict[tuple[str, str], Measured] = {}

    def note(kind: str, runner: Runner, seconds: float) -> None:
        measured = found.setdefault((kind, runner.name), Measured(kind, runner.name))
        measured.times.append(seconds * 1000)

    for kind, source in work.items():
        # What prints for a second is the same each time but for the beginning.
        turns = max(3, rounds // 4) if kind == PRINTS else rounds
        for turn in range(turns):
            first = turn % len(runners)
            for runner in [*runners[first:], *runners[:first]]:
                name = kind + _SECOND if kind in IMPORTS and turn else kind
                try:
                    times: Times = await runner.run(source)
                except RunFailed as error:
                    failed = found.setdefault((name, runner.name), Measured(name, runner.name))
                    failed.failed.append(str(error))
                    continue
                note(name, runner, times.end)
                if kind == PRINTS and times.first is not None:
                    note(kind + _FIRST, runner, times.first)
    for measured in found.values():
        command = found.get((measured.kind, _COMMAND))
        if command is not None:
            measured.ratio = measured.median / command.median
    return list(found.values())


def table(found: Sequence[Measured]) -> Table:
    shown = Table("milliseconds", "", title="Runs", title_justify="left")
    for heading in ("median", "p95", f"of {_COMMAND}", "runs", "failed"):
        shown.add_column(heading, justify="right")
    kinds = list(dict.fromkeys(measured.kind for measured in found))
    for kind in kinds:
        for number, each in enumerate(each for each in found if each.kind == kind):
            shown.add_row(
                "" if number else kind,
                each.program,
                f"{each.median:.1f}",
                f"{each.p95:.1f}",
                f"{each.ratio:.2f}",
                str(len(each.times)),
                str(len(each.failed) or ""),
            )
        shown.add_section()
    return shown


def aims(found: Sequence[Measured]) -> list[Aim]:
    """What the project wants of itself, as far as it was measured."""
    ours = {
        (each.kind, each.program.rpartition(" ")[2]): each.median
        for each in found
        if each.program.startswith("jedimind, tier") and each.times
    }
    reached = []
    best = min((tier for kind, tier in ours if kind == STATEMENT), default=None)
    if best is not None:
        time = ours[STATEMENT, best]
        wanted = f"one statement, from request to result: under {_FAST:g} ms (tier {best})"
        reached.append(Aim(wanted, f"{time:.1f} ms", time < _FAST))
    if (STATEMENT, "A") in ours and (STATEMENT, "C") in ours:
        times = ours[STATEMENT, "A"] / ours[STATEMENT, "C"]
        wanted = f"tier A: at most {_SANDBOX:g} times the fork without a sandbox"
        reached.append(Aim(wanted, f"{times:.2f}", times <= _SANDBOX))
    for kind in IMPORTS:
        if best is not None and (kind + _SECOND, best) in ours:
            more = ours[kind + _SECOND, best] - ours[STATEMENT, best]
            wanted = f"{kind}, second run: under {_FAST:g} ms more than one statement"
            reached.append(Aim(wanted, f"{more:.1f} ms", more < _FAST))
    return reached
