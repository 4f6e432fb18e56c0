"""By which tool a distribution comes into an environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from jedimind.environments.distributions import distribution_of
from jedimind.environments.installing import installation

# Only looked for, never started.
TOOLS = ("conda", "pipenv", "poetry", "uv")


@pytest.fixture(autouse=True)
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only directory on the PATH, with all the tools."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("CONDA_EXE", raising=False)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / ".venv").mkdir()
    return folder


def line(project: Path, python: Path | None = None, name: str = "rich") -> tuple[str, str]:
    """The command for a file of the project, without where its program is, and where it runs."""
    python = python or project / ".venv" / "bin" / "python"
    how = installation(project, project / "src" / "a.py", str(python), name)
    program, *arguments = how.line.split(" ")
    if program == str(python):
        program = "PYTHON"
    return " ".join([Path(program).name, *arguments]), how.folder.name


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("uv.lock", "", "uv add rich"),
        ("pyproject.toml", "[tool.uv]\n", "uv add rich"),
        ("pyproject.toml", "[tool.poetry]\n", "poetry add rich"),
        ("poetry.lock", "", "poetry add rich"),
        ("Pipfile", "", "pipenv install rich"),
        ("pyproject.toml", "[project]\n", "PYTHON -m pip install rich"),
        ("pyproject.toml", "tool = 1\n", "PYTHON -m pip install rich"),
        ("pyproject.toml", "no table\n", "PYTHON -m pip install rich"),
    ],
)
def test_the_tool_of_the_project_installs(
    project: Path, file: str, content: str, expected: str
) -> None:
    (project / file).write_text(content)
    assert line(project) == (expected, "project")


def test_the_innermost_project_counts(project: Path) -> None:
    (project / "uv.lock").touch()
    (project / "src" / "poetry.lock").touch()
    python = project / "src" / ".venv" / "bin" / "python"
    assert line(project, python) == ("poetry add rich", "src")


def test_a_tool_has_no_say_over_another_environment(project: Path, tmp_path: Path) -> None:
    (project / "uv.lock").touch()
    (project / "poetry.lock").touch()
    (project / "Pipfile").touch()
    elsewhere = tmp_path / "elsewhere" / "bin" / "python"
    assert line(project, elsewhere)[0] == "PYTHON -m pip install rich"


def test_a_tool_that_is_not_there_is_not_used(project: Path, bin_: Path) -> None:
    (project / "uv.lock").touch()
    (bin_ / "uv").unlink()
    assert line(project)[0] == "PYTHON -m pip install rich"


def test_conda_installs_into_its_own_environments(project: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "envs" / "shop"
    (prefix / "conda-meta").mkdir(parents=True)
    python = prefix / "bin" / "python"
    assert line(project, python)[0] == f"conda install --yes --prefix {prefix} rich"
    assert line(project, python, "opencv-python")[0].endswith(" opencv")


def test_environments_of_uv_have_no_pip(project: Path) -> None:
    (project / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\nuv = 0.5.1\n")
    python = project / ".venv" / "bin" / "python"
    assert line(project)[0] == f"uv pip install --python {python} rich"


def test_well_known_modules_come_by_another_name() -> None:
    modules = ["cv2", "PIL", "sklearn", "yaml", "bs4", "rich"]
    assert [distribution_of(module) for module in modules] == [
        "opencv-python",
        "pillow",
        "scikit-learn",
        "pyyaml",
        "beautifulsoup4",
        "rich",
    ]
