"""Starts the acts of a file in a tier, as root or an ordinary user, in a workspace of its own."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

from jedimind.execution.interpreter import OLDEST
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox import bubblewrap, filters, tiers
from jedimind.execution.sandbox.launch import launch
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.sandbox.syscalls import NUMBERS
from jedimind.execution.sandbox.tier import Tier

HERE = Path(__file__).parent
NOBODY = 65534
TIMEOUT = 120


@attrs.frozen
class Acted:
    """What came of the acts; `stderr` of a launch that failed."""

    outcomes: dict[str, Any]
    record: list[dict[str, str]]
    asked: bool
    left: list[str]
    """Files in the workspace and outside of it afterwards."""


def pythons() -> list[str]:
    """The oldest and the newest Python of pyenv that code can be run with, or else our own."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = {
        tuple(int(part) for part in python.parts[-3].split(".")): str(python)
        for python in versions.glob("3.*.*/bin/python")
        if python.parts[-3].replace(".", "").isdecimal()
    }
    usable = sorted(version for version in found if version >= OLDEST)
    if not usable:
        return [sys.executable]
    return [found[version] for version in dict.fromkeys([usable[0], usable[-1]])]


@functools.cache
def why_not(tier: Tier, python: str) -> str | None:
    return tiers.why_not(tier, python)


def require(tier: Tier, python: str) -> None:
    """Skips what this machine cannot do. Not what it could and does not: that is a failure."""
    if filters.machine() is None or not Path("/proc/self/ns").exists():
        pytest.skip("needs Linux on a processor that is known")
    if tier is Tier.A and bubblewrap.program() is None:
        pytest.skip("needs bubblewrap: apt-get install bubblewrap")
    reason = why_not(tier, python)
    if reason is not None and ("namespaces are refused" in reason or "no Landlock" in reason):
        pytest.skip(reason)
    assert reason is None


@contextmanager
def workspaces(user: int) -> Iterator[tuple[Path, Path]]:
    """A workspace and a folder outside it, owned by `user`, each with a ``file``."""
    with tempfile.TemporaryDirectory(prefix="jedimind-test-", dir="/var/tmp") as parent:
        os.chown(parent, user, -1)
        folders = Path(parent) / "workspace", Path(parent) / "outside"
        for folder in folders:
            folder.mkdir()
            (folder / "file").write_text("text")
        for path in Path(parent).rglob("*"):
            os.chown(path, user, -1)
        yield folders


def act(
    tier: Tier,
    python: str,
    *,
    user: int,
    acts: Path = HERE / "acts.py",
    policy: Callable[[Path], Policy] = lambda folder: STRICT(folder),
    prepare: Callable[[Path], None] = lambda folder: None,
    given: dict[str, Any] | None = None,
) -> Acted:
    """Has the acts carried out by `user`."""
    with workspaces(user) as (workspace, outside):
        prepare(workspace)
        machine = filters.machine()
        assert machine is not None
        about = {
            "workspace": str(workspace),
            "outside": str(outside),
            "numbers": NUMBERS[machine],
            **(given or {}),
        }
        # The guests' own folder may be closed to others.
        with tempfile.TemporaryDirectory(prefix="jedimind-test-", dir="/var/tmp") as scripts:
            Path(scripts).chmod(0o755)
            for script in (HERE / "acting.py", acts):
                shutil.copy(script, scripts)
                Path(scripts, script.name).chmod(0o644)
            arguments = [str(Path(scripts, acts.name)), json.dumps(about)]
            script = Path(scripts, "acting.py")
            text = as_user(
                user, lambda: _launched(tier, policy(workspace), python, script, arguments)
            )
        result = json.loads(text)
        left = sorted(
            str(path.relative_to(workspace.parent)) for path in workspace.parent.rglob("*")
        )
        return Acted(left=left, **result)


def STRICT(folder: Path) -> Policy:  # noqa: N802
    return Policy(Profile.GENERATED, folder.resolve(), False, False, 16 * 2**20)


def OWN(folder: Path) -> Policy:  # noqa: N802
    return Policy(Profile.OWN, folder.resolve(), True, True, 16 * 2**20)


def _launched(tier: Tier, policy: Policy, python: str, script: Path, arguments: list[str]) -> str:
    launched = launch(
        tier, policy, python, script, arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        out, err = launched.process.communicate(timeout=TIMEOUT)
    finally:
        launched.end()
    if launched.process.returncode != 0:
        raise AssertionError(err.decode())
    return out.decode()


def as_user(user: int, function: Callable[[], str]) -> str:
    """Calls the function in a process of that user; it may return or raise text."""
    if user == os.getuid():
        return function()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            os.environ["HOME"] = "/nonexistent"
            with os.fdopen(writing, "w") as pipe:
                try:
                    pipe.write(function())
                    code = 0
                except BaseException as error:  # noqa: BLE001 - told to the other process
                    pipe.write(f"{type(error).__name__}: {error}")
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, text
    return text
