"""The environment of pyenv-virtualenv that a project's ``.python-version`` names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from jedimind.environments.environment import Environment, of_venv
from jedimind.small_files import text_if_any

_REASON = "the pyenv environment that .python-version names"


def environments(directory: Path) -> Iterator[Environment]:
    """Those that ``.python-version`` in `directory` names.

    Its versions of Python are passed over: they say what to make an environment with.
    """
    versions = Path(os.environ.get("PYENV_ROOT") or "~/.pyenv").expanduser() / "versions"
    for name in text_if_any(directory / ".python-version").split():
        prefix = versions / name
        if prefix.parent == versions and (prefix / "pyvenv.cfg").exists():
            yield of_venv(prefix, _REASON, named_by_project=True)
