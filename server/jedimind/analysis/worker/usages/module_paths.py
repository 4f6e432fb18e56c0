"""Under which names modules are imported, and under which ones once they have moved."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import attrs

from jedimind.analysis.rename import FileMove

Dotted = tuple[str, ...]


def dotted(path: Path, root: Path) -> Dotted | None:
    """The name of the module or package at `path` where `root` is searched for imports."""
    if not path.is_relative_to(root) or path == root:
        return None
    parts = path.relative_to(root).with_suffix("").parts
    if parts[-1] == "__init__":
        parts = parts[:-1]
    return parts if parts and all(part.isidentifier() for part in parts) else None


@attrs.frozen
class Moved:
    """The paths before and after some moves."""

    moves: tuple[FileMove, ...]
    folders: tuple[Path, ...]

    def path(self, path: Path) -> Path:
        """Where `path` will be."""
        for move in self.moves:
            if path.is_relative_to(move.old):
                return move.new / path.relative_to(move.old)
        return path

    def renamed(self, file: Path) -> dict[Dotted, Dotted]:
        """The modules with another name, as far as the file that is now at `file` can tell."""
        found: dict[Dotted, Dotted] = {}
        for move in self.moves:
            for root in self._roots(file):
                old = dotted(move.old, root)
                new = dotted(move.new, root) or self._anywhere(move.new)
                if old is not None and new is not None and old != new:
                    found.setdefault(old, new)
        return found

    def package(self, path: Path) -> Dotted | None:
        """The package of the module at `path`, from which it imports relatively."""
        if not self._is_in_package(path):
            return None
        top = path.parent
        while self._is_package(top.parent):
            top = top.parent
        return path.parent.relative_to(top.parent).parts

    def _anywhere(self, path: Path) -> Dotted | None:
        return next(filter(None, (dotted(path, root) for root in self._searched())), None)

    def _roots(self, file: Path) -> Iterable[Path]:
        own = [] if self._is_in_package(file) else [file.parent]
        return (*own, *self._searched())

    def _searched(self) -> list[Path]:
        """The directories that are searched for imports, inner ones first."""
        searched = [each for folder in self.folders for each in (folder, folder / "src")]
        return sorted(searched, key=lambda each: len(each.parts), reverse=True)

    def _is_in_package(self, path: Path) -> bool:
        return self._is_package(path.parent)

    def _is_package(self, directory: Path) -> bool:
        """Whether it is one now, or will be one."""
        if (directory / "__init__.py").exists():
            return True
        return any(
            (move.old / directory.relative_to(move.new) / "__init__.py").exists()
            for move in self.moves
            if directory.is_relative_to(move.new)
        )
