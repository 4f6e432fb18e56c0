"""The database of one root: its files, their symbols, and what can be imported from them.

Two servers may have the same one open. Each file is replaced in one transaction (WAL keeps readers
out of it), and what was replaced on disk because it was damaged is noticed by its inode.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import attrs

from jedimind.index.contents import Contents
from jedimind.index.files import Listed
from jedimind.index.matching import fold, initials, letters
from jedimind.index.roots import SCHEMA

logger = logging.getLogger(__name__)

_BUSY = 60.0  # seconds to wait for another server's transaction
_BATCH = 0.2  # seconds for which changes are gathered in one transaction

_TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA foreign_keys = ON;
BEGIN IMMEDIATE;
CREATE TABLE file (
    id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, mtime INTEGER NOT NULL,
    size INTEGER NOT NULL, module TEXT NOT NULL
);
CREATE TABLE name (
    id INTEGER PRIMARY KEY, folded TEXT NOT NULL, letters INTEGER NOT NULL,
    initials TEXT NOT NULL, name TEXT NOT NULL UNIQUE
);
CREATE INDEX name_folded ON name (folded);
CREATE TABLE symbol (
    file INTEGER NOT NULL REFERENCES file ON DELETE CASCADE,
    name INTEGER NOT NULL REFERENCES name,
    kind TEXT NOT NULL, container TEXT NOT NULL, line INTEGER NOT NULL, start INTEGER NOT NULL,
    stop INTEGER NOT NULL, before TEXT, deprecated INTEGER NOT NULL
);
CREATE INDEX symbol_name ON symbol (name);
CREATE INDEX symbol_file ON symbol (file);
CREATE VIEW located AS
    SELECT name.id AS name_id, file.id AS file_id, name.name, kind, container, module, path, line,
        start, stop, before, deprecated
    FROM symbol JOIN name ON name.id = symbol.name JOIN file ON file.id = symbol.file;
CREATE TABLE export (
    file INTEGER NOT NULL REFERENCES file ON DELETE CASCADE,
    module TEXT NOT NULL, public INTEGER NOT NULL, folded TEXT NOT NULL, name TEXT NOT NULL,
    kind TEXT, origin_module TEXT, origin_name TEXT
);
CREATE INDEX export_folded ON export (folded);
CREATE INDEX export_file ON export (file);
CREATE TABLE star (
    file INTEGER NOT NULL REFERENCES file ON DELETE CASCADE,
    module TEXT NOT NULL, public INTEGER NOT NULL, target TEXT NOT NULL
);
CREATE INDEX star_target ON star (target);
CREATE INDEX star_file ON star (file);
"""


class DatabaseReplaced(Exception):
    """Another process found the database damaged and made a new one in its place."""


@attrs.frozen
class Known:
    """What a file was like when it was indexed."""

    mtime: int
    size: int
    module: str


