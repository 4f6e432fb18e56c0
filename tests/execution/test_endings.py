"""However a program ends, it is said how, and nothing it started is left."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from execution.conftest import GENEROUS, Execute, Sleeper, own
from jedimind.execution.executor import Code, Executor, Output
from jedimind.execution.outcome import OutcomeCode
from jedimind.execution.sandbox.tier import Tier
from jedimind.execution.zygote import Place

SOON = 5.0
"""Seconds; far above the one second that ending a run may take, for a busy machine."""


def daemon(sleeper: Sleeper) -> str:
    """Source that leaves a process behind in a session of its own."""
    return (
        "import os\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        f"        os.execvp('sh', {sleeper.command!r})\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import os\nos._exit(0)", "exit status 0"),
        ("import os\nos._exit(3)", "exit status 3"),
        ("import ctypes\nctypes.string_at(0)", "SIGSEGV"),
        ("import os\nos.kill(os.getpid(), 9)", "SIGKILL"),
        ("import os\nos.abort()", "SIGABRT"),
        ("import os\nos.killpg(0, 15)", "SIGTERM"),
    ],
)
async def test_a_program_that_breaks_off_is_killed(
    execute: Execute, source: str, words: str
) -> None:
    outcome = await execute(f"print('begun')\n{source}\nprint('not reached')")
    assert outcome.code is OutcomeCode.KILLED
    assert words in outcome.sentence
    assert outcome.stdout == "begun\n"


async def test_a_crash_says_where(execute: Execute) -> None:
    outcome = await execute("import ctypes\n\nctypes.string_at(0)")
    assert 'program.py", line 3' in outcome.stderr


async def test_exit_handlers_and_threads_finish(execute: Execute) -> None:
    outcome = await execute(
        "import atexit, threading, time\n"
        "def late():\n"
        "    time.sleep(0.2)\n"
        "    print('thread')\n"
        "atexit.register(print, 'handler')\n"
        "threading.Thread(target=late).start()\n"
        "print('main')\n"
        "7"
    )
    assert outcome.code is OutcomeCode.OK
    assert outcome.value == "7"
    assert outcome.stdout == "main\nthread\nhandler\n"


async def test_a_failure_after_the_end_is_no_success(execute: Execute) -> None:
    outcome = await execute("import atexit, os\natexit.register(os._exit, 5)\n'fine'")
    assert outcome.code is OutcomeCode.ERROR
    assert "exit status 5" in outcome.sentence
    assert outcome.value is None


async def test_a_forked_child_that_runs_to_the_end_reports_nothing(execute: Execute) -> None:
    outcome = await execute(
        "import os\n"
        "child = os.fork()\n"
        "if child: os.waitpid(child, 0)\n"
        "'parent' if child else 'child'"
    )
    assert outcome.code is OutcomeCode.OK
    assert outcome.value == "'parent'"


async def test_a_daemon_left_behind_is_killed(execute: Execute, sleeper: Sleeper) -> None:
    outcome = await execute(daemon(sleeper) + "'left'")
    assert outcome.value == "'left'"
    assert sleeper.processes() == []


async def test_stop_interrupts_first(executor: Executor, place: Place) -> None:
    source = (
        "import os, time\n"
        "try:\n"
        "    while os.write(1, b'begun\\n'): time.sleep(60)\n"
        "finally:\n"
        "    print('cleaned up')\n"
    )
    async with executor.run(Code(source, "program.py"), place, GENEROUS, own(place)) as running:
        async for event in running:
            if event == Output("stdout", "begun\n"):
                running.stop()
        outcome = await running.outcome()
    assert outcome.code is OutcomeCode.CANCELLED
    assert outcome.stdout == "begun\ncleaned up\n"
    assert outcome.failure is not None
    assert outcome.failure.type == "KeyboardInterrupt"
    assert outcome.failure.frames[-1].line == 3


@pytest.mark.parametrize("way", ["stop", "leave", "cancel"])
async def test_a_run_ended_midway_leaves_nothing(
    executor: Executor, place: Place, sleeper: Sleeper, way: str
) -> None:
    source = (
        daemon(sleeper) + "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        f"subprocess.Popen({sleeper.command!r})\n"
        f"subprocess.Popen({sleeper.command!r}, start_new_session=True)\n"
        "print('begun')\n"
        "time.sleep(600)"
    )
    begun = asyncio.Event()

    async def follow() -> None:
        async with executor.run(Code(source, "program.py"), place, GENEROUS, own(place)) as running:
            async for event in running:
                if isinstance(event, Output):
                    assert len(sleeper.processes()) >= 2
                    begun.set()
                    if way == "stop":
                        running.stop()
                    elif way == "leave":
                        return
        assert (await running.outcome()).code is OutcomeCode.CANCELLED

    following = asyncio.ensure_future(follow())
    started = asyncio.ensure_future(begun.wait())
    await asyncio.wait([started, following], return_when=asyncio.FIRST_COMPLETED)
    assert started.done()
    at = time.monotonic()
    if way == "cancel":
        following.cancel()
    await asyncio.wait([following])
    assert time.monotonic() - at < SOON
    assert following.cancelled() == (way == "cancel")
    if way != "cancel":
        following.result()
    assert sleeper.processes() == []


async def test_a_run_cancelled_while_it_starts_leaves_nothing(
    executor: Executor, place: Place, sleeper: Sleeper
) -> None:
    async def follow() -> None:
        code = Code(f"import os\nos.execvp('sh', {sleeper.command!r})", "program.py")
        async with executor.run(code, place, GENEROUS, own(place)) as running:
            await running.outcome()

    for turns in range(24):
        following = asyncio.ensure_future(follow())
        for _ in range(turns):
            await asyncio.sleep(0)
        following.cancel()
        await asyncio.wait([following])
    await executor.close()
    # What a thread was still starting then has lost its owner, and goes by itself.
    _, alive = await asyncio.to_thread(psutil.wait_procs, psutil.Process().children(), SOON)
    assert alive == []
    assert sleeper.processes() == []


async def test_the_supervisor_killed_by_the_program(
    execute: Execute, sleeper: Sleeper, tier: Tier
) -> None:
    outcome = await execute(
        f"import os, subprocess, time\nsubprocess.Popen({sleeper.command!r})\n"
        "os.kill(os.getppid(), 9)\ntime.sleep(60)"
    )
    if tier is not Tier.C:
        assert outcome.failure is not None
        assert outcome.failure.type == "PermissionError"
        assert sleeper.processes() == []
        return
    assert outcome.code is OutcomeCode.KILLED
    assert "watches over" in outcome.sentence
    _, alive = psutil.wait_procs(sleeper.processes(), SOON)
    assert alive == []


OWNER = """
import asyncio, sys
from pathlib import Path
from jedimind.execution.executor import *
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.zygote import Place
from jedimind.settings import ExecutionSettings
from jedimind.execution.limits import Limits

