"""The directories that are indexed: the workspace's folder, and those that modules come from."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import attrs

from jedimind import directories
from jedimind.index.found import Origin

LARGEST = 2 << 20  # bytes; larger files are data or generated
# Part of the databases' names: one of another version is never opened.
SCHEMA = 1

_VERSION = re.compile(r"(?:python|pypy)(\d+)\.(\d+)$")


@attrs.frozen
class Root:
    """A directory with modules. In a workspace, `sources` are those that they are imported from.

    `python` is the version that the modules are for.
    """

    directory: Path
    origin: Origin
    python: tuple[int, int]
    sources: tuple[Path, ...] = ()

    @property
    def database(self) -> Path:
        """Where what is known about it is kept."""
        parts = [SCHEMA, self.origin, *map(os.fspath, (self.directory, *self.sources))]
        name = hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "surrogateescape"))
        return directories.cache() / "index" / f"{name.hexdigest()[:32]}.sqlite"


def roots(folder: Path, search_path: Iterable[Path]) -> list[Root]:
    """The workspace `folder`, then what else is in `search_path`, in its order.

    Directories of the search path that are part of the workspace are places that its modules are
    imported from. May block for as long as the file system does.
    """
    entries = list(dict.fromkeys(entry for entry in search_path if entry.is_dir()))
    own = tuple(entry for entry in entries if _is_part(entry, folder))
    others = [it for it in entries if it not in own and not folder.is_relative_to(it)]
    python = next(filter(None, map(_version, others)), sys.version_info[:2])
    workspace = Root(folder, "workspace", python, own)
    return [workspace, *(Root(entry, _origin(entry), python) for entry in others)]


def _is_part(entry: Path, folder: Path) -> bool:
    """Whether `entry` has the workspace's own modules, and not an environment's."""
    if not entry.is_relative_to(folder):
        return False
    inside = [place for place in (entry, *entry.parents) if place.is_relative_to(folder)]
    return entry.name not in ("site-packages", "dist-packages") and not any(
        (place / "pyvenv.cfg").exists() or place.name.startswith(".") for place in inside[:-1]
    )


def _origin(entry: Path) -> Origin:
    is_standard = (entry / "os.py").exists() and (entry / "abc.py").exists()
    return "standard library" if is_standard else "packages"


def _version(entry: Path) -> tuple[int, int] | None:
    for place in (entry, *entry.parents):
        if match := _VERSION.match(place.name):
            return int(match[1]), int(match[2])
    return None
