"""How a distribution comes into an environment: by the tool that keeps the environment.

Looks at the disk: call it off the event loop.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import attrs

from jedimind.environments import pipenv, poetry
from jedimind.environments.environment import Environment, prefix_of
from jedimind.small_files import tables_if_any, text_if_any

_MADE_BY_UV = re.compile(r"^uv\s*=", re.MULTILINE)
# Names that conda's channels have differently.
_CONDA_NAMES = {"opencv-python": "opencv"}


@attrs.frozen
class Installation:
    """The `command` to run in `folder`."""

    command: tuple[str, ...]
    folder: Path

    @property
    def line(self) -> str:
        """The command as it is written in a terminal."""
        return (
            subprocess.list2cmdline(self.command) if os.name == "nt" else shlex.join(self.command)
        )


def installation(folder: Path, file: Path, python: str, distribution: str) -> Installation:
    """How to install `distribution` for `file` in the workspace `folder`, which `python` runs.

    A project's tool is chosen if it is there and `python` is of the project's own environment:
    it also writes down what is needed. conda keeps its environments itself, and uv those that it
    made without pip. For all others it is their own pip.
    """
    for directory in _upwards(file.parent, folder):
        tool = _tool_of_project(directory, python)
        if tool is not None:
            return Installation((*tool, distribution), directory)
    prefix = prefix_of(Path(python))
    if (prefix / "conda-meta").is_dir() and (conda := _conda()) is not None:
        named = _CONDA_NAMES.get(distribution, distribution)
        return Installation((conda, "install", "--yes", "--prefix", str(prefix), named), folder)
    uv = shutil.which("uv")
    if uv is not None and _MADE_BY_UV.search(text_if_any(prefix / "pyvenv.cfg")):
        return Installation((uv, "pip", "install", "--python", python, distribution), folder)
    return Installation((python, "-m", "pip", "install", distribution), folder)


def _upwards(directory: Path, folder: Path) -> Iterator[Path]:
    """`directory` and those around it, up to `folder`."""
    if not directory.is_relative_to(folder):
        yield folder
        return
    yield directory
    for around in directory.parents:
        if not around.is_relative_to(folder):
            return
        yield around


def _tool_of_project(directory: Path, python: str) -> tuple[str, ...] | None:
    tool = tables_if_any(directory / "pyproject.toml").get("tool")
    tables = tool if isinstance(tool, dict) else {}
    own = prefix_of(Path(python)) == directory / ".venv"
    if ("uv" in tables or (directory / "uv.lock").exists()) and own:
        return _found("uv", "add")
    if "poetry" in tables or (directory / "poetry.lock").exists():
        if own or _is_one_of(python, poetry.environments(directory)):
            return _found("poetry", "add")
    elif (directory / "Pipfile").exists() and (
        own or _is_one_of(python, pipenv.environments(directory))
    ):
        return _found("pipenv", "install")
    return None


def _is_one_of(python: str, environments: Iterator[Environment]) -> bool:
    return any(environment.python == python for environment in environments)


def _found(program: str, *arguments: str) -> tuple[str, ...] | None:
    path = shutil.which(program)
    return (path, *arguments) if path is not None else None


def _conda() -> str | None:
    names = (os.environ.get("CONDA_EXE"), "conda", "mamba", "micromamba")
    return next((path for name in names if name and (path := shutil.which(name))), None)