async def main():
    place = Place(sys.executable, Path(sys.argv[1]))
    code, limits = Code(sys.argv[2], "program.py"), Limits(600, 512, 64)
    policy = Policy.of(Profile.OWN, place.folder, ExecutionSettings())
    async with Executor() as executor, executor.run(code, place, limits, policy) as running:
        async for event in running:
            print(event, flush=True)

asyncio.run(main())
"""


def test_nothing_is_left_when_the_owner_is_killed(tmp_path: Path, sleeper: Sleeper) -> None:
    source = (
        daemon(sleeper) + f"import subprocess\nsubprocess.Popen({sleeper.command!r})\n"
        "print('begun')\nwhile True: pass"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path), source],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert owner.stdout is not None
    with owner:
        assert b"begun" in owner.stdout.readline()
        processes = psutil.Process(owner.pid).children(recursive=True) + sleeper.processes()
        assert len(processes) >= 3
        owner.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(processes, SOON)
    assert alive == []
    assert sleeper.processes() == []


async def test_thirty_runs_leave_no_descriptor_and_no_process(
    executor: Executor, execute: Execute
) -> None:
    await execute("1")
    this = psutil.Process()
    descriptors = this.num_fds()
    for number in range(30):
        outcome = await execute(f"{number}")
        assert outcome.value == str(number)
    assert this.num_fds() == descriptors
    (zygote,) = this.children()
    deadline = time.monotonic() + SOON
    while len(zygote.children()) > 1:  # the supervisor that is on stand-by
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    await executor.close()
    assert this.children() == []
