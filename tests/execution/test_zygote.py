"""The process that runs are forked from: what they find in its memory, and what they do not."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from execution.conftest import GENEROUS, Execute, own
from jedimind.execution.executor import Code, Executor
from jedimind.execution.outcome import OutcomeCode
from jedimind.execution.sandbox.tier import Tier
from jedimind.execution.zygote import Place


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A virtual environment; its directory of packages."""
    home = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    (packages,) = home.glob("lib/python*/site-packages")
    return packages


def python_of(packages: Path) -> str:
    return str(packages.parents[2] / "bin" / "python")


async def until(execute: Execute, source: str, value: str, **options: str) -> None:
    """Run `source` until it has the `value`: warming goes on after a run has ended."""
    for _ in range(200):
        if (await execute(source, **options)).value == value:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{source} never is {value}")


def in_memory(name: str) -> str:
    return f"import sys\n'{name}' in sys.modules"


async def test_installed_modules_are_in_memory_for_the_next_run(
    execute: Execute, environment: Path, tmp_path: Path
) -> None:
    (environment / "shop.py").write_text("from prices import apple\n")
    (environment / "prices.py").write_text("apple = 3\n")
    (tmp_path / "cart.py").write_text("import shop\n")
    python = python_of(environment)
    assert (await execute(in_memory("shop"), python=python)).value == "False"
    assert (await execute("import cart\ncart.shop.apple", python=python)).value == "3"
    await until(execute, in_memory("shop"), "True", python=python)
    assert (await execute(in_memory("prices"), python=python)).value == "True"
    # What is the workspace's own may be another by the next run.
    assert (await execute(in_memory("cart"), python=python)).value == "False"


async def test_a_module_of_the_workspace_hides_one_in_memory(
    execute: Execute, environment: Path, tmp_path: Path
) -> None:
    (environment / "shop.py").write_text("name = 'installed'\n")
    python = python_of(environment)
    source = "import shop, colorsys\n(shop.name, getattr(colorsys, 'name', 'library'))"
    assert (await execute(source, python=python)).value == "('installed', 'library')"
    await until(execute, in_memory("shop"), "True", python=python)
    (tmp_path / "shop.py").write_text("name = 'mine'\n")
    (tmp_path / "colorsys.py").write_text("name = 'mine too'\n")
    assert (await execute(source, python=python)).value == "('mine', 'mine too')"


async def test_a_package_that_starts_threads_is_left_to_the_runs(
    execute: Execute, environment: Path
) -> None:
    (environment / "busy.py").write_text(
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    )
    (environment / "idle.py").touch()
    python = python_of(environment)
    assert (await execute("import busy, idle\n1", python=python)).value == "1"
    await until(execute, "import idle, sys\n'busy' in sys.modules", "False", python=python)
    assert (await execute("import busy\n1", python=python)).value == "1"
    await until(execute, in_memory("idle"), "True", python=python)
    assert (await execute(in_memory("busy"), python=python)).value == "False"


async def test_packages_that_changed_are_read_anew(execute: Execute, environment: Path) -> None:
    (environment / "shop.py").write_text("apple = 3\n")
    python = python_of(environment)
    assert (await execute("import shop\nshop.apple", python=python)).value == "3"
    await until(execute, in_memory("shop"), "True", python=python)
    (environment / "shop.py").write_text("apple = 4_000\n")
    (environment / "shop-2.dist-info").mkdir()  # as every package manager does
    assert (await execute("import shop\nshop.apple", python=python)).value == "4000"


async def test_runs_know_nothing_of_each_other(execute: Execute) -> None:
    source = (
        "import os, random, sys\n"
        "before, seen = getattr(sys, 'seen', None), os.environ.get('SEEN')\n"
        "sys.seen = random.random()\n"
        "os.environ['SEEN'] = 'yes'\n"
        "(before, seen, sys.seen)"
    )
    values = {(await execute(source)).value for _ in range(5)}
    assert len(values) == 5
    assert all(value is not None and value.startswith("(None, None, 0.") for value in values)


async def test_fifty_runs_at_once(executor: Executor, place: Place) -> None:
    async def value(number: int) -> str | None:
        code = Code(f"import time\ntime.sleep(0.2)\n{number}", "program.py")
        async with executor.run(code, place, GENEROUS, own(place)) as running:
            return (await running.outcome()).value

    assert await asyncio.gather(*map(value, range(50))) == [str(n) for n in range(50)]


@pytest.mark.parametrize("when", ["idle", "running"])
async def test_a_zygote_that_is_killed_is_replaced(execute: Execute, tier: Tier, when: str) -> None:
    if when == "running" and tier is not Tier.C:
        pytest.skip("the sandbox does not let a program do that")
    assert (await execute("1")).value == "1"
    (zygote,) = psutil.Process().children()
    if when == "running":
        source = f"import os\nos.kill({zygote.pid}, {signal.SIGKILL.value})\n'done'"
        assert (await execute(source)).value == "'done'"
    else:
        zygote.kill()
    # It may take the next run to notice: that was forked ahead.
    await until(execute, f"import os\nos.path.exists('/proc/{zygote.pid}')", "False")
    assert (await execute("2")).value == "2"
    (other,) = psutil.Process().children()
    assert other.pid != zygote.pid


async def test_what_a_program_leaves_to_the_end(execute: Execute) -> None:
    outcome = await execute(
        "import atexit\n"
        "class Thing:\n"
        "    def __del__(self): print('gone')\n"
        "thing = Thing()\n"
        "thing.itself = thing\n"
        "atexit.register(lambda: print('handler', thing is not None))\n"
        "print('last', end='')"
    )
    assert outcome.code is OutcomeCode.OK
    assert outcome.stdout == "lasthandler True\ngone\n"


@pytest.mark.parametrize(
    ("source", "status", "printed"),
    [("raise SystemExit('sorry')", 1, "sorry\n"), ("exit(7)", 7, ""), ("quit()", 0, "")],
)
async def test_exits_are_those_of_a_script(
    execute: Execute, source: str, status: int, printed: str
) -> None:
    outcome = await execute(source)
    assert outcome.stderr == printed
    assert (outcome.code is OutcomeCode.OK) == (status == 0)


async def test_only_so_many_zygotes_are_kept(executor: Executor, tmp_path: Path) -> None:
    for number in range(7):
        folder = tmp_path / str(number)
        folder.mkdir()
        place = Place(sys.executable, folder)
        code = Code("import os\nos.getcwd()", "program.py")
        async with executor.run(code, place, GENEROUS, own(place)) as running:
            assert (await running.outcome()).value == repr(os.fspath(folder))
    assert len(psutil.Process().children()) <= 4
