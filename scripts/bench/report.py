"""What the measurements add up to."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
from pairs import Pair, Two
from questions import AT_DOT, HOVER, TRACE
from rich.table import Table
from starts import FIRST


@attrs.frozen
class Row:
    """One kind of work. Times are in milliseconds and of what compares: `compared` of `asked`."""

    kind: str
    busy: bool
    asked: int
    compared: int
    median: Two[float]
    p95: Two[float]
    differences: Mapping[str, int]

    @property
    def ratio(self) -> float:
        """Our median in terms of the peer's."""
        return self.median.ours / self.median.peer

    @property
    def p95_ratio(self) -> float:
        return self.p95.ours / self.p95.peer


@attrs.frozen
class Aim:
    """Something to reach, what was measured, and whether that is it."""

    wanted: str
    measured: str
    reached: bool


def rows(pairs: Iterable[Pair]) -> list[Row]:
    kinds: dict[tuple[bool, str], list[Pair]] = {}
    for pair in pairs:
        kinds.setdefault((pair.busy, pair.kind), []).append(pair)
    return [_row(kind, busy, group) for (busy, kind), group in kinds.items()]


def _row(kind: str, busy: bool, pairs: Sequence[Pair]) -> Row:
    compared = [pair.seconds for pair in pairs if pair.difference is None]
    peer = sorted(seconds.peer * 1000 for seconds in compared)
    ours = sorted(seconds.ours * 1000 for seconds in compared)
    differences: dict[str, int] = {}
    for pair in pairs:
        if pair.difference is not None:
            differences[pair.difference] = differences.get(pair.difference, 0) + 1
    return Row(
        kind,
        busy,
        len(pairs),
        len(compared),
        Two(_median(peer), _median(ours)),
        Two(_p95(peer), _p95(ours)),
        differences,
    )


def _median(ordered: Sequence[float]) -> float:
    return statistics.median(ordered) if ordered else math.nan


def _p95(ordered: Sequence[float]) -> float:
    """The smallest time that 95 of 100 do not exceed."""
    return ordered[math.ceil(0.95 * len(ordered)) - 1] if ordered else math.nan


def aims(found: Sequence[Row]) -> list[Aim]:
    """What the project wants of itself, as far as it was measured."""
    idle = {row.kind: row for row in found if not row.busy}
    busy = {row.kind: row for row in found if row.busy}
    reached = [
        _at_most(f"{kind}: at most {most} of the peer's", idle[kind].ratio, most)
        for kind, most in ((TRACE, 0.33), (AT_DOT, 0.7), (FIRST, 1.0))
        if kind in idle
    ]
    # Where nothing compares the ratio is not a number, which is not at most anything.
    slower = [row for row in idle.values() if not row.ratio <= 1]
    if idle:
        named = ", ".join(f"{row.kind} ({row.ratio:.2f})" for row in slower)
        reached.append(Aim("nothing slower than the peer", named or "nothing is", not slower))
    if HOVER in idle and HOVER in busy:
        ratio = busy[HOVER].p95.ours / idle[HOVER].p95.ours
        wanted = "hover beside the model and a run: p95 at most 1.5 of the idle one"
        reached.append(_at_most(wanted, ratio, 1.5))
    return reached


def _at_most(wanted: str, ratio: float, most: float) -> Aim:
    return Aim(wanted, f"{ratio:.2f}", ratio <= most)


def table(found: Sequence[Row], names: Two[str], *, busy: bool) -> Table:
    load = "beside a model that writes and a run that spins" if busy else "idle machine"
    shown = Table(title="Milliseconds, " + load, title_justify="left")
    shown.add_column("", no_wrap=True)
    for heading in (
        f"{names.peer}\nmedian",
        "p95",
        f"{names.ours}\nmedian",
        "p95",
        "ratio",
        "p95\nratio",
        "compared",
    ):
        shown.add_column(heading, justify="right")
    for row in found:
        if row.busy is busy:
            times = (row.median.peer, row.p95.peer, row.median.ours, row.p95.ours)
            cells = [_milliseconds(time) for time in times] if row.compared else ["-"] * 4
            ratios = [f"{row.ratio:.2f}", f"{row.p95_ratio:.2f}"] if row.compared else ["-"] * 2
            shown.add_row(row.kind, *cells, *ratios, f"{row.compared} of {row.asked}")
    return shown


def differences(found: Sequence[Row]) -> Table:
    shown = Table("what does not compare", "why", "times")
    for row in found:
        for difference, times in row.differences.items():
            shown.add_row(row.kind, difference, str(times))
    return shown


def aims_table(reached: Sequence[Aim]) -> Table:
    shown = Table("aim", "measured", "reached")
    for aim in reached:
        shown.add_row(aim.wanted, aim.measured, "yes" if aim.reached else "no")
    return shown


def as_json(found: Sequence[Row]) -> list[dict[str, Any]]:
    return [
        {**attrs.asdict(row), "ratio": row.ratio, "p95_ratio": row.p95_ratio}
        for row in found
        if row.compared
    ]


def _milliseconds(time: float) -> str:
    return f"{time:.0f}" if time >= 10 else f"{time:.1f}"
