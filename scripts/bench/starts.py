"""What a user waits for after the server was started; each time is that of a new process."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import attrs
from answers import compare, completions
from pairs import Pair, Two, in_turns
from programs import Program

from window import Desk, Dot, opened
from wire import Answer

INITIALIZE = "start to the answer to initialize"
FIRST = "start to the first completion"
FIRST_EVER = "start to the first completion, disk cache empty"
COLD = "first completion, 3 s after opening"

# Seconds that a user reads before typing, for COLD.
_READING = 3.0


@attrs.frozen
class _Start:
    """What one start showed."""

    to_initialize: float
    to_completion: float
    completion: Answer


def measure(programs: Two[Program], desk: Desk, dots: Sequence[Dot], rounds: int) -> Iterator[Pair]:
    """`rounds` starts of each kind; a start with a disk cache is one after others in these files.

    The first completion is asked for at once after opening a file, or after `_READING`.
    """
    for dot in dots:
        in_turns(0, programs, partial(_start, desk=desk, dot=dot))
    for turn, dot in zip(range(rounds), itertools.cycle(dots), strict=False):
        both = in_turns(turn, programs, partial(_start, desk=desk, dot=dot))
        yield _pair(FIRST, dot, both)
        yield attrs.evolve(
            _pair(INITIALIZE, dot, both),
            seconds=Two(both.peer.to_initialize, both.ours.to_initialize),
            difference=None,
        )
        both = in_turns(turn, programs, partial(_start, desk=desk, dot=dot, reading=_READING))
        yield attrs.evolve(
            _pair(COLD, dot, both),
            seconds=Two(both.peer.completion.seconds, both.ours.completion.seconds),
        )
        with tempfile.TemporaryDirectory() as empty:
            nothing = attrs.evolve(desk, caches=Path(empty))
            both = in_turns(turn, programs, partial(_start, desk=nothing, dot=dot))
        yield _pair(FIRST_EVER, dot, both)


def _start(program: Program, desk: Desk, dot: Dot, reading: float = 0.0) -> _Start:
    with opened(program, desk) as window:
        initialized = window.initialize()
        window.open(dot.path)
        time.sleep(reading)
        ((_, completion),) = window.type(attrs.evolve(dot, attribute=""))
        started = window.server.started
        return _Start(initialized.arrived - started, completion.arrived - started, completion)


def _pair(kind: str, dot: Dot, both: Two[_Start]) -> Pair:
    difference = compare(both.peer.completion, both.ours.completion, completions(""))
    seconds = Two(both.peer.to_completion, both.ours.to_completion)
    return Pair(kind, dot.shown, seconds, difference)
