"""The `jedimind` command as a user types it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from jedimind import __version__, trust
from jedimind.model.store import destination
from real_model import real_model


def jedimind(
    *arguments: str, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jedimind", *arguments],
        capture_output=True,
        check=False,
        cwd=folder,
        env={**os.environ, "COLUMNS": "200", **environment},
        text=True,
        timeout=120,
    )


def test_version() -> None:
    assert jedimind("--version").stdout == f"jedimind {__version__}\n"


@pytest.mark.parametrize("command", ["serve", "run", "model", "doctor", "trust"])
def test_every_command_has_help(command: str) -> None:
    done = jedimind(command, "--help")
    assert done.returncode == 0
    assert f"jedimind {command}" in done.stdout


def test_run_prints_what_the_program_does_and_says_how_it_ended(tmp_path: Path) -> None:
    file = tmp_path / "script.py"
    file.write_text("import sys\nprint('out')\nprint('err', file=sys.stderr)\n6 * 7\n")
    done = jedimind("run", "script.py", folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout == "out\n42\n"
    assert done.stderr.startswith("err\nFinished in ")


def test_run_fails_with_the_traceback(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("def f():\n    return 1 / 0\nf()\n")
    done = jedimind("run", "script.py", folder=tmp_path)
    assert done.returncode == 1
    assert "line 2, in f" in done.stderr
    assert "ZeroDivisionError" in done.stderr


def test_run_uses_nothing_of_a_folder_that_is_not_trusted(tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\ntouch {tmp_path / 'executed'}\n")
    python.chmod(0o755)
    (tmp_path / "script.py").write_text("1 + 1\n")
    assert jedimind("run", "script.py", folder=tmp_path).stdout == "2\n"
    assert not (tmp_path / "executed").exists()


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("for i in range(50000): print(i)\n")
    command = f"{sys.executable} -m jedimind run script.py | head -1"
    done = subprocess.run(
        command, shell=True, cwd=tmp_path, capture_output=True, check=False, text=True
    )
    assert done.stdout == "0\n"
    assert "Traceback" not in done.stderr


def test_run_keeps_to_the_projects_limits(tmp_path: Path) -> None:
    trust.trust(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.jedimind.execution]\ntimeout = 0.5\n")
    (tmp_path / "script.py").write_text("while True: pass\n")
    done = jedimind("run", "script.py", folder=tmp_path)
    assert done.returncode == 1
    assert "execution.timeout" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "absent.py"], "absent.py cannot be read"),
        (["run", "latin.py"], "save it as UTF-8"),
        (["model", "path", "qwen2.5-coder-05b"], "Did you mean `qwen2.5-coder-0.5b`"),
        (["model", "path", "qwen2.5-coder-0.5b"], "`jedimind model pull qwen2.5-coder-0.5b`"),
        (["model", "pull", "hf:broken"], "hf:owner/repo/file.gguf"),
        (["trust", "absent"], "absent is not a folder"),
        (["serve", "--tcp", "many"], "`many` is no address"),
        (["serve", "--tcp", "256.0.0.1:1"], "cannot listen on 256.0.0.1:1"),
    ],
)
def test_an_error_is_one_sentence_with_a_next_step(
    tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    (tmp_path / "latin.py").write_bytes("s = 'ä'\n".encode("latin-1"))
    done = jedimind(*arguments, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("jedimind: ")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_the_models_are_listed(jedimind_home: Path) -> None:
    done = jedimind("model", "list")
    assert done.returncode == 0
    row = next(line for line in done.stdout.splitlines() if "qwen2.5-coder-0.5b" in line)
    assert row.split()[-1] == "no"
    assert "491 MB" in row


@pytest.mark.model
def test_an_installed_model_is_found_and_removed(installed_model: str) -> None:
    assert jedimind("model", "path", installed_model).stdout.strip() == str(
        destination(real_model())
    )
    done = jedimind("model", "remove", installed_model)
    assert done.returncode == 0
    assert not destination(real_model()).exists()


def test_trust_is_remembered(tmp_path: Path) -> None:
    assert not trust.is_trusted(tmp_path)
    assert jedimind("trust", str(tmp_path)).returncode == 0
    assert trust.is_trusted(tmp_path / "below")
    assert not trust.is_trusted(tmp_path.parent)


def test_doctor_names_what_is_missing_and_how_to_get_it(tmp_path: Path) -> None:
    done = jedimind("doctor", folder=tmp_path)
    assert done.returncode == 1
    assert "jedimind model pull qwen2.5-coder-0.5b" in done.stdout
    assert "is not trusted" in done.stdout


def test_doctor_says_what_sandbox_works_and_why_no_better_one(tmp_path: Path) -> None:
    nowhere = tmp_path / "bin"
    nowhere.mkdir()
    done = jedimind("doctor", folder=tmp_path, COLUMNS="400", PATH=str(nowhere))
    assert "not tier A: bubblewrap is not installed: apt install bubblewrap" in done.stdout
    assert "tier B: Landlock" in done.stdout or "tier C: limits only" in done.stdout


def test_doctor_says_which_python_runs_the_code_and_why(tmp_path: Path) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("version = 3.12.1\n")
    own = f"code here runs with     {sys.executable}, Python {platform.python_version()}"
    inside = f"{python}, Python 3.12.1 (.venv in the project)"
    before = jedimind("doctor", folder=tmp_path, COLUMNS="400").stdout
    assert f"{own} (the one jedimind runs on)" in before
    assert f"Jedi reads packages of  {inside}" in before
    trust.trust(tmp_path)
    after = jedimind("doctor", folder=tmp_path, COLUMNS="400").stdout
    assert f"code here runs with  {inside}" in after
    assert "Jedi reads" not in after


def test_doctor_is_content_with_an_endpoint(tmp_path: Path, jedimind_home: Path) -> None:
    settings = jedimind_home / "config" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f"[model]\nendpoint = {json.dumps('http://127.0.0.1:1/v1')}\n")
    done = jedimind("doctor", folder=tmp_path)
    assert done.returncode == 0
    assert "http://127.0.0.1:1/v1" in done.stdout
