"""Projects written as one string per file, with a `$0` where code is to be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from jedimind.analysis.place import SourcePlace
from jedimind.text import Text

Project = Callable[[Mapping[str, str]], SourcePlace]


def write_project(folder: Path, files: Mapping[str, str]) -> SourcePlace:
    """Writes the files; the one with a `$0` is the open one, and the mark is not on disk."""
    place = None
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before, mark, after = content.removeprefix("\n").partition("$0")
        path.write_bytes((before + after).encode("utf-8"))
        if mark:
            place = SourcePlace(path, before + after, Text.of(before).end, folder)
    assert place is not None, "no file has a `$0`"
    return place
