"""Poetry's environment of a project, which it keeps outside of it.

Its name is made from the project's name and a hash of the project's path, as Poetry's
`EnvManager.generate_env_name` does: what a repository writes can choose among the environments of
no other project, but for `virtualenvs.path` in its ``poetry.toml``.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import platformdirs

from jedimind.environments.environment import Environment, of_venv
from jedimind.small_files import tables_if_any

_REASON = "Poetry's environment of this project"
_PYTHON = re.compile(r"-py(\d+)\.(\d+)")


def environments(directory: Path) -> Iterator[Environment]:
    """Poetry's for the project in `directory`: the one it uses, or all, the newest Python first.

    None if it uses ``.venv`` in the project.
    """
    project = tables_if_any(directory / "pyproject.toml")
    if not project:
        return
    user, local = tables_if_any(_user_config()), tables_if_any(directory / "poetry.toml")
    if (directory / ".venv").is_dir() and _in_project(user, local) is not False:
        return
    place = _virtualenvs(directory, user, local)
    stem = _stem(_name(project), directory)
    named_by_project = place != _virtualenvs(directory, user, {})
    for name in _in_use(place, stem) or _made(place, stem):
        yield of_venv(place / name, _REASON, named_by_project=named_by_project)


def _name(project: Mapping[str, Any]) -> str:
    """The project's name, normalised as in PEP 503."""
    poetry = _table(_table(project, "tool"), "poetry")
    name = _table(project, "project").get("name") or poetry.get("name")
    return re.sub(r"[-_.]+", "-", name if isinstance(name, str) else "non-package-mode")


def _stem(name: str, directory: Path) -> str:
    """What the names of the project's environments begin with."""
    plain = re.sub(r'[ $`!*@"\\\r\n\t]', "_", name.lower())[:42]
    path = os.path.normcase(os.path.realpath(directory))
    digest = hashlib.sha256(os.fsencode(path)).digest()
    return f"{plain}-{base64.urlsafe_b64encode(digest).decode()[:8]}"


def _in_use(place: Path, stem: str) -> list[str]:
    """The environment that ``poetry env use`` chose."""
    minor = _table(tables_if_any(place / "envs.toml"), stem).get("minor")
    return [name for name in _made(place, stem) if name == f"{stem}-py{minor}"]


def _made(place: Path, stem: str) -> list[str]:
    # Listed, not looked up: a project could call itself `../elsewhere`.
    try:
        names = [path.name for path in place.iterdir()]
    except (OSError, ValueError):  # ValueError: there is a null character in its name
        return []
    found = {
        (int(python[1]), int(python[2])): name
        for name in names
        if name.startswith(stem) and (python := _PYTHON.fullmatch(name, len(stem)))
    }
    return [found[version] for version in sorted(found, reverse=True)]


def _user_config() -> Path:
    place = os.environ.get("POETRY_CONFIG_DIR")
    config = platformdirs.user_config_path("pypoetry", appauthor=False, roaming=True)
    return (Path(place) if place else config) / "config.toml"


def _in_project(user: Mapping[str, Any], local: Mapping[str, Any]) -> bool | None:
    """Whether Poetry was told to keep the environment in the project, or not to."""
    said = os.environ.get("POETRY_VIRTUALENVS_IN_PROJECT")
    if said is not None:
        return said.lower() in ("true", "1")
    for config in (local, user):
        value = _table(config, "virtualenvs").get("in-project")
        if isinstance(value, bool):
            return value
    return None


def _virtualenvs(directory: Path, user: Mapping[str, Any], local: Mapping[str, Any]) -> Path:
    """Where Poetry keeps environments, for the project in `directory`."""
    default = platformdirs.user_cache_path("pypoetry", appauthor=False)
    cache = _text("POETRY_CACHE_DIR", local.get("cache-dir"), user.get("cache-dir"), str(default))
    path = _text(
        "POETRY_VIRTUALENVS_PATH",
        _table(local, "virtualenvs").get("path"),
        _table(user, "virtualenvs").get("path"),
        "{cache-dir}/virtualenvs",
    )
    # Pathlib would raise for a user that is not there.
    return directory / os.path.expanduser(path.replace("{cache-dir}", cache))  # noqa: PTH111


def _text(variable: str, *values: object) -> str:
    """The environment variable, else the first of `values` that is a text."""
    texts = (os.environ.get(variable), *values)
    return next(text for text in texts if isinstance(text, str))


def _table(tables: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = tables.get(key)
    return value if isinstance(value, Mapping) else {}
