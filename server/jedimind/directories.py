"""Where jedimind keeps files: the user's data, state, cache, configuration, runtime directories.

Paths follow the platform's conventions (platformdirs); on Linux those of the XDG base directory
specification. ``JEDIMIND_HOME`` puts all of them under one directory, for tests and portable use.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import platformdirs


class DirectoryNotPrivate(OSError):
    """Another user could read or replace what is kept in a directory that must be the user's."""


def models() -> Path:
    """Installed model files."""
    return (_home("data") or platformdirs.user_data_path("jedimind", appauthor=False)) / "models"


def state() -> Path:
    """Trusted folders and logs."""
    return _home("state") or platformdirs.user_state_path("jedimind", appauthor=False)


def cache() -> Path:
    """What can be made again when it is gone."""
    return _home("cache") or platformdirs.user_cache_path("jedimind", appauthor=False)


def scratch() -> Path:
    """The folder of documents that are in no folder, because they were never saved."""
    return state() / "scratch"


def user_settings() -> Path:
    """The user's settings file, ``settings.toml``."""
    config = _home("config") or platformdirs.user_config_path("jedimind", appauthor=False)
    return config / "settings.toml"


def runtime() -> Path:
    """Files that describe running processes; gone after a restart of the machine.

    Created with mode 0700, because they hold the tokens of running model hosts.

    Raises:
        DirectoryNotPrivate: it belongs to somebody else or is open to others.
    """
    path = _home("run") or _runtime()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix":
        about = path.lstat()
        if about.st_uid != os.getuid() or stat.S_IMODE(about.st_mode) & 0o077:
            raise DirectoryNotPrivate(
                f"{path} is not private to you; remove it, or set JEDIMIND_HOME to another place."
            )
    return path


def _home(kind: str) -> Path | None:
    root = os.environ.get("JEDIMIND_HOME")
    return Path(root).absolute() / kind if root else None


def _runtime() -> Path:
    if os.name == "posix" and "XDG_RUNTIME_DIR" not in os.environ and os.uname().sysname == "Linux":
        # platformdirs would warn on every start and share a place in /tmp with other programs.
        return Path(tempfile.gettempdir()) / f"jedimind-{os.getuid()}"
    return platformdirs.user_runtime_path("jedimind", appauthor=False)
