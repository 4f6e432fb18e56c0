"""The texts of open documents, which Jedi reads in the place of their files.

parso keeps the tree of a file by the file's time of modification, in memory and on disk. A text
that differs from the file's has the time it came here, and its tree is never written to disk. When
it changes or goes, `forget_newer_tree` must be called: the file below may be older. A tree that is
older is made into that of the new text where it differs, which is many times as fast as anew.
"""

from __future__ import annotations

import time
from pathlib import Path

import attrs
import parso.cache
import parso.utils
from jedi.file_io import FileIO, KnownContentFileIO

from jedimind.analysis.worker.workspace_files import contents


@attrs.frozen
class _OpenFile:
    text: str
    since: float


_open: dict[Path, _OpenFile] = {}


def put(path: Path, text: str | None) -> None:
    """Take over the text of a document; None if it was closed."""
    if text is None:
        _open.pop(path, None)
    else:
        saved = text == _on_disk(path)
        modified = FileIO(path).get_last_modified() if saved else None
        _open[path] = _OpenFile(text, modified or time.time())


def forget_newer_tree(path: Path) -> None:
    """Drop a tree in memory that parso would take for that of the file as it is now."""
    modified = as_edited(FileIO(path)).get_last_modified()
    for trees in parso.cache.parser_cache.values():
        if path in trees and (modified is None or modified <= trees[path].change_time):
            del trees[path]


def is_open(path: Path | str | None) -> bool:
    return path is not None and Path(path) in _open


def text_of(path: Path) -> str | None:
    found = _open.get(path)
    return found.text if found is not None else None


def read(path: Path) -> str | None:
    """The text of a file as an editor has it, or else as it is on disk; None if there is none."""
    text = text_of(path)
    return text if text is not None else _on_disk(path)


def _on_disk(path: Path) -> str | None:
    source = contents(path)
    if source is None:
        return None
    decoded: str = parso.utils.python_bytes_to_unicode(source, "utf-8", errors="replace")
    return decoded.removeprefix("\ufeff")


class OpenFileIO(KnownContentFileIO):
    """An open document where Jedi expects a file."""

    def get_last_modified(self) -> float | None:
        found = _open.get(Path(self.path))
        return found.since if found is not None else super().get_last_modified()


def as_edited(file: FileIO) -> FileIO:
    """The open document at the path of `file`, or `file` itself."""
    text = text_of(Path(file.path)) if file.path is not None else None
    return file if text is None else OpenFileIO(file.path, text)
