"""Confined code really tries what is forbidden, and does what has to work, in each tier."""

from __future__ import annotations

import os
import re
from errno import EACCES, EFBIG, ENOSPC, EPERM, EROFS, EXDEV
from pathlib import Path
from signal import SIGSYS
from typing import Any

import pytest

from execution.sandbox.confined import HERE, NOBODY, OWN, STRICT, act, pythons, require
from jedimind.execution.guest import confinement
from jedimind.execution.sandbox.tier import Tier

SYSTEM_PYTHON = "/usr/bin/python3"
IS_ROOT = os.name == "posix" and os.getuid() == 0
REFUSED = "refused"
# EROFS is a mount's, EXDEV what Landlock answers to links and moves that would give more rights.
_REFUSALS = [
    *(f"PermissionError {number}" for number in (EACCES, EPERM)),
    *(f"OSError {number}" for number in (EROFS, EXDEV)),
]
WHO = [
    *(
        pytest.param(os.getuid(), python, id=f"self-{Path(python).parts[-3]}")
        for python in pythons()
    ),
    pytest.param(
        NOBODY,
        SYSTEM_PYTHON,
        id="nobody",
        marks=[
            pytest.mark.skipif(not IS_ROOT, reason="only root can become another user"),
            pytest.mark.skipif(not Path(SYSTEM_PYTHON).exists(), reason="needs /usr/bin/python3"),
        ],
    ),
]
tiers = pytest.mark.parametrize("tier", [Tier.A, Tier.B])


def in_words(outcomes: dict[str, Any]) -> dict[str, Any]:
    return {
        name: REFUSED if outcome in _REFUSALS else outcome for name, outcome in outcomes.items()
    }


def expected(acts: str = "acts.py") -> dict[str, Any]:
    """What is to come of the acts of a file, by their names."""
    names = re.findall("^def ((?:refused|allowed)_.*)\\(", (HERE / acts).read_text(), re.MULTILINE)
    assert names
    return {name: REFUSED if name.startswith("refused") else "ok" for name in names}


