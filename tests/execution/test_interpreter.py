"""Which Python runs the code, and what is said of one that cannot."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from execution.conftest import GENEROUS, Execute, own
from jedimind.execution.errors import InterpreterError, PlaceError, SandboxRequiredError
from jedimind.execution.executor import Code, Executor
from jedimind.execution.interpreter import choose, choose_for_reading
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.sandbox.tier import Tier
from jedimind.execution.zygote import Place
from jedimind.settings import ExecutionSettings


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(variable, raising=False)


def make_environment(path: Path) -> str:
    """What `python -m venv` makes, as far as the choice looks."""
    (path / "bin").mkdir(parents=True)
    (path / "bin" / "python").symlink_to(sys.executable)
    return str(path / "bin" / "python")


def test_the_nearest_environment_up_to_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    file = folder / "a" / "b" / "file.py"
    make_environment(tmp_path / ".venv")
    assert choose(folder, file, None, trusted=True).python == sys.executable
    outer = make_environment(folder / ".venv")
    assert choose(folder, file, None, trusted=True).python == outer
    inner = make_environment(folder / "a" / "venv")
    assert choose(folder, file, None, trusted=True).python == inner
    assert choose(folder, None, None, trusted=True).python == outer
    assert choose(folder, tmp_path / "elsewhere.py", None, trusted=True).python == outer


def test_the_active_environment_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    active = make_environment(tmp_path / "active")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    assert choose(tmp_path / "workspace", None, None, trusted=True).python == active


def test_the_setting_comes_first(tmp_path: Path) -> None:
    make_environment(tmp_path / ".venv")
    other = make_environment(tmp_path / "other")
    assert choose(tmp_path, None, other, trusted=True).python == other
    assert choose(tmp_path, None, "other/bin/python", trusted=True).python == other


def test_a_setting_may_be_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = Path(make_environment(tmp_path / "tools"))
    monkeypatch.setenv("PATH", str(python.parent), prepend=os.pathsep)
    assert choose(tmp_path / "workspace", None, "python", trusted=True).python == str(python)
    with pytest.raises(InterpreterError, match=r"no command python-of-nowhere .*interpreter"):
        choose(tmp_path, None, "python-of-nowhere", trusted=True)


def test_nothing_inside_an_untrusted_folder_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = make_environment(tmp_path / ".venv")
    file = tmp_path / "file.py"
    assert choose(tmp_path, file, None, trusted=True).python == inside
    assert choose(tmp_path, file, None, trusted=False).python == sys.executable
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / ".venv"))
    assert choose(tmp_path, file, None, trusted=False).python == sys.executable
    with pytest.raises(InterpreterError, match="not trusted; trust the folder"):
        choose(tmp_path, file, ".venv/bin/python", trusted=False)


def test_what_a_file_in_an_untrusted_folder_names_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = make_environment(tmp_path / "pyenv" / "versions" / "other")
    (tmp_path / "pyenv" / "versions" / "other" / "pyvenv.cfg").touch()
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / ".python-version").write_text("other\n")
    assert choose(folder, None, None, trusted=True).python == named
    assert choose(folder, None, None, trusted=False).python == sys.executable


def test_packages_are_read_where_nothing_may_be_started(tmp_path: Path) -> None:
    inside = make_environment(tmp_path / ".venv")
    assert choose(tmp_path, None, None, trusted=False).python == sys.executable
    assert choose_for_reading(tmp_path, None, None).python == inside
    assert choose_for_reading(tmp_path, None, ".venv/bin/python").python == inside


def test_a_link_into_an_untrusted_folder_is_inside_it(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    make_environment(folder / ".venv")
    link = tmp_path / "link"
    link.symlink_to(folder / ".venv")
    with pytest.raises(InterpreterError, match="not trusted"):
        choose(folder, None, str(link / "bin" / "python"), trusted=False)


async def test_an_environments_packages_are_importable(execute: Execute, tmp_path: Path) -> None:
    """A real environment, made by the standard library's venv."""
    import venv

    venv.create(tmp_path / ".venv", symlinks=True)
    (packages,) = (tmp_path / ".venv" / "lib").glob("python*/site-packages")
    (packages / "only_here.py").write_text("answer = 42", encoding="utf-8")
    python = choose(tmp_path, tmp_path / "program.py", None, trusted=True).python
    outcome = await execute("import only_here\nonly_here.answer", python=python)
    assert outcome.value == "42", outcome


async def test_a_missing_python(execute: Execute) -> None:
    with pytest.raises(InterpreterError, match=r"/no/python does not exist.*interpreter"):
        await execute("1", python="/no/python")


async def test_an_environment_whose_python_is_gone(execute: Execute, tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to("/no/python3")
    python = choose(tmp_path, None, None, trusted=True).python
    with pytest.raises(InterpreterError, match="make the environment anew"):
        await execute("1", python=python)


async def test_a_python_that_may_not_be_executed(execute: Execute, tmp_path: Path) -> None:
    (tmp_path / "python").touch(mode=0o600)
    with pytest.raises(InterpreterError, match="may not be executed"):
        await execute("1", python=str(tmp_path / "python"))


@pytest.mark.parametrize(
    ("answer", "words"),
    [("2.7", "is Python 2.7, and running code needs 3.8"), ("hello", "does not run as a Python")],
)
async def test_a_python_that_cannot_run_us(
    execute: Execute, tmp_path: Path, answer: str, words: str
) -> None:
    scripted_python = tmp_path / "python"
    scripted_python.write_text(f"#!/bin/sh\necho {answer}\n", encoding="ascii")
    scripted_python.chmod(0o700)
    with pytest.raises(InterpreterError, match=words):
        await execute("1", python=str(scripted_python))


async def test_a_folder_that_is_gone(executor: Executor, tmp_path: Path) -> None:
    place = Place(sys.executable, tmp_path / "gone")
    with pytest.raises(PlaceError, match="gone"):
        async with executor.run(Code("1", "program.py"), place, GENEROUS, own(place)):
            pass


async def test_generated_code_is_refused_without_a_sandbox(place: Place) -> None:
    code = Code("open('made', 'w')", "program.py")
    policy = Policy.of(Profile.GENERATED, place.folder, ExecutionSettings())
    async with Executor(Tier.C) as executor:
        with pytest.raises(SandboxRequiredError):
            async with executor.run(code, place, GENEROUS, policy):
                pass
    assert list(place.folder.iterdir()) == []
