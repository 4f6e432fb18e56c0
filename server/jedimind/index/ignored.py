"""What Git ignores: the .gitignore files above and in a folder, and the repository's own list."""

from __future__ import annotations

import re
from pathlib import Path

import pathspec

from jedimind.small_files import text_if_any


class Ignored:
    """Tells what is ignored below `folder`; reads each file with patterns once."""

    def __init__(self, folder: Path) -> None:
        self._top = _repository(folder) or folder
        self._outermost = self._top
        self._patterns: dict[Path, pathspec.GitIgnoreSpec] = {}
        # A folder that is opened although its repository ignores it is to be looked at.
        if folder != self._top and self.has(folder, is_directory=True):
            self._outermost = folder

    def forget(self) -> None:
        """Read the files again when they are next needed: one of them has changed."""
        self._patterns.clear()

    def has(self, path: Path, *, is_directory: bool) -> bool:
        """Whether `path` is ignored, given that the directory it is in is not."""
        for directory in path.parents:
            relative = path.relative_to(directory).as_posix() + ("/" if is_directory else "")
            verdict = self._patterns_of(directory).check_file(relative).include
            if verdict is not None:
                return verdict
            if directory == self._outermost:
                break
        return False

    def _patterns_of(self, directory: Path) -> pathspec.GitIgnoreSpec:
        found = self._patterns.get(directory)
        if found is None:
            lines = _lines(directory / ".gitignore")
            if directory == self._top:  # what is in files counts more than what is in the list
                lines = _lines(directory / ".git" / "info" / "exclude") + lines
            patterns = filter(_is_pattern, lines)
            found = self._patterns[directory] = pathspec.GitIgnoreSpec.from_lines(patterns)
        return found


def _repository(folder: Path) -> Path | None:
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)


def _lines(file: Path) -> list[str]:
    return text_if_any(file).splitlines()


def _is_pattern(line: str) -> bool:
    """Whether Git makes sense of a line; it passes over others, such as ``[z-a]``."""
    try:
        pathspec.GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True
