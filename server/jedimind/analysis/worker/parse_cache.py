"""Jedi's cache of parsed files on disk, made to survive a worker that is killed.

parso (0.8.7, `parso.cache`) writes a file's tree in place and reads it without expecting a broken
one: a worker killed while it writes would leave a module that no later one could read. Here a
tree is written to the side and moved into its place, and what cannot be read or written is only
slow. The directory is not the one that the user's other tools share: some trees here are of texts
that differ from their files (see `type_annotations`). Those of open documents are never written.

parso takes a tree for that of a file which is no newer. Package managers and archives bring files
with the times they had elsewhere, so here a tree counts for a file of the very same time only.

In memory, parso drops trees that were not asked for in ten minutes. Jedi (0.20.1) still looks there
for what it has found out about the names of a module that it holds; here it does without.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from pathlib import Path
from typing import Any

import jedi
import parso.cache
from jedi.file_io import FileIO
from jedi.inference import filters
from parso import grammar as parso_grammar

from jedimind import directories
from jedimind.analysis.worker import open_files

_load = parso.cache._load_from_file_system
_load_module = parso.cache.load_module
_place = parso.cache._get_hashed_path


def make_robust() -> None:
    """Replace parso's reading and writing by the ones here, in a directory of our own."""
    jedi.settings.cache_directory = directories.cache() / "trees"
    parso.cache.load_module = _module
    parso_grammar.load_module = _module  # type: ignore[attr-defined]
    parso.cache._load_from_file_system = _read
    parso.cache._save_to_file_system = _write
    filters.get_parso_cache_node = _in_memory


def _module(grammar: str, file: FileIO, cache_path: Path | None = None) -> Any:
    """The tree of a file, from memory or disk; None if it has to be parsed."""
    known = parso.cache.parser_cache.get(grammar, {})
    modified = file.get_last_modified()
    if modified is not None and file.path in known and modified < known[file.path].change_time:
        del known[file.path]
    return _load_module(grammar, file, cache_path=cache_path)


def _read(grammar: str, path: Path, modified: float, cache_path: Path | None = None) -> Any:
    try:
        tree = _load(grammar, path, modified, cache_path=cache_path)
    except Exception:  # noqa: BLE001 - a broken pickle raises anything
        return None
    known = parso.cache.parser_cache.get(grammar, {})
    if tree is not None and known[path].change_time != modified:
        del known[path]
        return None
    return tree


def _write(grammar: str, path: Path, item: Any, cache_path: Path | None = None) -> None:
    if open_files.is_open(path):
        return
    try:
        target = Path(_place(grammar, path, cache_path=cache_path))
        handle, beside = tempfile.mkstemp(dir=target.parent, suffix=".part")
    except OSError as error:
        # The one error that parso takes for "go on without".
        raise PermissionError(f"There is no cache directory: {error}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            pickle.dump(item, file, pickle.HIGHEST_PROTOCOL)
        Path(beside).replace(target)
    except OSError as error:
        Path(beside).unlink()
        raise PermissionError(f"The cache cannot be written: {error}") from error


def _in_memory(grammar: Any, path: Path) -> Any:
    return parso.cache.parser_cache.get(grammar._hashed, {}).get(path)
