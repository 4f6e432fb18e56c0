"""The analysis worker as a process: it answers, it can be killed, and it ends with its owner."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from analysis.project import Project
from jedimind.analysis.context import ContextQuestion
from jedimind.analysis.errors import AnalysisFailed, AnalysisTimeout, Superseded
from jedimind.analysis.lanes import Lanes
from jedimind.analysis.overlays import Overlays
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.process import AnalysisProcess
from jedimind.analysis.spare import Spare
from jedimind.text import Position, Text

# Far longer than any answer takes; a test that waits this long has failed.
PATIENCE = 60.0

QUICK = SourcePlace(None, "def greet(name: str): ...\n", Position(1, 0))
# Jedi needs many seconds to parse this.
SLOW = SourcePlace(None, "x = [1, (2, 3), {4: 5}]\n" * 60_000, Position(0, 0))


@pytest.fixture
async def analysis() -> AsyncIterator[AnalysisProcess]:
    process = AnalysisProcess(deadline=PATIENCE)
    yield process
    await process.close()


async def answers(process: AnalysisProcess) -> bool:
    context = await process.context(QUICK)
    return [definition.name for definition in context.definitions] == ["greet"]


async def working(process: AnalysisProcess) -> int:
    """The worker's process id, once it works on the question just asked."""
    await process.start()
    assert process.pid is not None
    await asyncio.to_thread(wait_until_busy, process.pid)
    return process.pid


def wait_until_busy(pid: int) -> None:
    """Wait until a process has used a second of processor time, more than a start takes."""
    worker = psutil.Process(pid)
    before = worker.cpu_times().user
    while worker.cpu_times().user - before < 1.0:
        time.sleep(0.01)


async def test_it_answers_questions(analysis: AnalysisProcess, project: Project) -> None:
    place = project(
        {"shop.py": "def total(orders, *, tax): ...\n", "main.py": "import shop\nshop.sum(1)\n$0"}
    )
    await analysis.start()
    context = await analysis.context(place, frozenset({"total"}))
    assert context.definitions[0].signature == "def total(orders, *, tax)"
    assert context.definitions[0].path == (place.folder or place.path) / "shop.py"
    (unresolved,) = await analysis.unresolved(place, range(2))
    assert unresolved.name == "sum"


async def test_questions_asked_at_once_are_all_answered(analysis: AnalysisProcess) -> None:
    assert all(await asyncio.gather(*(answers(analysis) for _ in range(8))))


async def test_a_source_may_hold_any_character(analysis: AnalysisProcess) -> None:
    place = SourcePlace(None, "café = '\ud800\u2028😀\0\x0c'\n", Position(1, 0))
    context = await analysis.context(place)
    assert context.definitions[0].name == "café"
    assert await analysis.unresolved(place, range(1)) == ()


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("x = 1\n", None),
        ("", None),
        ("def f():\n    return 1\n", None),
        ("def f():\n    return x = 1\n", 1),
        ("x = 1\nreturn 5\n", 1),
        ("import os\n\nfrom __future__ import annotations\n", 2),
        ("raise SystemExit\n", None),
        (r"x = '\d' is 1", None),
    ],
)
async def test_it_says_what_python_would_refuse(
    analysis: AnalysisProcess, source: str, fault: int | None
) -> None:
    found = await analysis.syntax_fault(source)
    assert (found and found.line) == fault
    assert found is None or found.message


@pytest.mark.parametrize("source", ["-" * 9_000 + "1", "(" * 300, "x = '\0'", "x = '\ud800'"])
async def test_a_source_that_python_cannot_read_is_a_fault(
    analysis: AnalysisProcess, source: str
) -> None:
    found = await analysis.syntax_fault(source)
    assert found is not None
    assert found.message


async def test_a_killed_worker_fails_one_question_only(analysis: AnalysisProcess) -> None:
    await analysis.start()
    slow = asyncio.create_task(analysis.context(SLOW))
    pid = await working(analysis)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(AnalysisFailed, match="signal 9"):
        await slow
    assert await answers(analysis)
    assert analysis.pid != pid


async def test_a_worker_killed_while_idle_is_noticed(analysis: AnalysisProcess) -> None:
    assert await answers(analysis)
    assert analysis.pid is not None
    os.kill(analysis.pid, signal.SIGKILL)
    try:
        assert await answers(analysis)
    except AnalysisFailed:  # the question was sent before the death was reported
        assert await answers(analysis)


