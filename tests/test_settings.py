"""Settings: strongest wins, wrong ones are named, and a project cannot set everything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jedimind.settings import (
    Settings,
    SettingsFileError,
    Source,
    combine,
    describe,
    editor_table,
    project_file,
    user_file,
)


def test_the_stronger_source_wins_key_by_key() -> None:
    weak = Source("weak", {"execution": {"timeout": 5, "memory": 100}})
    strong = Source("strong", {"execution": {"timeout": 7.5}})
    settings, problems = combine([weak, strong])
    assert problems == []
    assert (settings.execution.timeout, settings.execution.memory) == (7.5, 100)
    assert settings.model == Settings().model


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"execution": {"timeout": "5"}}, "must be a number, not '5'"),
        ({"execution": {"timeout": True}}, "must be a number, not True"),
        ({"execution": {"timeout": 0}}, "must be at least 0.1, not 0"),
        ({"execution": {"memory": 100.5}}, "must be a whole number, not 100.5"),
        ({"execution": {"memory": float("inf")}}, "must be a whole number, not inf"),
        ({"execution": {"memroy": 5}}, "Did you mean `execution.memory`?"),
        ({"exection": {}}, "Did you mean `execution`?"),
        ({"execution": 5}, "must be a table"),
        ({"model": {"endpoint": 5}}, "must be a text, not 5"),
    ],
)
def test_a_wrong_setting_is_named_and_the_default_stands(
    table: dict[str, Any], sentence: str
) -> None:
    settings, (problem,) = combine([Source("the file", table)])
    assert sentence in problem.sentence
    assert "the file" in problem.sentence
    assert settings == Settings()


PROJECT = """
[tool.jedimind.execution]
timeout = 5
interpreter = "python"
[tool.jedimind.model]
endpoint = "http://elsewhere.example/v1"
"""


@pytest.mark.parametrize(
    ("trusted", "ignored"),
    [(False, {"execution.interpreter", "model.endpoint"}), (True, {"model.endpoint"})],
)
def test_a_project_sets_what_it_may(tmp_path: Path, trusted: bool, ignored: set[str]) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    settings, problems = combine([project_file(tmp_path, trusted=trusted)])
    assert settings.execution.timeout == 5
    assert settings.model.endpoint is None
    assert settings.execution.interpreter == ("python" if trusted else None)
    assert {problem.key for problem in problems} == ignored


def test_files_that_are_not_there_set_nothing(tmp_path: Path) -> None:
    assert combine([user_file(tmp_path / "no"), project_file(tmp_path, trusted=True)]) == (
        Settings(),
        [],
    )


@pytest.mark.parametrize("content", [b"[tool.jedimind", b"\xff"])
def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises(SettingsFileError, match=r"pyproject\.toml cannot be read .*correct"):
        project_file(tmp_path, trusted=True)


def test_an_editor_may_wrap_its_table_in_the_section_name() -> None:
    bare = {"execution": {"timeout": 5}}
    assert editor_table({"jedimind": bare}).table == editor_table(bare).table == bare
    assert editor_table(None).table == {}


def test_every_setting_says_what_it_is() -> None:
    assert all(item.doc.endswith(".") for item in describe())


def test_the_readme_shows_the_settings_as_they_are() -> None:
    script = Path(__file__).parent.parent / "scripts" / "readme.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
