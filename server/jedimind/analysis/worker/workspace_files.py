"""The Python files of a workspace: all of them, because what is left out breaks in a rename.

What `.gitignore` names is looked at, too: a generated or private file that uses a name stops
working like any other. Left out are directories that never hold a project's own sources.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from jedimind.analysis.place import NEIGHBOURS
from jedimind.small_files import exists

_SUFFIXES = (".py", ".pyi")
_NOT_OURS = frozenset(
    {"site-packages", "dist-packages", "node_modules", "__pycache__", "__pypackages__"}
    | {".git", ".hg", ".svn", ".tox", ".nox", ".eggs", ".ipynb_checkpoints"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
)
# Of a virtual environment, or of one of conda.
_ENVIRONMENT = ("pyvenv.cfg", "conda-meta")


def python_files(folders: Iterable[Path]) -> Iterator[Path]:
    """The files of `folders`, each once, also where folders are inside of one another."""
    seen: set[Path] = set()
    for folder in folders:
        if folder.name == NEIGHBOURS:
            yield from (path for path in sorted(folder.parent.glob(NEIGHBOURS)) if path not in seen)
            continue
        for directory, directories, files in os.walk(folder):
            here = Path(directory)
            directories[:] = sorted(name for name in directories if not _is_foreign(here, name))
            for name in sorted(files):
                path = here / name
                if name.endswith(_SUFFIXES) and path not in seen:
                    seen.add(path)
                    yield path


def is_within(path: Path, folders: Iterable[Path]) -> bool:
    """Whether `path` is in one of `folders`, as `python_files` understands them."""
    return any(
        path.parent == folder.parent if folder.name == NEIGHBOURS else path.is_relative_to(folder)
        for folder in folders
    )


def contents(path: Path) -> bytes | None:
    """What is in a file; None if there is none, or something without an end, such as a device."""
    try:
        return path.read_bytes() if stat.S_ISREG(path.stat().st_mode) else None
    except OSError:
        return None


def _is_foreign(parent: Path, name: str) -> bool:
    if name in _NOT_OURS:
        return True
    # What setuptools leaves are copies of the sources.
    if parent.name == "build" and (name == "lib" or name.startswith(("lib.", "bdist."))):
        return True
    return any(exists(parent / name / mark) for mark in _ENVIRONMENT)
