"""The environments that a file of a project could be meant for, the likeliest first."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from jedimind.environments import conda, pipenv, poetry, pyenv
from jedimind.environments.environment import Environment, of_conda, of_venv


def environments_for(folder: Path, file: Path | None) -> Iterator[Environment]:
    """Those of the nearest directory from the file's up to `folder`; the active ones; our own.

    Only those are given that are on the disk. Links are not followed: an environment is known by
    the path it is called by.
    """
    for environment in _candidates(folder, file):
        if os.path.lexists(environment.python):
            yield environment


def _candidates(folder: Path, file: Path | None) -> Iterator[Environment]:
    for directory in _upwards(folder, file):
        yield from _of_uv(directory)
        # Before `.venv`, which Poetry may be told to ignore; it knows when it is not.
        yield from poetry.environments(directory)
        yield of_venv(directory / ".venv", ".venv in the project")
        yield of_venv(directory / "venv", "venv in the project")
        yield of_conda(directory / ".conda", ".conda in the project")
        yield from pipenv.environments(directory)
        yield from pyenv.environments(directory)
        yield from conda.environments(directory)
    if active := os.environ.get("VIRTUAL_ENV"):
        yield of_venv(Path(active).absolute(), "VIRTUAL_ENV")
    if active := os.environ.get("CONDA_PREFIX"):
        yield of_conda(Path(active).absolute(), "CONDA_PREFIX")
    yield Environment(sys.executable, "the one jedimind runs on")


def _of_uv(directory: Path) -> Iterator[Environment]:
    """Where uv was told to keep the environment of a project instead of in ``.venv``."""
    named = os.environ.get("UV_PROJECT_ENVIRONMENT")
    if named and (directory / "uv.lock").exists():
        yield of_venv((directory / named).absolute(), "UV_PROJECT_ENVIRONMENT")


def _upwards(folder: Path, file: Path | None) -> Iterator[Path]:
    """The directories from the file's up to `folder`; only `folder` for a file elsewhere."""
    if file is not None and file.is_relative_to(folder):
        for directory in file.parents:
            if directory == folder:
                break
            yield directory
    yield folder
