"""Which environments are found for a project, in trees as the tools make them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from jedimind.environments import pipenv, poetry
from jedimind.environments.environment import Environment
from jedimind.environments.import_path import installed
from jedimind.environments.search import environments_for

TOOLS = ("CONDA_", "PIPENV_", "POETRY_", "PYENV_", "UV_", "VIRTUAL_ENV", "WORKON_HOME", "XDG_")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of somebody who has not used any of the tools."""
    for variable in [name for name in os.environ if name.startswith(TOOLS)]:
        monkeypatch.delenv(variable)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def poetry_project(project: Path, home: Path) -> tuple[Path, str]:
    """Where Poetry keeps environments, and what those of the project are called."""
    write(project / "pyproject.toml", '[project]\nname = "Shop_Front"\n')
    place = home / ".cache" / "pypoetry" / "virtualenvs"
    return place, poetry._stem("shop-front", project)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def make_environment(prefix: Path, version: str = "3.12.1") -> str:
    """What venv makes, as far as the search looks."""
    write(prefix / "pyvenv.cfg", f"home = /usr/bin\nversion = {version}\n")
    return str(write(prefix / "bin" / "python", ""))


def found(project: Path, file: str | None = None) -> list[tuple[str, str]]:
    """Pythons and reasons, without the last resort."""
    *found, last = environments_for(project, project / file if file else None)
    assert last == Environment(sys.executable, "the one jedimind runs on")
    return [(environment.python, environment.reason) for environment in found]


@pytest.mark.parametrize("name", [".venv", "venv", ".conda"])
def test_an_environment_in_the_project(project: Path, name: str) -> None:
    python = make_environment(project / name)
    assert found(project) == [(python, f"{name} in the project")]


def test_the_nearest_comes_first_and_the_active_last(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = ["project/part/.venv", "project/.venv", "active", "conda"]
    pythons = [make_environment(tmp_path / place) for place in places]
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path / "conda"))
    assert [python for python, _ in found(project, "part/deep/file.py")] == pythons
    assert [reason for _, reason in found(project)][1:] == ["VIRTUAL_ENV", "CONDA_PREFIX"]