async def test_an_overdue_question_is_stopped() -> None:
    analysis = AnalysisProcess(deadline=2.0)
    try:
        # Warm, so that the deadline is spent on the question.
        while True:
            try:
                assert await answers(analysis)
                break
            except AnalysisTimeout:
                continue
        pid = analysis.pid
        with pytest.raises(AnalysisTimeout, match=r"longer than 2 s .* `analysis\.timeout`"):
            await analysis.context(SLOW)
        assert analysis.pid not in (None, pid), "another worker is warming up already"
        assert pid is not None
        assert not psutil.pid_exists(pid)
    finally:
        await analysis.close()


async def test_a_slow_start_is_not_cut_short() -> None:
    analysis = AnalysisProcess(deadline=0.01)
    try:
        with pytest.raises(AnalysisTimeout, match="not ready"):
            await analysis.context(QUICK)
        pid = analysis.pid
        assert pid is not None
        with pytest.raises(AnalysisTimeout):
            await analysis.context(QUICK)
        assert analysis.pid == pid
    finally:
        await analysis.close()


async def test_a_cancelled_question_costs_a_busy_worker_its_life(
    analysis: AnalysisProcess,
) -> None:
    slow = asyncio.create_task(analysis.context(SLOW))
    pid = await working(analysis)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    assert await answers(analysis)
    assert analysis.pid != pid


async def test_a_cancelled_question_that_ends_soon_keeps_the_worker(
    analysis: AnalysisProcess,
) -> None:
    assert await answers(analysis)
    pid = analysis.pid
    for _ in range(5):
        question = asyncio.create_task(analysis.context(QUICK))
        await asyncio.sleep(0)
        question.cancel()
        assert await answers(analysis)
    assert analysis.pid == pid


async def test_a_question_cancelled_before_its_turn_leaves_the_others_alone(
    analysis: AnalysisProcess,
) -> None:
    slow = asyncio.create_task(analysis.context(SLOW))
    pid = await working(analysis)
    waiting = asyncio.create_task(analysis.context(QUICK))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not slow.done()
    assert analysis.pid == pid
    slow.cancel()


def about(place: SourcePlace) -> ContextQuestion:
    return ContextQuestion(place, frozenset(), 60)


async def test_of_questions_that_wait_only_the_newest_of_a_kind_is_asked(
    analysis: AnalysisProcess,
) -> None:
    slow = asyncio.create_task(analysis.context(SLOW))
    pid = await working(analysis)
    older = [asyncio.create_task(analysis.ask(about(QUICK), "completion")) for _ in range(3)]
    other = asyncio.create_task(analysis.ask(about(QUICK), "hover"))
    await asyncio.sleep(0)
    newest = asyncio.create_task(analysis.ask(about(QUICK), "completion"))
    for each in older:
        with pytest.raises(Superseded):
            await asyncio.wait_for(each, PATIENCE)
    assert not slow.done(), "they were answered while the worker was busy"
    assert analysis.pid == pid
    slow.cancel()
    assert (await newest).definitions
    assert (await other).definitions


async def test_what_is_asked_in_passing_comes_after_what_somebody_waits_for(
    analysis: AnalysisProcess,
) -> None:
    assert await answers(analysis)
    order: list[str] = []

    async def ask(name: str, *, in_passing: bool) -> None:
        await analysis.ask(about(QUICK), in_passing=in_passing)
        order.append(name)

    passing = [asyncio.create_task(ask(f"passing {n}", in_passing=True)) for n in range(2)]
    await asyncio.sleep(0)
    for number in range(3):
        await ask(f"asked {number}", in_passing=False)
    await asyncio.gather(*passing)
    assert order == ["asked 0", "asked 1", "asked 2", "passing 0", "passing 1"]


async def test_a_newer_question_in_passing_replaces_one_that_waits(
    analysis: AnalysisProcess,
) -> None:
    waits = asyncio.create_task(analysis.ask(about(QUICK), "key", in_passing=True))
    await asyncio.sleep(0)
    newer = asyncio.create_task(analysis.ask(about(QUICK), "key", in_passing=True))
    with pytest.raises(Superseded):
        await waits
    assert (await newer).definitions


async def test_a_newer_question_does_not_wait_long_for_an_older_one_that_spins(
    analysis: AnalysisProcess,
) -> None:
    older = asyncio.create_task(analysis.ask(about(SLOW), "completion"))
    pid = await working(analysis)
    newer = asyncio.create_task(analysis.ask(about(QUICK), "completion"))
    with pytest.raises(Superseded):
        await older
    assert (await newer).definitions
    assert analysis.pid != pid


