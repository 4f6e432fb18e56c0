"""Real runs in a temporary workspace, and a look at the processes of this machine."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from jedimind.execution.executor import Code, Executor
from jedimind.execution.limits import Limits
from jedimind.execution.outcome import Outcome
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox import tiers
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.sandbox.tier import Tier
from jedimind.execution.zygote import Place
from jedimind.settings import ExecutionSettings

Execute = Callable[..., Awaitable[Outcome]]

GENEROUS = Limits(timeout=30, memory=512, output=1024)


def own(place: Place) -> Policy:
    """That of code which the user runs in a folder that they trust."""
    return Policy.of(Profile.OWN, place.folder, ExecutionSettings())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(sys.executable, tmp_path)


@functools.cache
def why_not(tier: Tier) -> str | None:
    """Why this machine cannot do `tier`; None if it can."""
    return None if tier is Tier.C else tiers.why_not(tier, sys.executable)


@pytest.fixture(params=list(Tier), ids=lambda tier: tier.value)
def tier(request: pytest.FixtureRequest) -> Tier:
    """Each tier that this machine can do."""
    tier: Tier = request.param
    reason = why_not(tier)
    if reason is not None:
        pytest.skip(f"tier {tier.value}: {reason}")
    return tier


@pytest.fixture
async def executor(tier: Tier) -> AsyncIterator[Executor]:
    async with Executor(tier) as executor:
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
        async with executor.run(code, where, limits, own(where)) as running:
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
