"""A program finds what it would find as ``python file.py``, and what a run changes is clear."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from execution.conftest import Execute, installed_python
from jedimind.execution.environment import for_run
from jedimind.execution.outcome import OutcomeCode
from jedimind.priority import NICENESS


async def test_it_sees_the_import_path_of_a_script(execute: Execute, tmp_path: Path) -> None:
    script = tmp_path / "deep" / "program.py"
    script.parent.mkdir()
    source = (
        "import os, sys\n"
        "print([sys.path, sys.argv, __name__, __file__, sys.flags, __spec__, os.getcwd()])"
    )
    script.write_text(source, encoding="utf-8")
    outcome = await execute(source, path=str(script))
    as_script = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=for_run(sys.executable, os.environ),
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    )
    assert outcome.stdout == as_script.stdout


async def test_it_imports_its_neighbours(execute: Execute, tmp_path: Path) -> None:
    (tmp_path / "selection.py").write_text("name = 'the project'", encoding="utf-8")
    (tmp_path / "failures.py").write_text("name = 'the project too'", encoding="utf-8")
    outcome = await execute("import failures, selection\n(selection.name, failures.name)")
    assert outcome.value == "('the project', 'the project too')"


async def test_a_file_in_a_package_imports_relatively(execute: Execute, tmp_path: Path) -> None:
    package = tmp_path / "src" / "shop" / "cart"
    package.mkdir(parents=True)
    for directory in (package, package.parent):
        (directory / "__init__.py").touch()
    (package.parent / "prices.py").write_text("apple = 3", encoding="utf-8")
    (package / "items.py").write_text("count = 2", encoding="utf-8")
    outcome = await execute(
        "from ..prices import apple\n"
        "from . import items\n"
        "from shop.cart.items import count\n"
        "(apple, items.count, count, __package__)",
        path=str(package / "total.py"),
    )
    assert outcome.value == "(3, 2, 2, 'shop.cart')", outcome


@pytest.mark.parametrize("method", ["fork", "spawn"])
async def test_multiprocessing_works(execute: Execute, tmp_path: Path, method: str) -> None:
    source = (
        "import multiprocessing\n"
        "def square(x):\n"
        "    return x * x\n"
        "if __name__ == '__main__':\n"
        f"    with multiprocessing.get_context('{method}').Pool(2) as pool:\n"
        "        print(pool.map(square, [1, 2, 3]))\n"
    )
    script = tmp_path / "program.py"
    script.write_text(source, encoding="utf-8")
    outcome = await execute(source, path=str(script))
    assert outcome.code is OutcomeCode.OK, outcome
    assert outcome.stdout == "[1, 4, 9]\n"


async def test_input_is_refused_with_the_reason(execute: Execute) -> None:
    outcome = await execute("name = input('Name? ')")
    assert outcome.code is OutcomeCode.ERROR
    assert outcome.stdout == "Name? "
    assert outcome.failure is not None
    assert outcome.failure.type == "EOFError"
    assert outcome.failure.message.startswith("input() is not available in a run")
    assert [frame.line for frame in outcome.failure.frames] == [1]
    assert "worker.py" not in outcome.failure.text


async def test_stdin_is_empty(execute: Execute) -> None:
    outcome = await execute("import sys, os\n(sys.stdin.read(), os.read(0, 10))")
    assert outcome.value == "('', b'')"


async def test_it_runs_behind_the_editor(execute: Execute) -> None:
    outcome = await execute("import os\nos.nice(0)")
    assert outcome.value == str(min(os.nice(0) + NICENESS, 19))


def test_our_own_variables_are_not_passed_on() -> None:
    inherited = {"JEDIMIND_API_KEY": "secret", "HOME": "/home/u", "VIRTUAL_ENV": "/env"}
    seen = for_run("/other/bin/python", inherited)
    assert seen == {
        "HOME": "/home/u",
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
        "MPLBACKEND": "Agg",
    }
    assert for_run("/env/bin/python", inherited)["VIRTUAL_ENV"] == "/env"
    assert for_run("/env/bin/python", {"MPLBACKEND": "svg"})["MPLBACKEND"] == "svg"


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.12", "3.13", "3.14"])
async def test_other_pythons_run_code(execute: Execute, version: str) -> None:
    python = installed_python(version)
    if python is None:
        pytest.skip(f"needs Python {version}: install it, for example with pyenv")
    outcome = await execute("import sys\n'%d.%d' % sys.version_info[:2]", python=python)
    assert outcome.value == repr(version), outcome
    failed = await execute("    x = 1\n    '😀', 1 / 0", first_line=7, python=python)
    assert failed.failure is not None
    assert [frame.line for frame in failed.failure.frames] == [8]
    broken = await execute("    x = 1\n    x = = 2", first_line=7, python=python)
    assert broken.failure is not None
    assert [(f.line, f.column) for f in broken.failure.frames] == [(8, 8)]
    misplaced = await execute("    '😀'; return", first_line=7, python=python)
    assert misplaced.failure is not None
    assert [(f.line, f.column) for f in misplaced.failure.frames] == [(7, 9)]
