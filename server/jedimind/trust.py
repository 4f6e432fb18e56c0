"""Which folders the user trusts. Until a folder is trusted, nothing from inside it is executed.

Remembered in the user's state directory as a JSON list of resolved paths; what a repository
contains cannot change it. Trust covers everything below the folder. What cannot be read trusts
nothing.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from functools import cache
from pathlib import Path

from jedimind import directories

logger = logging.getLogger(__name__)


def is_trusted(folder: Path) -> bool:
    try:
        trusted = _read()
    except (OSError, ValueError) as error:
        _warn_once(f"{_file()} cannot be read, so no folder is trusted: {error}")
        return False
    resolved = folder.resolve()
    return any(parent in trusted for parent in (resolved, *resolved.parents))


def trust(folder: Path) -> None:
    """Remember `folder` as trusted.

    Raises:
        OSError: the state directory cannot be read or written.
    """
    from filelock import FileLock  # seldom needed, and the server's start waits for imports

    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(f"{file}.lock"):  # windows may be answering the same question at once
        try:
            folders = _read()
        except ValueError:
            folders = set()  # the file says nothing that could be kept
        names = sorted(str(path) for path in folders | {folder.resolve()})
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            json.dump(names, stream, indent=1)  # escapes what of a name is no Unicode
        Path(temporary).replace(file)


def _read() -> set[Path]:
    """
    Raises:
        OSError, ValueError: it cannot be read, or is no list of texts.
    """
    try:
        names = json.loads(_file().read_bytes())
    except FileNotFoundError:
        return set()
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{_file()} is not a list of folders")
    return {Path(name) for name in names}


@cache
def _warn_once(sentence: str) -> None:
    logger.warning("%s", sentence)


def _file() -> Path:
    return directories.state() / "trusted-folders.json"
