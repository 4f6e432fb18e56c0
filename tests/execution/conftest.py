"""Real runs in a temporary workspace, and a look at the processes of this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from jedimind.execution.executor import Code, Executor, Profile
from jedimind.execution.limits import Limits
from jedimind.execution.outcome import Outcome
from jedimind.execution.zygote import Place

Execute = Callable[..., Awaitable[Outcome]]

GENEROUS = Limits(timeout=30, memory=512, output=1024)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(sys.executable, tmp_path)


@pytest.fixture
async def executor() -> AsyncIterator[Executor]:
    async with Executor() as executor:
        yield executor


@pytest.fixture
def execute(executor: Executor, place: Place) -> Execute:
    """Runs a source, by default as the unsaved file ``program.py``, to its end."""

    async def execute(
        source: str,
        *,
        path: str = str(place.folder / "program.py"),
        first_line: int = 1,
        first_column: int = 0,
        limits: Limits = GENEROUS,
        python: str = place.interpreter,
    ) -> Outcome:
        code = Code(source, path, first_line, first_column)
        where = Place(python, place.folder)
        async with executor.run(code, where, limits, Profile.OWN) as running:
            return await running.outcome()

    return execute


@pytest.fixture
def sleeper() -> Sleeper:
    return Sleeper()


def installed_python(version: str) -> str | None:
    """A Python of this version: on PATH, or one of pyenv's."""
    installed = sorted(Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python"))
    on_path = shutil.which(f"python{version}")
    for candidate in [*map(str, installed), *([on_path] if on_path else [])]:
        if subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return candidate
    return None


class Sleeper:
    """The source of an endless child process, and the processes that came of it."""

    def __init__(self) -> None:
        self._mark = uuid.uuid4().hex
        self.command = ["sh", "-c", f"sleep 86400; : {self._mark}"]

    def processes(self) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return any(self._mark in argument for argument in process.cmdline()) and (
                process.status() != psutil.STATUS_ZOMBIE
            )
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False
