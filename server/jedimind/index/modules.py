"""What the modules of a root are called in an import."""

from __future__ import annotations

import keyword
from pathlib import Path

from jedimind.index.roots import Root
from jedimind.small_files import exists

# Directories that hold a project's packages without being one.
_SOURCES = frozenset({"src", "lib", "python"})
# These are run, not imported.
_SCRIPTS = frozenset({"__main__", "setup"})


class Modules:
    """The dotted names of a root's files."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._packages: dict[Path, bool] = {}
        # The innermost first.
        self._sources = sorted(root.sources, key=lambda source: len(source.parts), reverse=True)

    def forget(self) -> None:
        """Look again at which directories are packages."""
        self._packages.clear()

    def name(self, file: Path) -> str | None:
        """The name under which `file` is imported; None if it cannot be."""
        parts = file.relative_to(self._source(file)).with_suffix("").parts
        if parts[-1] in _SCRIPTS:
            return None
        if parts[-1] == "__init__":
            parts = parts[:-1]
        if not parts or not all(map(_is_name, parts)):
            return None
        return ".".join(parts)

    def _source(self, file: Path) -> Path:
        """The directory that `file` is imported from."""
        directory = self._root.directory
        if self._root.origin != "workspace":
            return directory
        for source in self._sources:
            if file.is_relative_to(source) and source != directory:
                return source
        place = file.parent
        while place != directory and self._is_package(place):
            place = place.parent
        if place != file.parent:
            return place
        # Without packages a module is named from the folder, or from the sources in it.
        top = directory / file.relative_to(directory).parts[0]
        return top if top.name in _SOURCES and top != file else directory

    def _is_package(self, directory: Path) -> bool:
        found = self._packages.get(directory)
        if found is None:
            found = self._packages[directory] = exists(directory / "__init__.py")
        return found


def is_public(module: str) -> bool:
    """Whether others may import `module`, by its name."""
    return not any(part.startswith("_") for part in module.split("."))


def _is_name(part: str) -> bool:
    return part.isidentifier() and not keyword.iskeyword(part)
