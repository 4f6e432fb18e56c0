"""Small text files that somebody else may have made: read with a limit, and without waiting.

A cloned repository can bring a pipe that nobody writes to, or a file of many gigabytes.
"""

from __future__ import annotations

import functools
import logging
import os
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

logger = logging.getLogger(__name__)

_LARGEST = 1 << 20  # bytes


def read_text(path: Path) -> str:
    """The text of `path`.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: it is not a regular file, larger than 1 MiB, or not UTF-8.
    """
    with open(path, "rb", opener=_open_without_waiting) as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise ValueError("it is not a regular file")
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError("it is larger than 1 MiB")
    return content.decode("utf-8")


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of `path`.

    Raises:
        OSError, ValueError: as `read_text`, or it is no TOML.
    """
    text = read_text(path)
    try:
        table: dict[str, Any] = tomllib.loads(text)
    except RecursionError as error:  # for arrays in arrays in arrays
        raise ValueError("it is nested too deeply") from error
    return table


def text_if_any(path: Path) -> str:
    """The text of `path`; none if there is no such file, or if it cannot be read."""
    text: str | None = _current(read_text, path)
    return text or ""


def tables_if_any(path: Path) -> Mapping[str, Any]:
    """The tables of `path`; none if there is no such file, or if it cannot be read."""
    tables: dict[str, Any] | None = _current(read_toml, path)
    return MappingProxyType(tables or {})


def exists(path: Path) -> bool:
    """Whether there is something at `path`; what we may not look at counts as absent."""
    try:
        return path.exists()
    except OSError:
        return False


def _current(read: Callable[[Path], Any], path: Path) -> Any:
    try:
        about = path.stat()
    except (OSError, ValueError):  # ValueError: there is a null character in its name
        return None
    return _remembered(read, path, about.st_mtime_ns, about.st_size)


@functools.lru_cache(maxsize=128)  # the same few files are asked for at every keystroke
def _remembered(read: Callable[[Path], Any], path: Path, _changed: int, _size: int) -> Any:
    try:
        return read(path)
    except (OSError, ValueError) as error:
        logger.warning("%s is passed over: %s", path, error)
        return None


def _open_without_waiting(name: str, flags: int) -> int:
    """Open a file, or a pipe that nobody writes to."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