@tiers
@pytest.mark.parametrize(("user", "python"), WHO)
def test_generated_code(
    tier: Tier, user: int, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(tier, python)
    monkeypatch.setenv("PASSPHRASE", "correct horse")
    acted = act(tier, python, user=user, policy=STRICT)
    wanted = expected()
    wanted["refused_foreign_architecture"] = f"signal {SIGSYS}"
    wanted["refused_large_file"] = f"OSError {EFBIG}"
    if tier is Tier.B:
        # Shared memory would be shared with the user's programs.
        wanted["allowed_pool"] = wanted["allowed_shared_memory"] = REFUSED
    assert in_words(acted.outcomes) == wanted
    assert acted.left == ["outside", "outside/file", "workspace", "workspace/file"]


@tiers
@pytest.mark.parametrize(("user", "python"), WHO)
def test_own_code(tier: Tier, user: int, python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    require(tier, python)
    monkeypatch.setenv("PASSPHRASE", "correct horse")
    acted = act(tier, python, user=user, policy=OWN)
    wanted = expected()
    wanted["refused_foreign_architecture"] = f"signal {SIGSYS}"
    # Without a mount of its size only generated code has a bound.
    wanted["refused_large_file"] = f"OSError {ENOSPC}" if tier is Tier.A else None
    wanted["refused_network"] = wanted["refused_network_by_datagrams"] = None
    assert in_words(acted.outcomes) == wanted
    assert acted.left == ["outside", "outside/file", "workspace", "workspace/file"]


@tiers
def test_without_questions_the_refusals_are_the_same(tier: Tier) -> None:
    require(tier, pythons()[0])
    acted = act(tier, pythons()[0], user=os.getuid(), given={"silent": True})
    wanted = expected()
    wanted["refused_foreign_architecture"] = f"signal {SIGSYS}"
    wanted["refused_large_file"] = f"OSError {EFBIG}"
    if tier is Tier.B:
        wanted["allowed_pool"] = wanted["allowed_shared_memory"] = REFUSED
        wanted["refused_utime_outside"] = None
    # Nobody looks at the path then, so that no mode can be changed.
    wanted["allowed_temporary_files"] = REFUSED
    assert not acted.asked
    assert acted.record == []
    assert in_words(acted.outcomes) == wanted


@pytest.mark.parametrize("machine_of", [OWN, STRICT], ids=["own", "generated"])
def test_an_older_landlock_leaves_signals_to_the_supervisor(
    machine_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = pythons()[-1]
    require(Tier.B, python)
    monkeypatch.setattr(confinement, "landlock_abi", lambda: 5)
    acted = act(Tier.B, python, user=os.getuid(), policy=machine_of)
    assert "signal" in [refusal["kind"] for refusal in acted.record]
    assert acted.outcomes["allowed_killing_children"] == "ok"
    assert acted.outcomes["allowed_aborting"] == "ok"


def prepare(workspace: Path) -> None:
    """A repository with an environment and a submodule."""
    for folder in (".git/hooks", ".venv/bin", "env/lib", "source/part/.git", ".vscode", "data"):
        (workspace / folder).mkdir(parents=True)
    for file in (".git/config", "env/pyvenv.cfg", "source/part/.git/config", "source/part/code.py"):
        (workspace / file).write_text("text")
    (workspace / ".bashrc").write_text("")
    (workspace / "data" / "link").symlink_to("../.git/config")


@tiers
@pytest.mark.parametrize(("user", "python"), WHO[-1:] if IS_ROOT else WHO[:1])
def test_own_code_in_a_repository(tier: Tier, user: int, python: str) -> None:
    require(tier, python)

    def prepared(workspace: Path) -> None:
        prepare(workspace)
        for path in [*workspace.rglob("*")]:
            os.chown(path, user, -1, follow_symlinks=False)

    file = HERE / "acts_in_workspace.py"
    acted = act(tier, python, user=user, acts=file, policy=OWN, prepare=prepared)
    wanted = expected(file.name)
    if tier is Tier.B:
        # Right beside what is protected there are no new files without mounts.
        for name in ("allowed_new_file_at_the_top", "allowed_new_folder_at_the_top"):
            wanted[name] = REFUSED
    assert in_words(acted.outcomes) == wanted
    assert {refusal["kind"] for refusal in acted.record} == {"write"}


@tiers
def test_own_code_in_a_plain_folder_makes_files_in_it(tier: Tier) -> None:
    python = pythons()[-1]
    require(tier, python)
    file = HERE / "acts_in_plain_folder.py"
    acted = act(tier, python, user=os.getuid(), acts=file, policy=OWN)
    assert in_words(acted.outcomes) == expected(file.name)


@tiers
def test_what_the_sandbox_refused_is_on_record_and_nothing_else(tier: Tier) -> None:
    user, python = (NOBODY, SYSTEM_PYTHON) if IS_ROOT else (os.getuid(), pythons()[0])
    require(tier, python)
    acted = act(tier, python, user=user, acts=HERE / "acts_on_record.py")
    assert in_words(acted.outcomes) == {
        **expected("acts_on_record.py"),
        "allowed_missing_folder": "FileNotFoundError 2",
        "allowed_existing_folder": "FileExistsError 17",
        "allowed_removing_nothing": "FileNotFoundError 2",
        "allowed_read_only_file": REFUSED,
    }
    outside = next(refusal["what"] for refusal in acted.record if refusal["kind"] == "write")
    assert outside.endswith("/outside/file")
    assert acted.record == [
        {"kind": "write", "what": outside},
        {"kind": "write", "what": str(Path(outside).parent / "new")},
        {"kind": "network", "what": "AF_INET"},
        {"kind": "socket", "what": "AF_UNIX"},
    ]


def test_the_record_has_an_end() -> None:
    python = pythons()[0]
    require(Tier.B, python)
    acted = act(Tier.B, python, user=os.getuid(), acts=HERE / "acts_flooding.py")
    assert acted.outcomes == {"refused_flood": 1000}
    assert len(acted.record) == 100
