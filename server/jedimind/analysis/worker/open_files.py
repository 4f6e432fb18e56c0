"""The texts of open documents, which Jedi reads in the place of their files.

parso keeps the tree of a file by the file's time of modification, in memory and on disk. A text
that never was on disk has the time it came here, is never written to disk, and is dropped from
memory when it changes or goes: the file below it may be older.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import attrs
import parso.cache
from jedi.file_io import FileIO, KnownContentFileIO


@attrs.frozen
class _OpenFile:
    text: str
    since: float


_open: dict[Path, _OpenFile] = {}


def update(news: Mapping[str, str | None]) -> None:
    """Take over what changed: texts by path, None for those that were closed."""
    for name, text in news.items():
        path = Path(name)
        if text is None:
            _open.pop(path, None)
        else:
            _open[path] = _OpenFile(text, time.time())
        forget(path)


def forget(path: Path) -> None:
    """Drop the tree of a file that is in memory."""
    for trees in parso.cache.parser_cache.values():
        trees.pop(path, None)


def is_open(path: Path | str | None) -> bool:
    return path is not None and Path(path) in _open


def text_of(path: Path) -> str | None:
    found = _open.get(path)
    return found.text if found is not None else None


class OpenFileIO(KnownContentFileIO):
    """An open document where Jedi expects a file."""

    def get_last_modified(self) -> float | None:
        found = _open.get(Path(self.path))
        return found.since if found is not None else super().get_last_modified()


def as_edited(file: FileIO) -> FileIO:
    """The open document at the path of `file`, or `file` itself."""
    text = text_of(Path(file.path)) if file.path is not None else None
    return file if text is None else OpenFileIO(file.path, text)
