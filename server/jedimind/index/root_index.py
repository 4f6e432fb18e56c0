"""Keeps the database of one root as its files are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from jedimind.index.contents import contents, decode
from jedimind.index.database import Database, Known
from jedimind.index.files import Files, Listed
from jedimind.index.modules import Modules, is_public
from jedimind.index.roots import Root
from jedimind.index.standard_library import is_offered, stubs
from jedimind.text import Text

# Files that decide what other files there mean to the index.
_DECISIVE = frozenset({".gitignore", "pyvenv.cfg", "__init__.py"})


class RootIndex:
    """A root and its database, which is opened, or made, at once."""

    def __init__(self, root: Root) -> None:
        self.root = root
        self.files = Files(root)
        self.modules = Modules(root)
        self.database = Database(root.database, self._is_public)

    def scan(self, below: Path | None = None) -> Iterator[None]:
        """Take over what changed in a directory, by default in all of them; a file a step."""
        directory = self.root.directory
        below = directory if below is None else below
        known = self.database.known(self.key(below))
        for listed in self.files.below(below):
            self._take_if_new(listed, self.modules.name(listed.path), known)
            yield
        if self.root.origin == "standard library" and below == directory:
            for module, stub in stubs(directory, self.database.compiled_stars()):
                about = stub.stat()
                self._take_if_new(Listed(stub, about.st_mtime_ns, about.st_size), module, known)
                yield
        for key in known:
            self.database.remove(key)
        self.database.commit()

    def update(self, path: Path) -> None:
        """Take over that something at `path` changed, appeared or went."""
        if path.name in _DECISIVE:
            self.files.forget()
            self.modules.forget()
            path = path.parent
        for _ in self.scan(path):
            self.database.commit_if_due()

    def read(self, listed: Listed, module: str | None, text: Text, into: Database) -> None:
        """Put what the text of a file says `into` a database."""
        found = contents(
            text,
            listed.path,
            module,
            self.root.python,
            with_symbols=self.root.origin == "workspace",
        )
        into.put(self.key(listed.path), listed, found)

    def key(self, path: Path) -> bytes:
        """`path` as databases have it: within the root, as the file system's bytes."""
        if not path.is_relative_to(self.root.directory):
            return os.fsencode(path)
        inside = path.relative_to(self.root.directory)
        return os.fsencode(inside.as_posix()) if inside.parts else b""

    def _take_if_new(self, listed: Listed, module: str | None, known: dict[bytes, Known]) -> None:
        key = self.key(listed.path)
        if known.get(key) == Known(listed.mtime, listed.size, module or ""):
            del known[key]
            return
        try:
            source = listed.path.read_bytes()
        except OSError:  # gone meanwhile, or not for us to read: what is known of it goes
            return
        known.pop(key, None)
        self.read(listed, module, decode(source), self.database)

    def _is_public(self, module: str) -> bool:
        if self.root.origin == "workspace":
            return True
        return is_offered(module) if self.root.origin == "standard library" else is_public(module)
