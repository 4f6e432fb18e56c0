"""Pipenv's environment of a project, which it keeps outside of it.

Its name is made from that of the project's directory and a hash of the path of its ``Pipfile``, as
Pipenv's `VenvLocator` does.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from jedimind.environments.environment import Environment, of_venv

_REASON = "Pipenv's environment of this project"


def environments(directory: Path) -> Iterator[Environment]:
    """Pipenv's for the project in `directory`, if it is one of Pipenv's."""
    pipfile = directory / "Pipfile"
    if pipfile.exists():
        name = os.environ.get("PIPENV_CUSTOM_VENV_NAME") or _name(pipfile)
        yield of_venv(_virtualenvs() / name, _REASON)


def _name(pipfile: Path) -> str:
    plain = re.sub(r'[ &$`!*@"()\[\]\\\r\n\t]', "_", pipfile.parent.name)[:42]
    digest = hashlib.sha256(os.fsencode(pipfile)).digest()
    return f"{plain}-{base64.urlsafe_b64encode(digest).decode()[:8]}"


def _virtualenvs() -> Path:
    if home := os.environ.get("WORKON_HOME"):
        return Path(os.path.expandvars(home)).expanduser()
    if os.name == "nt":
        return Path("~/.virtualenvs").expanduser()
    return Path(os.environ.get("XDG_DATA_HOME", "~/.local/share"), "virtualenvs").expanduser()
