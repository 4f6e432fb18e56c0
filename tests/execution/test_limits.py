"""Every limit ends the run with a sentence that names its setting."""

from __future__ import annotations

import time

import attrs

from execution.conftest import GENEROUS, Execute, Sleeper
from jedimind.execution.limits import Limits
from jedimind.execution.outcome import OutcomeCode
from jedimind.settings import ExecutionSettings


def test_limits_are_those_of_the_settings() -> None:
    settings = ExecutionSettings(timeout=5.0, memory=100, output=7)
    assert Limits.of(settings) == Limits(timeout=5.0, memory=100, output=7)


async def test_a_program_that_takes_too_long_is_told_where_it_was(execute: Execute) -> None:
    limits = attrs.evolve(GENEROUS, timeout=1)
    outcome = await execute("print('begun')\nwhile True:\n    pass", limits=limits)
    assert outcome.code is OutcomeCode.TIMEOUT
    assert outcome.stdout == "begun\n"
    assert "1 s" in outcome.sentence
    assert "execution.timeout" in outcome.sentence
    assert outcome.failure is not None
    assert outcome.failure.frames[-1].line in (2, 3)
    assert 1 <= outcome.seconds < 3


async def test_a_program_cannot_refuse_to_stop(execute: Execute, sleeper: Sleeper) -> None:
    limits = attrs.evolve(GENEROUS, timeout=1)
    outcome = await execute(
        "import signal, subprocess, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        f"subprocess.Popen({sleeper.command!r})\n"
        "while True:\n"
        "    try: time.sleep(1)\n"
        "    except BaseException: pass",
        limits=limits,
    )
    assert outcome.code is OutcomeCode.TIMEOUT
    assert outcome.seconds < 4
    assert sleeper.processes() == []


async def test_threads_and_exit_handlers_are_under_the_same_clock(execute: Execute) -> None:
    started = time.monotonic()
    outcome = await execute(
        "import atexit, threading, time\n"
        "atexit.register(lambda: time.sleep(60))\n"
        "threading.Thread(target=time.sleep, args=[60]).start()\n"
        "'done'",
        limits=attrs.evolve(GENEROUS, timeout=1),
    )
    assert outcome.code is OutcomeCode.TIMEOUT
    assert outcome.value is None
    assert time.monotonic() - started < 10


async def test_memory_of_one_process(execute: Execute) -> None:
    limits = attrs.evolve(GENEROUS, memory=128)
    outcome = await execute("kept = []\nwhile True:\n    kept.append(b'x' * 2**20)", limits=limits)
    assert outcome.code is OutcomeCode.MEMORY
    assert "128 MiB" in outcome.sentence
    assert "execution.memory" in outcome.sentence
    assert outcome.failure is not None
    assert outcome.failure.type == "MemoryError"
    assert outcome.failure.frames[-1].line == 3


async def test_memory_of_many_small_objects(execute: Execute) -> None:
    limits = attrs.evolve(GENEROUS, memory=128)
    outcome = await execute("kept = []\nwhile True:\n    kept.append([{}])", limits=limits)
    assert outcome.code is OutcomeCode.MEMORY


async def test_memory_spread_over_children(execute: Execute) -> None:
    outcome = await execute(
        "import os, time\n"
        "for _ in range(6):\n"
        "    if os.fork() == 0:\n"
        "        held = b'x' * (50 * 2**20)\n"
        "        time.sleep(60)\n"
        "        os._exit(0)\n"
        "time.sleep(60)",
        limits=attrs.evolve(GENEROUS, memory=150),
    )
    assert outcome.code is OutcomeCode.MEMORY
    assert "execution.memory" in outcome.sentence


async def test_memory_outside_the_heap(execute: Execute) -> None:
    outcome = await execute(
        "import mmap, time\n"
        "shared = mmap.mmap(-1, 400 * 2**20)\n"
        "for at in range(0, len(shared), 4096): shared[at] = 1\n"
        "time.sleep(60)",
        limits=attrs.evolve(GENEROUS, memory=150),
    )
    assert outcome.code is OutcomeCode.MEMORY


async def test_memory_that_children_share_counts_once(execute: Execute) -> None:
    outcome = await execute(
        "import gc, os, time\n"
        "held = b'x' * (100 * 2**20)\n"
        "children = []\n"
        "for _ in range(4):\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        time.sleep(0.5)\n"
        "        os._exit(0)\n"
        "    children.append(child)\n"
        "[os.waitpid(child, 0)[1] for child in children]",
        limits=attrs.evolve(GENEROUS, memory=256),
    )
    assert outcome.code is OutcomeCode.OK, outcome
    assert outcome.value == "[0, 0, 0, 0]"


async def test_too_much_output_ends_the_run_and_its_start_is_kept(execute: Execute) -> None:
    outcome = await execute(
        "import sys\nsys.stderr.write('e' * 1000)\nwhile True: print('x' * 100)",
        limits=attrs.evolve(GENEROUS, output=64),
    )
    assert outcome.code is OutcomeCode.OUTPUT
    assert outcome.stdout.startswith("x" * 100 + "\n")
    assert len(outcome.stdout) + len(outcome.stderr) == 64 * 1024
    assert "64 KiB" in outcome.sentence
    assert "execution.output" in outcome.sentence


async def test_output_up_to_the_limit_is_allowed(execute: Execute) -> None:
    limits = attrs.evolve(GENEROUS, output=1)
    outcome = await execute("print('x' * 1023)", limits=limits)
    assert outcome.code is OutcomeCode.OK
    assert len(outcome.stdout) == 1024
