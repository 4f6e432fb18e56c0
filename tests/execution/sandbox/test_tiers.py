"""The tier is what really works under the interpreter, and says why no better one does."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from execution.sandbox.confined import pythons, require
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox import tiers
from jedimind.execution.sandbox.launch import launch
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.sandbox.temporary import TemporaryFolder
from jedimind.execution.sandbox.tier import Tier
from jedimind.execution.sandbox.tiers import Found, Tiers


@pytest.mark.parametrize("python", pythons(), ids=lambda python: Path(python).parts[-3])
def test_the_best_tier_is_found(python: str) -> None:
    require(Tier.A, python)
    assert tiers.find(python) == Found(Tier.A)


def test_without_bubblewrap_it_is_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(Tier.B, sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = tiers.find(sys.executable)
    assert found == Found(
        Tier.B, ((Tier.A, "bubblewrap is not installed: apt install bubblewrap"),)
    )


def test_where_user_namespaces_are_refused_the_reason_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(Tier.B, sys.executable)
    # A fault: what bwrap does on Ubuntu 24.04 without a profile.
    refusing = tmp_path / "bwrap"
    refusing.write_text(
        "#!/bin/sh\necho bwrap: setting up uid map: Permission denied >&2\nexit 1\n"
    )
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = tiers.find(sys.executable)
    assert found.tier is Tier.B
    assert "user namespaces are refused here" in found.why_not_better[0][1]


def test_a_bubblewrap_that_does_not_confine_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(Tier.B, sys.executable)
    # Faults: a bwrap that only starts the command, and a filter that is not installed.
    lying = tmp_path / "bwrap"
    lying.write_text('#!/bin/bash\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n')
    lying.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("jedimind.execution.sandbox.policy.filters.for_worker", _nothing)
    monkeypatch.setattr("jedimind.execution.sandbox.policy.filters.for_zygote", _nothing)
    found = tiers.find(sys.executable)
    assert found.tier is Tier.C
    assert [reason.startswith("code could ") for _, reason in found.why_not_better] == [True, True]


def _nothing(*_: object, **__: object) -> bytes:
    """A filter that lets everything pass."""
    return bytes.fromhex("060000000000ff7f")


def test_what_is_no_python_has_no_sandbox(tmp_path: Path) -> None:
    found = tiers.find(str(tmp_path / "missing"))
    assert found.tier is Tier.C
    assert len(found.why_not_better) == 2


async def test_each_interpreter_is_probed_once_and_off_the_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    probed = []
    go_on = threading.Event()

    def find(interpreter: str) -> Found:
        go_on.wait(30)
        probed.append(interpreter)
        return Found(Tier.C)

    monkeypatch.setattr(tiers, "find", find)
    known = Tiers()
    asked = [asyncio.ensure_future(known.of(name)) for name in ("a", "b", "a")]
    await asyncio.sleep(0)
    asked[0].cancel()  # whoever asked first may give up
    go_on.set()
    assert await asked[2] == Found(Tier.C)
    await asked[1]
    assert sorted(probed) == ["a", "b"]


def test_what_cannot_be_confined_does_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(Tier.B, sys.executable)
    # A fault: a filter that no kernel takes.
    monkeypatch.setattr(
        "jedimind.execution.sandbox.policy.filters.for_zygote", lambda *_: b"\xff" * 8
    )
    script = tmp_path / "script.py"
    script.write_text("print('ran')")
    policy = Policy(Profile.OWN, tmp_path, True, True, 2**20)
    launched = launch(
        Tier.B, policy, sys.executable, script, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = launched.process.communicate(timeout=60)
    launched.end()
    assert (launched.process.returncode, out) == (70, b"")
    assert b"cannot confine: ConfinementError: seccomp: Invalid argument" in err
    assert not Path(launched.temporary).exists()


def test_ending_a_launch_ends_all_that_bubblewrap_started(tmp_path: Path) -> None:
    require(Tier.A, sys.executable)
    script = tmp_path / "script.py"
    # The pipe is closed by the last of them to end.
    script.write_text(
        "import os, time\n"
        "pid = os.fork()\n"
        "if not pid: os.setsid()\n"
        "print(pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    policy = Policy(Profile.OWN, tmp_path, True, True, 2**20)
    launched = launch(Tier.A, policy, sys.executable, script, stdout=subprocess.PIPE)
    assert launched.process.stdout is not None
    assert launched.process.stdout.readline()
    launched.end()
    launched.process.stdout.read()


def test_what_a_dead_server_left_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    died = "from jedimind.execution.sandbox.temporary import TemporaryFolder as T; import os\n"
    died += "print(T.make().path, flush=True); os.kill(os.getpid(), 9)"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", died], stdout=subprocess.PIPE, check=False, env=environment
    )
    abandoned = Path(done.stdout.decode().strip())
    (abandoned / "file").touch()
    held = TemporaryFolder.make()
    assert not abandoned.exists()
    other = TemporaryFolder.make()
    assert Path(held.path).is_dir()
    held.remove()
    other.remove()
    assert list(tmp_path.iterdir()) == []