class Database:
    """The writing end. Made anew if what is at `path` is damaged or of another kind."""

    def __init__(self, path: Path, is_public: Callable[[str], bool]) -> None:
        """Modules that are not public, by their names, are kept for what others pass on."""
        self._path = path
        self._is_public = is_public
        self._begun: float | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = _opened(path)
        except sqlite3.DatabaseError as error:
            logger.warning("The index %s is built anew, because it is damaged: %s", path, error)
            discard(path)
            self._connection = _opened(path)
        self._inode = path.stat().st_ino

    def close(self) -> None:
        self.commit()
        self._connection.close()

    def known(self, below: bytes = b"") -> dict[bytes, Known]:
        """The file at `below` and those in it; without, all of them."""
        query = "SELECT path, mtime, size, module FROM file"
        if below:
            query += " WHERE path = ? OR path > ? AND path < ?"
        # The character after the slash ends what begins with one.
        bounds = (below, below + b"/", below + b"0") if below else ()
        rows = self._connection.execute(query, bounds)
        return {path: Known(*rest) for path, *rest in rows}

    def compiled_stars(self) -> set[str]:
        """The modules that offer all of a module that has no file here."""
        rows = self._connection.execute(
            "SELECT DISTINCT module FROM star WHERE target NOT IN (SELECT module FROM file)"
        )
        return {module for (module,) in rows}

    def put(self, path: bytes, listed: Listed, contents: Contents) -> None:
        """Replace what is known about a file."""
        self._begin()
        execute = self._connection.execute
        execute("DELETE FROM file WHERE path = ?", (path,))
        row = (path, listed.mtime, listed.size, contents.module or "")
        file = execute("INSERT INTO file (path, mtime, size, module) VALUES (?, ?, ?, ?)", row)
        if file.lastrowid is not None:
            self._put_symbols(file.lastrowid, contents)
            if contents.module is not None:
                self._put_exports(file.lastrowid, contents.module, contents)

    def remove(self, path: bytes) -> None:
        self._begin()
        self._connection.execute("DELETE FROM file WHERE path = ?", (path,))

    def tidy(self) -> None:
        """Forget names that nothing has any more."""
        self._begin()
        self._connection.execute("DELETE FROM name WHERE id NOT IN (SELECT name FROM symbol)")

    def commit(self) -> None:
        if self._begun is not None:
            self._connection.execute("COMMIT")
            self._begun = None

    def commit_if_due(self) -> None:
        """Let readers see what was put, if that has been waiting."""
        if self._begun is not None and time.monotonic() - self._begun > _BATCH:
            self.commit()

    def _begin(self) -> None:
        if self._begun is None:
            if self._inode != _inode(self._path):
                raise DatabaseReplaced(self._path)
            self._connection.execute("BEGIN IMMEDIATE")
            self._begun = time.monotonic()

    def _put_symbols(self, file: int, contents: Contents) -> None:
        names = {symbol.name for symbol in contents.symbols}
        folded = {name: fold(name) for name in names}
        self._connection.executemany(
            "INSERT OR IGNORE INTO name (folded, letters, initials, name) VALUES (?, ?, ?, ?)",
            [(folded[name], letters(folded[name]), initials(name), name) for name in names],
        )
        self._connection.executemany(
            "INSERT INTO symbol VALUES"
            " (?, (SELECT id FROM name WHERE name = ?), ?, ?, ?, ?, ?, ?, ?)",
            [(file, *attrs.astuple(symbol)) for symbol in contents.symbols],
        )

    def _put_exports(self, file: int, module: str, contents: Contents) -> None:
        public = self._is_public(module)
        package, _, last = module.rpartition(".")
        rows = [
            (file, module, public, fold(it.name), it.name, it.kind, *(it.origin or (None, None)))
            for it in contents.exports.names
        ]
        rows.append((file, package, public, fold(last), last, "module", None, None))
        self._connection.executemany("INSERT INTO export VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._connection.executemany(
            "INSERT INTO star VALUES (?, ?, ?, ?)",
            [(file, module, public, target) for target in contents.exports.stars],
        )


def discard(path: Path) -> None:
    """Remove the database at `path`, if there is one."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    """
    Raises:
        sqlite3.DatabaseError: what is there is no sound database of this version.
    """
    connection = sqlite3.connect(path, timeout=_BUSY, isolation_level=None)
    with contextlib.ExitStack() as unless_sound:
        unless_sound.callback(connection.close)
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            # The version comes last: until it is there, readers wait.
            connection.executescript(f"{_TABLES} PRAGMA user_version = {SCHEMA}; COMMIT;")
        version = connection.execute("PRAGMA user_version").fetchone()
        faults = connection.execute("PRAGMA quick_check(1)").fetchone()
        if version != (SCHEMA,) or faults != ("ok",):
            raise sqlite3.DatabaseError(f"version {version[0]}, {faults[0]}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        unless_sound.pop_all()
    return connection


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None
