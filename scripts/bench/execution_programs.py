"""What runs Python: jedimind, `python -c`, and an ipykernel, started anew or running already."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
import venv
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import attrs
import platformdirs

from jedimind.execution.executor import Code, Executor, Output, Run
from jedimind.execution.limits import Limits
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.sandbox.tier import Tier
from jedimind.execution.zygote import Place
from jedimind.settings import ExecutionSettings

_PACKAGES = ("ipykernel", "jupyter_client", "numpy", "pandas")
_CLIENT = Path(__file__).parent / "execution_kernel.py"
LIMITS = Limits(timeout=60, memory=4096, output=4096)


@attrs.frozen
class Times:
    """Seconds from handing over the code: to the first of what it prints, and to its result."""

    first: float | None
    end: float


class Runner(Protocol):
    """Something that runs code."""

    name: str

    async def run(self, source: str) -> Times:
        """Runs `source` to its end.

        Raises:
            RunFailed: it did not end well.
        """


class RunFailed(Exception):
    """What was to be measured did not come about."""


def environment() -> Path:
    """A Python that has the peers, brought up to date from the package index.

    Raises:
        SystemExit: they are not there and cannot be installed.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    home = platformdirs.user_cache_path("jedimind", appauthor=False) / "bench-execution" / version
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_PACKAGES)
    check = ("-c", "import " + ", ".join(_PACKAGES))
    done = subprocess.run([python, *install], check=False)
    if done.returncode and subprocess.run([python, *check], check=False).returncode:
        raise SystemExit("The peers could not be installed: " + ", ".join(_PACKAGES))
    return python


class Ours:
    """jedimind, in the tier of its executor: each run anew, or all in a `session`."""

    def __init__(
        self, python: str, folder: Path, session: str | None = None, tier: Tier | None = None
    ) -> None:
        self.name = "jedimind"
        self._place = Place(python, folder)
        self._executor = Executor(tier)
        self._session = session

    async def __aenter__(self) -> Ours:
        code = Code("1", "program.py")
        async with self._run(code) as running:
            kind = self._session or f"tier {(await running.outcome()).sandbox}"
            self.name = f"jedimind, {kind}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._executor.close()

    async def run(self, source: str) -> Times:
        code = Code(source, str(self._place.folder / "program.py"))
        began = time.perf_counter()
        first = None
        async with self._run(code) as running:
            async for event in running:
                now = time.perf_counter() - began
                if isinstance(event, Output):
                    first = now if first is None else first
                elif event.outcome.code.value != "exec.ok":
                    raise RunFailed(f"{self.name}: {event.outcome.sentence}")
                else:
                    return Times(first, now)
        raise RunFailed(f"{self.name}: no end")

    def _run(self, code: Code) -> contextlib.AbstractAsyncContextManager[Run]:
        return self._executor.run(code, self._place, LIMITS, own(self._place), self._session)


def own(place: Place) -> Policy:
    """What the user's own code may do there."""
    return Policy.of(Profile.OWN, place.folder, ExecutionSettings())


class Command:
    """`python -c`, a process for each run."""

    name = "python -c"

    def __init__(self, python: str, folder: Path) -> None:
        self._python = python
        self._folder = folder

    async def run(self, source: str) -> Times:
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            self._python, "-u", "-c", source, cwd=self._folder, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        first = None
        while await process.stdout.read(2**16):
            first = time.perf_counter() - began if first is None else first
        if await process.wait():
            raise RunFailed(f"{self.name}: exit status {process.returncode}")
        return Times(first, time.perf_counter() - began)


class Kernel:
    """An ipykernel by way of jupyter_client, which is in a process with the same Python.

    The times are taken there: passing them on to us is not part of them. A `cold` one starts a
    kernel for each run, and that is.
    """

    def __init__(self, name: str, process: asyncio.subprocess.Process, *, cold: bool) -> None:
        self.name = name
        self._process = process
        self._cold = cold

    async def run(self, source: str) -> Times:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        word = "cold" if self._cold else "warm"
        self._process.stdin.write(f"{word} {source.encode().hex()}\n".encode())
        answer = (await self._process.stdout.readline()).split()
        if len(answer) != 2:
            raise RunFailed(f"{self.name}: no result")
        first = float(answer[0])
        return Times(first if first >= 0 else None, float(answer[1]))


@contextlib.asynccontextmanager
async def peers(python: str, folder: Path) -> AsyncIterator[list[Runner]]:
    """What ours is compared with; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        python,
        str(_CLIENT),
        cwd=folder,
        env={**os.environ, "JUPYTER_PLATFORM_DIRS": "1", "IPYTHONDIR": str(folder / "ipython")},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield [
            Command(python, folder),
            Kernel("ipykernel, cold", process, cold=True),
            Kernel("ipykernel, warm", process, cold=False),
        ]
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