async def test_a_spare_worker_takes_the_place_of_one_that_died() -> None:
    lanes = Lanes()
    try:
        await lanes.start()
        assert lanes.interactive.pid is not None
        assert lanes.background.pid is not None
        spare = await until_there_is_another(lanes.interactive.pid, lanes.background.pid)
        os.kill(lanes.interactive.pid, signal.SIGKILL)
        with contextlib.suppress(AnalysisFailed):  # the question was sent before the death was seen
            await answers(lanes.interactive)
        assert await answers(lanes.interactive)
        assert lanes.interactive.pid == spare
        next_spare = await until_there_is_another(spare, lanes.background.pid)
    finally:
        await lanes.close()
    assert not psutil.pid_exists(spare)
    assert not psutil.pid_exists(next_spare)


async def until_there_is_another(*known: int) -> int:
    """The process id of a worker of ours beside those that are known."""

    async def look() -> int:
        while True:
            for child in psutil.Process().children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    ours = "jedimind.analysis.worker" in child.cmdline()
                    if ours and child.pid not in known:
                        return child.pid
            await asyncio.sleep(0.05)

    return await asyncio.wait_for(look(), PATIENCE)


async def test_a_new_worker_learns_of_all_open_documents(project: Project) -> None:
    place = project({"shop.py": "first = 1\n", "main.py": "import shop\nshop.second\n$0"})
    assert place.folder is not None
    overlays = Overlays()
    overlays.put(place.folder / "shop.py", Text.of("second = 1\n"))
    analysis = AnalysisProcess(PATIENCE, overlays=overlays, spare=Spare())
    try:
        assert await analysis.unresolved(place, range(2)) == ()
        assert analysis.pid is not None
        os.kill(analysis.pid, signal.SIGKILL)
        with contextlib.suppress(AnalysisFailed):
            await answers(analysis)
        assert await analysis.unresolved(place, range(2)) == ()
        overlays.remove(place.folder / "shop.py")
        (unresolved,) = await analysis.unresolved(place, range(2))
        assert unresolved.name == "second"
    finally:
        await analysis.close()


async def test_closing_fails_what_is_in_flight(analysis: AnalysisProcess) -> None:
    slow = asyncio.create_task(analysis.context(SLOW))
    pid = await working(analysis)
    await analysis.close()
    with pytest.raises(AnalysisFailed, match="shutting down"):
        await slow
    assert not psutil.pid_exists(pid)
    with pytest.raises(AnalysisFailed, match="shutting down"):
        await analysis.context(QUICK)


async def test_an_interpreter_that_is_gone_is_a_typed_failure(
    monkeypatch: pytest.MonkeyPatch, analysis: AnalysisProcess
) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(AnalysisFailed, match="cannot be started"):
        await analysis.context(QUICK)


OWNER = """
import asyncio, sys
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.process import AnalysisProcess
from jedimind.text import Position

async def main():
    analysis = AnalysisProcess(deadline=100)
    await analysis.start()
    print(analysis.pid, flush=True)
    await analysis.context(SourcePlace(None, "x = [1, (2, 3), {4: 5}]\\n" * 60_000, Position(0, 0)))

asyncio.run(main())
"""


def test_the_worker_ends_with_its_owner_even_while_busy() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as owner:
        assert owner.stdout is not None
        worker = psutil.Process(int(owner.stdout.readline()))
        wait_until_busy(worker.pid)
        owner.kill()
    worker.wait(timeout=5)


def test_nothing_but_frames_is_on_the_workers_stdout() -> None:
    """What Jedi or a stray `print` writes goes to stderr."""
    script = (
        "import runpy, sys\n"
        "from jedimind.analysis.worker import __main__ as worker\n"
        "warm = worker._warm_up\n"
        "worker._warm_up = lambda: (print('stray'), warm())\n"
        "worker.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=b"",
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0
    assert b"stray" not in done.stdout


@pytest.mark.parametrize("state", ["broken", "missing", "unwritable"])
async def test_the_cache_of_parsed_files_is_only_a_convenience(
    analysis: AnalysisProcess,
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
) -> None:
    """A worker that was killed while it wrote leaves half a file."""
    cache = tmp_path / "home" / "cache"
    cache.parent.mkdir()
    monkeypatch.setenv("JEDIMIND_HOME", str(cache.parent))
    place = project({"shop.py": "def total(): ...\n", "main.py": "from shop import total\n$0"})
    if state == "unwritable":
        cache.write_text("no directory can be made here")
    elif state == "broken":
        assert await answers(analysis)
        await analysis.context(place)
        written = list(cache.rglob("*.pkl"))
        assert written
        for file in written:
            file.write_bytes(file.read_bytes()[:100])
        assert analysis.pid is not None
        os.kill(analysis.pid, signal.SIGKILL)
        with contextlib.suppress(AnalysisFailed):
            await answers(analysis)
    context = await analysis.context(place)
    assert context.definitions[0].name == "total"
