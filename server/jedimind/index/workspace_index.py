"""The index of one folder as the server asks it: searched here, built by another process.

Nothing here reads or writes a file on the event loop, or computes much on it.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from jedimind.index import importables, symbols
from jedimind.index.builder_process import BuilderProcess
from jedimind.index.found import FoundSymbol, Importable
from jedimind.index.messages import Start
from jedimind.index.reading import Reader, ids_of, paths_in
from jedimind.index.roots import Root, roots

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result", FoundSymbol, importables.Offer)


class WorkspaceIndex:
    """What is defined in `folder`, and what can be imported there, from `start` to `close`.

    `search_path` are the directories that modules are imported from, as `sys.path` has them.
    """

    def __init__(self, folder: Path, search_path: Sequence[Path]) -> None:
        self.folder = folder
        self._search_path = tuple(search_path)
        self._loop = asyncio.get_running_loop()
        self._builder = BuilderProcess()
        self._readers: dict[Root, Reader] = {}
        self._preparing: asyncio.Task[Start] | None = None
        self._scratch: Path | None = None
        self._overlay: Reader | None = None

    async def start(self) -> None:
        """Begin to build. Searches find what there is already, also from earlier sessions."""
        self._preparing = self._loop.create_task(asyncio.to_thread(self._prepare))
        start = await asyncio.shield(self._preparing)
        self._overlay = Reader(start.overlay)
        self._readers = {root: Reader(root.database) for root in start.roots}
        self._builder.start(start)

    async def close(self) -> None:
        """End the builder. Safe to call twice, without a start, and while that is cancelled."""
        if self._preparing is not None:
            await asyncio.wait([self._preparing])
        await self._builder.close()
        await asyncio.to_thread(self._clean_up)

    @property
    def complete(self) -> bool:
        """Whether searches find everything; while it is False, names may be missing or old."""
        return self._builder.complete

    @property
    def builder_pid(self) -> int | None:
        """The process id of the builder while one runs."""
        return self._builder.pid

    async def ready(self) -> None:
        """Wait until the workspace has been gone through once; installed packages come later."""
        await self._builder.workspace_done()

    async def completed(self) -> None:
        """Wait until `complete`."""
        await self._builder.completed()

    def changed(self, paths: Iterable[Path]) -> None:
        """Tell that files or directories changed, appeared or went."""
        self._builder.changed(paths)

    def overlay(self, path: Path, text: str | None) -> None:
        """Have `text` count as what is in the file at `path`; with None, what is on disk again."""
        self._builder.overlay(path, text)

    async def symbols(self, query: str, limit: int) -> list[FoundSymbol]:
        """At most `limit` symbols of the workspace that match `query`, the best first.

        Letters may be left out of the query and written in any case. What stands before a dot in it
        is looked for in the names of modules, classes and functions around the symbol. An empty
        query matches everything.
        """

        def find(connection: sqlite3.Connection, _: Root, hidden: str) -> list[FoundSymbol]:
            return symbols.search(connection, self.folder, query, limit, hidden)

        workspace = [root for root in self._readers if root.origin == "workspace"]
        found = await asyncio.to_thread(self._search, workspace, find)
        return sorted(found, key=attrgetter("rank"))[:limit]

    async def importable(self, prefix: str, limit: int) -> list[Importable]:
        """At most `limit` names that begin with `prefix`, in any case, and can be imported.

        Those in the same case come first, then the workspace's, the standard library's, and what
        is to be imported from a shorter module path.
        """

        def find(
            connection: sqlite3.Connection, root: Root, hidden: str
        ) -> list[importables.Offer]:
            return importables.beginning_with(connection, root.origin, prefix, limit, hidden)

        found = await asyncio.to_thread(self._search, list(self._readers), find)
        return [offer.importable for offer in sorted(found)[:limit]]

    async def importable_exactly(self, name: str) -> list[Importable]:
        """Everything by that name that can be imported, in the same order."""

        def find(
            connection: sqlite3.Connection, root: Root, hidden: str
        ) -> list[importables.Offer]:
            return importables.named(connection, root.origin, name, hidden)

        found = await asyncio.to_thread(self._search, list(self._readers), find)
        return [offer.importable for offer in sorted(found)]

    def _search(
        self, among: list[Root], find: Callable[[sqlite3.Connection, Root, str], list[_Result]]
    ) -> list[_Result]:
        """What is found in the databases of some roots."""
        found: list[_Result] = []
        try:
            for root in among:
                hidden: list[bytes] = []
                if root.origin == "workspace" and self._overlay is not None:
                    with self._overlay.connection() as connection:
                        if connection is not None:
                            hidden = paths_in(connection)
                            found += find(connection, root, "[]")
                with self._readers[root].connection() as connection:
                    if connection is not None:
                        found += find(connection, root, ids_of(connection, hidden))
        except sqlite3.DatabaseError as error:
            logger.warning("The index of %s cannot be read: %s", self.folder, error)
            # The next builder finds out which database is damaged, and makes it anew.
            self._loop.call_soon_threadsafe(self._builder.replace)
        return found

    def _prepare(self) -> Start:
        self._scratch = Path(tempfile.mkdtemp(prefix="jedimind-index-"))
        return Start(roots(self.folder, self._search_path), self._scratch / "overlay.sqlite")

    def _clean_up(self) -> None:
        for reader in filter(None, (*self._readers.values(), self._overlay)):
            reader.close()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)  # the builder removes it, too
