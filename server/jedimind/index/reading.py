"""The reading end of a root's database."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from jedimind.index.roots import SCHEMA

_MAPPED = 256 << 20  # bytes of it that may be mapped into memory


class Reader:
    """Reads from the database at `path` once it is there, on any thread, one at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inode: int | None = None

    @contextlib.contextmanager
    def connection(self) -> Iterator[sqlite3.Connection | None]:
        """The connection, for this thread alone; None while there is no database."""
        with self._turn:
            self._open()
            yield self._connection

    def close(self) -> None:
        with self._turn:
            self._close()

    def _open(self) -> None:
        """Connect, also again if there is another database at the path by now."""
        try:
            inode = self._path.stat().st_ino
        except FileNotFoundError:
            self._close()
            return
        if inode == self._inode:
            return
        self._close()
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        if connection.execute("PRAGMA user_version").fetchone() != (SCHEMA,):
            connection.close()  # it is being made
            return
        connection.execute(f"PRAGMA mmap_size = {_MAPPED}")
        self._connection, self._inode = connection, inode

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._inode = None, None


def paths_in(connection: sqlite3.Connection) -> list[bytes]:
    """The files that a database has."""
    return [path for (path,) in connection.execute("SELECT path FROM file")]


def ids_of(connection: sqlite3.Connection, paths: Iterable[bytes]) -> str:
    """The ids of those files that a database has, as the JSON list that queries take."""
    ids: list[int] = []
    for path in paths:
        ids += (row[0] for row in connection.execute("SELECT id FROM file WHERE path = ?", (path,)))
    return json.dumps(ids)