def test_uv_may_be_told_another_place(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = make_environment(project / ".venv")
    make_environment(project / "elsewhere")
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", "elsewhere")
    assert [python for python, _ in found(project)] == [ordinary]
    (project / "uv.lock").touch()
    python, reason = found(project)[0]
    assert (python, reason) == (f"{project}/elsewhere/bin/python", "UV_PROJECT_ENVIRONMENT")
    absolute = make_environment(tmp_path / "absolute")
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", str(tmp_path / "absolute"))
    assert found(project)[0][0] == absolute


@pytest.mark.parametrize(
    ("name", "directory", "stem"),
    [
        # What Poetry 2.5.1 answers, from `EnvManager.generate_env_name`.
        ("shop-front", "/srv/shop", "shop-front-58fqC6Q1"),
        ("Simple Project", "/srv/shop", "simple_project-58fqC6Q1"),
        ("demo", "/nonexistent/project", "demo-1M_5FWsk"),
    ],
)
def test_the_name_that_poetry_gives(name: str, directory: str, stem: str) -> None:
    assert poetry._stem(name, Path(directory)) == stem


def test_poetry_chooses_among_its_environments(
    project: Path, poetry_project: tuple[Path, str]
) -> None:
    place, stem = poetry_project
    for version in ("3.9", "3.11", "3.10"):
        make_environment(place / f"{stem}-py{version}")
    make_environment(place / f"{stem}2-py3.13")
    newest_first = [f"{place}/{stem}-py{version}/bin/python" for version in ("3.11", "3.10", "3.9")]
    assert [python for python, _ in found(project)] == newest_first
    write(place / "envs.toml", f'[{stem}]\nminor = "3.9"\npatch = "3.9.2"\n')
    assert found(project) == [(newest_first[-1], "Poetry's environment of this project")]


def test_poetry_leaves_what_is_in_the_project_alone_when_told(
    project: Path, poetry_project: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, stem = poetry_project
    inside, outside = project / ".venv", place / f"{stem}-py3.12"
    pythons = [make_environment(inside), make_environment(outside)]
    assert [python for python, _ in found(project)] == pythons[:1]
    local = write(project / "poetry.toml", "[virtualenvs]\nin-project = false\n")
    assert [python for python, _ in found(project)] == pythons[::-1]
    monkeypatch.setenv("POETRY_VIRTUALENVS_IN_PROJECT", "true")
    assert [python for python, _ in found(project)] == pythons[:1]
    monkeypatch.delenv("POETRY_VIRTUALENVS_IN_PROJECT")
    local.unlink()
    assert [python for python, _ in found(project)] == pythons[:1]


@pytest.mark.parametrize(
    ("variables", "config", "place"),
    [
        ({}, "", "home/.cache/pypoetry/virtualenvs"),
        ({"POETRY_CACHE_DIR": "{tmp}/cache"}, "", "cache/virtualenvs"),
        ({}, 'cache-dir = "{tmp}/kept"', "kept/virtualenvs"),
        ({}, '[virtualenvs]\npath = "{cache-dir}/v"', "home/.cache/pypoetry/v"),
        ({}, '[virtualenvs]\npath = "~/environments"', "home/environments"),
        ({"POETRY_VIRTUALENVS_PATH": "{tmp}/v"}, '[virtualenvs]\npath = "/no"', "v"),
    ],
)
def test_where_poetry_is_told_to_keep_environments(
    project: Path,
    poetry_project: tuple[Path, str],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    config: str,
    place: str,
) -> None:
    root = str(project.parent)
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value.replace("{tmp}", root))
    write(home / ".config" / "pypoetry" / "config.toml", config.replace("{tmp}", root))
    python = make_environment(project.parent / place / f"{poetry_project[1]}-py3.12")
    (environment, _) = environments_for(project, None)
    assert environment.python == python
    assert not environment.named_by_project


def test_a_project_that_says_where_poetrys_environments_are_chose_them(
    project: Path, poetry_project: tuple[Path, str]
) -> None:
    _, stem = poetry_project
    write(project / "poetry.toml", '[virtualenvs]\npath = "../given"\n')
    make_environment(project.parent / "given" / f"{stem}-py3.12")
    (environment, _) = environments_for(project, None)
    assert environment.python == f"{project}/../given/{stem}-py3.12/bin/python"
    assert environment.named_by_project


@pytest.mark.parametrize(
    "content",
    [
        '[project]\nname = "../../../../elsewhere"\n',
        '[project]\nname = "a\\u0000b"\n',
        "[project]\nname = 3\n",
        "project = 3\ntool = 4\n",
        "x = " + "[" * 100_000,
        "no toml",
    ],
)
def test_a_hostile_project_finds_nothing_and_breaks_nothing(
    project: Path, poetry_project: tuple[Path, str], content: str
) -> None:
    place, stem = poetry_project
    place.mkdir(parents=True)
    make_environment(project.parent / f"elsewhere-{stem[-8:]}-py3.12")
    write(project / "pyproject.toml", content)
    write(project / "poetry.toml", content)
    write(project / "environment.yml", content)
    assert found(project) == []
    (project / "poetry.toml").unlink()
    (project / "pyproject.toml").unlink()
    os.mkfifo(project / "pyproject.toml")
    assert found(project) == []


@pytest.mark.parametrize("path", ["~nobody-of-that-name/x", "a\\u0000b", ""])
def test_a_place_that_cannot_be_breaks_nothing(
    project: Path, poetry_project: tuple[Path, str], path: str
) -> None:
    write(project / "poetry.toml", f'[virtualenvs]\npath = "{path}"\n')
    assert found(project) == []


def test_the_name_that_pipenv_gives() -> None:
    # What Pipenv 2026.10.3 answers, from `VenvLocator.name`.
    assert pipenv._name(Path("/srv/shop/Pipfile")) == "shop-F2F75yho"


def test_pipenvs_environment(project: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipfile = project / "Pipfile"
    python = make_environment(home / ".local/share/virtualenvs" / pipenv._name(pipfile))
    assert found(project) == []
    pipfile.touch()
    assert found(project) == [(python, "Pipenv's environment of this project")]
    monkeypatch.setenv("WORKON_HOME", "$HOME/work")
    monkeypatch.setenv("PIPENV_CUSTOM_VENV_NAME", "mine")
    custom = make_environment(home / "work" / "mine")
    assert found(project) == [(custom, "Pipenv's environment of this project")]


def test_pyenvs_environment_but_not_its_versions(project: Path, home: Path) -> None:
    python = make_environment(home / ".pyenv/versions/shop")
    write(home / ".pyenv/versions/3.12.1/bin/python", "")
    write(project / ".python-version", "3.12.1\nshop\n../../outside\n")
    make_environment(home / "outside")
    (environment, _) = environments_for(project, None)
    assert environment.python == python
    assert environment.reason == "the pyenv environment that .python-version names"
    assert environment.named_by_project


@pytest.mark.parametrize("name", ["shop", "'shop'  # comment", '"shop"'])
def test_condas_environment_by_its_name(project: Path, home: Path, name: str) -> None:
    prefixes = [home / "conda/envs/other", home / "shop", home / "conda/envs/shop"]
    pythons = [make_environment(prefix) for prefix in prefixes]
    write(home / ".conda/environments.txt", "".join(f"{prefix}\n" for prefix in prefixes))
    write(project / "environment.yml", f"channels: [x]\nname: {name}\ndependencies:\n- name: no\n")
    (environment, _) = environments_for(project, None)
    assert environment.python == pythons[-1]
    assert environment.reason == "the conda environment that environment.yml names"
    assert environment.named_by_project


@pytest.mark.parametrize(
    ("file", "content", "version"),
    [
        ("pyvenv.cfg", "home = /usr/bin\nversion = 3.10.4\n", "3.10.4"),
        ("pyvenv.cfg", "home = /usr/bin\nversion_info = 3.13.0.final.0\n", "3.13.0"),
        ("conda-meta/python-3.11.4-h955ad1f_0.json", "{}", "3.11.4"),
        ("conda-meta/python-dateutil-2.8.2-0.json", "{}", None),
        ("pyvenv.cfg", "home = /usr/bin\n", None),
    ],
)
def test_the_version_is_read(tmp_path: Path, file: str, content: str, version: str | None) -> None:
    write(tmp_path / file, content)
    assert Environment(str(tmp_path / "bin/python"), "a test").version() == version


def test_a_changed_file_is_read_again(project: Path, home: Path) -> None:
    pythons = [make_environment(home / ".pyenv/versions" / name) for name in ("one", "other")]
    write(project / ".python-version", "one\n")
    assert [python for python, _ in found(project)] == pythons[:1]
    write(project / ".python-version", "other\n")
    assert [python for python, _ in found(project)] == pythons[1:]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files here")
def test_a_pipe_that_nobody_writes_to_names_no_packages(tmp_path: Path) -> None:
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    os.mkfifo(packages / "pipe.pth")
    (packages / "more.pth").write_text(f"{tmp_path}\n")
    assert installed(tmp_path / "bin" / "python") == [str(packages), str(tmp_path)]
