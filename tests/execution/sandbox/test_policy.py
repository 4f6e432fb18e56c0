"""What a policy allows, what of a workspace is protected, and what a run's environment has."""

from __future__ import annotations

from pathlib import Path

import pytest

from jedimind.execution import environment
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox import protection
from jedimind.execution.sandbox.policy import Policy
from jedimind.settings import ExecutionSettings

DEFAULTS = ExecutionSettings()


def test_own_code_may_write_and_use_the_network_as_set(tmp_path: Path) -> None:
    own = Policy.of(Profile.OWN, tmp_path, DEFAULTS)
    assert (own.network, own.writes, own.temporary) == (True, True, 256 * 2**20)
    closed = ExecutionSettings(network=False, writes="temporary", temporary=1)
    strict = Policy.of(Profile.OWN, tmp_path, closed)
    assert (strict.network, strict.writes, strict.temporary) == (False, False, 2**20)


def test_no_setting_opens_anything_for_generated_code(tmp_path: Path) -> None:
    policy = Policy.of(Profile.GENERATED, tmp_path, DEFAULTS)
    assert (policy.network, policy.writes) == (False, False)
    assert policy.protection() is None


@pytest.mark.parametrize("folder", ["/", "/tmp", "/dev/shm"])
def test_a_folder_that_takes_in_the_sandboxs_own_is_not_written(folder: str) -> None:
    assert not Policy.of(Profile.OWN, Path(folder), DEFAULTS).writes


def test_the_folder_is_the_real_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert Policy.of(Profile.OWN, tmp_path / "link", DEFAULTS).folder == tmp_path / "real"


def test_what_is_protected_and_what_is_beside_it(tmp_path: Path) -> None:
    for folder in (".git", "a/node_modules/x", "a/b", "c", "env/bin", "bare/objects", "bare/refs"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ("env/pyvenv.cfg", "bare/HEAD", "a/file", "file", ".zshrc"):
        (tmp_path / file).touch()
    (tmp_path / "elsewhere").symlink_to("/usr")
    found = protection.look(tmp_path)
    relative = [str(Path(path).relative_to(tmp_path)) for path in found.protected]
    assert relative == [".git", ".zshrc", "a/node_modules", "bare", "env"]
    beside = [str(Path(path).relative_to(tmp_path)) for path in found.beside]
    assert beside == ["a/b", "a/file", "c", "file"]


def test_where_nothing_is_protected_the_workspace_is_open(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert protection.look(tmp_path) == protection.Protection((), (str(tmp_path),))


def test_hidden_files_of_the_home_folder_are_protected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".whatever").touch()
    assert protection.look(tmp_path).protected == (str(tmp_path / ".whatever"),)


def test_in_a_large_workspace_the_highest_folders_are_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protection, "_MOST_FOLDERS", 2)
    (tmp_path / "a" / "b" / ".git").mkdir(parents=True)
    (tmp_path / "a" / ".git").mkdir()
    assert protection.look(tmp_path).protected == (str(tmp_path / "a" / ".git"),)


KEPT = {"PATH": "/bin", "LC_ALL": "C", "PYTHONPATH": "x", "OMP_NUM_THREADS": "1", "TZ": "UTC"}
DROPPED = {
    "AWS_SECRET_ACCESS_KEY": "s",
    "JEDIMIND_API_KEY": "s",
    "SSH_AUTH_SOCK": "/run/s",
    "DBUS_SESSION_BUS_ADDRESS": "s",
    "XDG_RUNTIME_DIR": "/run",
    "PYTHONHOME": "/other",
    "PYTHONSTARTUP": "/other.py",
    "LD_PRELOAD": "/other.so",
    "GIT_ASKPASS": "s",
}


def test_only_variables_in_the_list_get_into_a_run() -> None:
    variables = environment.for_run("/usr/bin/python3", {**KEPT, **DROPPED})
    assert {name: variables[name] for name in KEPT} == KEPT
    assert not variables.keys() & DROPPED.keys()


def test_a_run_has_its_own_temporary_folder() -> None:
    variables = environment.for_run("python", {"TMPDIR": "/other"}, temporary="/mine")
    assert {variables[name] for name in ("TMPDIR", "TEMP", "TMP")} == {"/mine"}


def test_the_active_environment_is_named_to_its_own_python_only() -> None:
    active = {"VIRTUAL_ENV": "/a/.venv", "CONDA_PREFIX": "/conda"}
    variables = environment.for_run("/a/.venv/bin/python", active)
    assert variables["VIRTUAL_ENV"] == "/a/.venv"
    assert "CONDA_PREFIX" not in variables


def test_proxies_come_with_the_network_but_not_with_passwords() -> None:
    proxies = {"https_proxy": "http://proxy:1", "HTTP_PROXY": "http://me:secret@proxy:1"}
    with_network = environment.for_run("python", proxies)
    assert with_network["https_proxy"] == "http://proxy:1"
    assert "HTTP_PROXY" not in with_network
    assert "https_proxy" not in environment.for_run("python", proxies, network=False)


def test_a_package_manager_has_its_settings_but_not_ours() -> None:
    inherited = {
        "PIP_INDEX_URL": "https://me:secret@index/simple",
        "JEDIMIND_API_KEY": "s",
        "PYTHONHOME": "/other",
        "VIRTUAL_ENV": "/other",
    }
    variables = environment.for_package_manager("/a/.venv/bin/python", inherited)
    assert variables["PIP_INDEX_URL"] == "https://me:secret@index/simple"
    assert not variables.keys() & {"JEDIMIND_API_KEY", "PYTHONHOME", "VIRTUAL_ENV"}
