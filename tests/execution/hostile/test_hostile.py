"""Every hostile program ends as it has to, and nothing is left of it; see `case.py`."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from execution.conftest import why_not
from execution.hostile.case import Case, cases
from execution.hostile.conduct import TIERS, conduct
from jedimind.execution.sandbox.tier import Tier

NOBODY = 65534
# Not in the temporary folder, which is another one in tier A.
VISIBLE = "/var/tmp"
TESTS = Path(__file__).parents[2]
SERVER = TESTS.parent / "server"
ALL = [case for tier in TIERS for case in cases(tier)]
SAMPLE = (
    "resources/cpu_in_many_processes",
    "resources/memory_in_many_processes",
    "resources/memory_shared_map",
    "resources/fork_tree",
    "resources/flood_both",
    "deception/forged_on_every_descriptor",
    "deception/repr_hangs",
    "deception/permission_error",
    "escapes/inherited_descriptors",
    "escapes/environment",
    "escapes/write_outside",
    "escapes/network",
    "lifecycle/daemon",
    "lifecycle/stopped_child",
    "lifecycle/kill_supervisor",
    "lifecycle/kill_zygote",
    "lifecycle/stop_ignored",
    "text/lone_surrogate_raised",
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where a case finds what it must not touch."""
    with tempfile.TemporaryDirectory(dir=VISIBLE) as folder:
        yield Path(folder)


def _skip_what_cannot_be(case: Case) -> None:
    if not case.can_be_held:
        pytest.skip(f"tier {case.tier} does not claim to stop this")
    reason = why_not(Tier(case.tier))
    if reason is not None:
        pytest.skip(f"tier {case.tier}: {reason}")


def _shown(case: Case) -> str:
    return f"{case.tier}-{case.name}"


@pytest.mark.parametrize("case", ALL, ids=_shown)
async def test_case(case: Case, folder: Path) -> None:
    if case.fields.get("needs") == "linux" and not sys.platform.startswith("linux"):
        pytest.skip("is about Linux")
    _skip_what_cannot_be(case)
    await conduct(case, folder)


def conduct_as_nobody(python: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = [str(TESTS), str(SERVER), *(place for place in sys.path if "site-packages" in place)]
    return subprocess.run(
        [python, "-m", "execution.hostile.conduct", *arguments],
        cwd="/",
        env={"PATH": os.defpath, "PYTHONPATH": ":".join(path), "PYTHONDONTWRITEBYTECODE": "1"},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def as_nobody() -> dict[tuple[str, str], str | None]:
    """What was wrong with each case of the sample, by its name and tier, as another user."""
    if os.name != "posix" or os.getuid() != 0:
        pytest.skip("only root can become another user")
    folder = Path(tempfile.mkdtemp(dir=VISIBLE))
    os.chown(folder, NOBODY, NOBODY)
    try:
        for python in (sys.executable, "/usr/bin/python3"):
            with contextlib.suppress(PermissionError, FileNotFoundError):
                if conduct_as_nobody(python, str(folder)).returncode == 0:
                    done = conduct_as_nobody(python, str(folder), *SAMPLE)
                    assert done.returncode == 0, done.stderr
                    lines = map(json.loads, done.stdout.splitlines())
                    return {(name, tier): trouble for name, tier, trouble in lines}
    finally:
        shutil.rmtree(folder)
    pytest.skip("there is no Python here that other users can start and that has what is needed")


@pytest.mark.parametrize("case", [case for case in ALL if case.name in SAMPLE], ids=_shown)
def test_case_as_an_ordinary_user(case: Case, as_nobody: dict[tuple[str, str], str | None]) -> None:
    _skip_what_cannot_be(case)
    assert as_nobody[case.name, case.tier] is None


def test_there_are_enough() -> None:
    names = {case.name for case in ALL}
    assert len(names) >= 60
    assert {name.partition("/")[0] for name in names} == {
        "deception",
        "escapes",
        "lifecycle",
        "resources",
        "text",
    }
    assert names.issuperset(SAMPLE)
