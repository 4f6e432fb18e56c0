"""Which files of a directory are indexed."""

from __future__ import annotations

import stat
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import attrs

from jedimind.index.ignored import Ignored
from jedimind.index.roots import LARGEST, Root
from jedimind.small_files import exists

_NEVER = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages"})
_BUILT = frozenset({"build", "dist"})
_TESTS = frozenset({"test", "tests"})
_NOT_FOR_IMPORT = frozenset({"idlelib", "lib2to3", "turtledemo", "lib-dynload"})
_METADATA = (".dist-info", ".egg-info", ".data")
_DEEPEST = 5  # of packages, in directories: what is deeper is hardly ever imported from


@attrs.frozen
class Listed:
    """A file, and what would be different if it had changed."""

    path: Path
    mtime: int  # in nanoseconds
    size: int


class Files:
    """The Python files of a root."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._ignored = Ignored(root.directory) if root.origin == "workspace" else None

    def forget(self) -> None:
        """Look again at what is ignored."""
        if self._ignored is not None:
            self._ignored.forget()

    def below(self, start: Path) -> Iterator[Listed]:
        """The files in `start` and in its directories; of a file, itself."""
        if start != self._root.directory and not self._is_reached(start):
            return
        if not start.is_dir():
            if (listed := self._listed(start)) is not None:
                yield listed
            return
        seen: set[tuple[int, int]] = set()
        waiting = deque([start])
        while waiting:
            directory = waiting.popleft()
            if not _is_new(directory, seen):
                continue
            for path in _entries(directory):
                if not path.is_dir():
                    if (listed := self._listed(path)) is not None:
                        yield listed
                elif not self._skips_directory(path):
                    # Links come last, so that a directory is found under its own name.
                    (waiting.append if path.is_symlink() else waiting.appendleft)(path)

    def includes(self, path: Path) -> bool:
        """Whether a file at `path` is indexed, if it is of the right size."""
        return self._is_reached(path) and self._is_python(path)

    def _is_reached(self, path: Path) -> bool:
        directory = self._root.directory
        between = [it for it in path.parents if it != directory and it.is_relative_to(directory)]
        if path.is_dir():
            between.append(path)
        return path.is_relative_to(directory) and not any(map(self._skips_directory, between))

    def _skips_directory(self, path: Path) -> bool:
        name = path.name
        if name.startswith(".") or name in _NEVER:
            return True
        if self._ignored is not None:
            return (
                (name in _BUILT and not exists(path / "__init__.py"))
                or exists(path / "pyvenv.cfg")
                or exists(path / "conda-meta")
                or self._ignored.has(path, is_directory=True)
            )
        if _is_package(path.parent) and not _is_package(path):
            return True  # data of the package
        depth = len(path.relative_to(self._root.directory).parts)
        if self._root.origin == "standard library" and name in _NOT_FOR_IMPORT:
            return True
        return depth > _DEEPEST or name in _TESTS or name.endswith(_METADATA)

    def _listed(self, path: Path) -> Listed | None:
        if not self._is_python(path):
            return None
        try:
            about = path.stat()
        except OSError:  # gone meanwhile, a link to nowhere, or not for us to read
            return None
        if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST:  # a device has no end
            return None
        return Listed(path, about.st_mtime_ns, about.st_size)

    def _is_python(self, path: Path) -> bool:
        if path.name.startswith(".") or path.suffix not in (".py", ".pyi"):
            return False
        if path.suffix == ".pyi" and exists(path.with_suffix(".py")):
            return False
        return self._ignored is None or not self._ignored.has(path, is_directory=False)


def _is_package(directory: Path) -> bool:
    return exists(directory / "__init__.py") or exists(directory / "__init__.pyi")


def _entries(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except OSError:  # gone meanwhile, or not for us to read
        return []


def _is_new(directory: Path, seen: set[tuple[int, int]]) -> bool:
    """Whether `directory` was not seen under another name; links can lead in circles."""
    try:
        about = directory.stat()
    except OSError:
        return False
    identity = about.st_dev, about.st_ino
    if identity in seen:
        return False
    seen.add(identity)
    return True
