"""Where jedimind keeps files: the user's data, state, configuration and runtime directories.

Paths follow the platform's conventions (platformdirs); on Linux those of the XDG base directory
specification. ``JEDIMIND_HOME`` puts all of them under one directory, for tests and portable use.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def _directory(kind: str, platform_path: str) -> Path:
    root = os.environ.get("JEDIMIND_HOME")
    return Path(root) / kind if root else Path(platform_path)


def models() -> Path:
    """Installed model files."""
    return _directory("data", platformdirs.user_data_dir("jedimind", appauthor=False)) / "models"


def state() -> Path:
    """Trusted folders and logs."""
    return _directory("state", platformdirs.user_state_dir("jedimind", appauthor=False))


def runtime() -> Path:
    """Files that describe running processes; private to the user, gone after a restart.

    Created with mode 0700: the host files in it hold the tokens of running model hosts.
    """
    path = _directory("run", platformdirs.user_runtime_dir("jedimind", appauthor=False))
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def user_settings() -> Path:
    """The user's settings file, ``settings.toml``."""
    config = _directory("config", platformdirs.user_config_dir("jedimind", appauthor=False))
    return config / "settings.toml"
