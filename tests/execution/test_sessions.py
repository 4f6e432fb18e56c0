"""Runs of one session find the variables of those before, and nothing else of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import attrs
import psutil
import pytest

from execution.conftest import GENEROUS, Sleeper, own
from jedimind.execution.executor import Code, Executor, Output
from jedimind.execution.limits import Limits
from jedimind.execution.outcome import Outcome, OutcomeCode
from jedimind.execution.zygote import Place

Step = Callable[..., Awaitable[Outcome]]


@pytest.fixture
def step(executor: Executor, place: Place) -> Step:
    """Runs a source in a session, by default always the same."""

    async def step(source: str, session: str = "one", limits: Limits = GENEROUS) -> Outcome:
        code = Code(source, str(place.folder / "program.py"))
        async with executor.run(code, place, limits, own(place), session) as running:
            return await running.outcome()

    return step


async def test_variables_stay(step: Step) -> None:
    assert (await step("x = 1\ndef f(): return x + 1")).code is OutcomeCode.OK
    assert (await step("x = 10\nf()")).value == "11"
    assert (await step("x", "two")).failure is not None
    assert (await step("x")).value == "10"


async def test_each_run_has_its_own_output(step: Step) -> None:
    assert (await step("print('one', end='')")).stdout == "one"
    second = await step("import sys\nprint('two')\nprint('error', file=sys.stderr)")
    assert (second.stdout, second.stderr) == ("two\n", "error\n")
    assert (await step("0")).stdout == ""


async def test_a_failure_is_told_and_the_variables_stay(step: Step) -> None:
    failed = await step("x = 1\nx / 0")
    assert failed.code is OutcomeCode.ERROR
    assert failed.failure is not None
    assert failed.failure.frames[-1].line == 2
    assert (await step("x")).value == "1"
    assert (await step("raise SystemExit(3)")).code is OutcomeCode.ERROR
    assert (await step("x")).value == "1"


async def test_a_run_that_takes_too_long_is_interrupted_and_the_variables_stay(step: Step) -> None:
    limits = attrs.evolve(GENEROUS, timeout=0.5)
    stopped = await step("x = 1\nwhile True: pass", limits=limits)
    assert stopped.code is OutcomeCode.TIMEOUT
    assert (await step("x")).value == "1"


async def test_one_that_cannot_be_interrupted_ends_the_session(step: Step) -> None:
    limits = attrs.evolve(GENEROUS, timeout=0.5)
    stopped = await step(
        "import signal\nx = 1\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        limits=limits,
    )
    assert stopped.code is OutcomeCode.TIMEOUT
    assert "variables" in stopped.sentence
    assert (await step("'x' in globals()")).value == "False"


async def test_stop_interrupts_and_the_variables_stay(
    executor: Executor, place: Place, step: Step
) -> None:
    code = Code("x = 1\nprint('begun')\nwhile True: pass", "program.py")
    async with executor.run(code, place, GENEROUS, own(place), "one") as running:
        async for event in running:
            if isinstance(event, Output):
                running.stop()
        assert (await running.outcome()).code is OutcomeCode.CANCELLED
    assert (await step("x")).value == "1"


@pytest.mark.parametrize("way", ["leave", "cancel"])
async def test_a_run_that_is_left_ends_the_session(
    executor: Executor, place: Place, step: Step, way: str
) -> None:
    assert (await step("x = 1")).code is OutcomeCode.OK

    async def begin() -> None:
        code = Code("print('begun')\nwhile True: pass", "program.py")
        async with executor.run(code, place, GENEROUS, own(place), "one") as running:
            assert isinstance(await anext(running), Output)
            if way == "cancel":
                raise asyncio.CancelledError

    if way == "cancel":
        with pytest.raises(asyncio.CancelledError):
            await begin()
    else:
        await begin()
    assert (await step("'x' in globals()")).value == "False"


async def test_too_much_memory_is_an_error_that_the_variables_survive(step: Step) -> None:
    limits = attrs.evolve(GENEROUS, memory=128)
    outgrown = await step("x = 1\nkept = b'x' * 2**30", limits=limits)
    assert outgrown.code is OutcomeCode.MEMORY
    assert (await step("x")).value == "1"
    # The limit of a run is not that of the next.
    assert (await step("len(b'x' * (200 * 2**20))")).value == str(200 * 2**20)


async def test_a_process_that_ends_itself_ends_the_session(step: Step) -> None:
    ended = await step("x = 1\nimport os\nos._exit(0)")
    assert ended.code is OutcomeCode.KILLED
    assert (await step("'x' in globals()")).value == "False"


async def test_what_a_run_leaves_behind_is_killed(step: Step, sleeper: Sleeper) -> None:
    left = await step(
        f"import subprocess\nx = 1\nsubprocess.Popen({sleeper.command!r}, start_new_session=True)\n"
        "'left'"
    )
    assert left.value == "'left'"
    assert sleeper.processes() == []
    assert (await step("x")).value == "1"


async def test_a_forked_child_that_runs_to_the_end_is_no_second_session(step: Step) -> None:
    outcome = await step("import os\nchild = os.fork()\nif child: os.waitpid(child, 0)\n7")
    assert outcome.value == "7"
    assert (await step("child > 0")).value == "True"


async def test_nothing_runs_between_runs(step: Step) -> None:
    await step(
        "import threading, time\ncount = 0\ndef tick():\n    global count\n"
        "    while True:\n        count += 1\n        time.sleep(0.01)\n"
        "threading.Thread(target=tick, daemon=True).start()"
    )
    first = int(str((await step("count")).value))
    await asyncio.sleep(0.5)
    second = int(str((await step("count")).value))
    assert second - first < 25


async def test_reset_begins_anew_and_leaves_nothing(
    executor: Executor, step: Step, sleeper: Sleeper
) -> None:
    await step("x = 1")
    await step("y = 1", "two")
    await executor.reset("one")
    assert (await step("'x' in globals()")).value == "False"
    assert (await step("y", "two")).value == "1"
    await executor.close()
    assert psutil.Process().children(recursive=True) == []


async def test_runs_of_a_session_wait_for_each_other(step: Step) -> None:
    await step("seen = []")
    await asyncio.gather(
        *(step(f"import time\nseen.append({n})\ntime.sleep(0.05)\nseen.append({n})") for n in "123")
    )
    value = (await step("seen")).value
    assert value == "[1, 1, 2, 2, 3, 3]"
