"""`workspace/didChangeWatchedFiles`, and an observer of our own for clients that cannot watch.

What Jedi and the index know of files, and of the environments that packages are read from, is
looked at again when one changes.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.lsp.conversion import uri_to_path
from jedimind.lsp.listener import Listener
from jedimind.lsp.session import Session
from jedimind.watch import FolderWatch

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

# Environments are known by ``pyvenv.cfg``. A folder that is moved or deleted has no other event.
_PATTERNS = ("**/*.py", "**/*.pyi", "**/*.ipynb", "**/pyvenv.cfg", "**/.gitignore", "**/")
_SUFFIXES = (".py", ".pyi", ".ipynb")
_NAMES = ("pyvenv.cfg", ".gitignore")
_IGNORED = frozenset({".git", "__pycache__"})
# Seconds to collect changes: a checkout changes a thousand files.
_PAUSE = 0.2


def register(server: Server) -> None:
    server.on(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change_watched_files)


async def begin(session: Session) -> None:
    """Have the client watch the workspace, or watch it ourselves."""
    ability = "workspace.did_change_watched_files.dynamic_registration"
    if session.client.capability(ability):
        watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in _PATTERNS]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        await session.client.register(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    else:
        watching = _Watching(session)
        session.listen(watching)
        watching.everything()


def did_change_watched_files(session: Session, params: types.DidChangeWatchedFilesParams) -> None:
    session.files_changed([uri_to_path(change.uri) for change in params.changes])


class _Watching(Listener):
    """Watches the folders of the workspace, and tells the session of what matters in them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loop = asyncio.get_running_loop()
        self._collected: dict[Path, None] = {}
        self._watch: FolderWatch | None = None

    def everything(self) -> None:
        """The folders may be others."""
        self._session.keep(self._follow(list(self._session.workspace.folders)))

    def closing(self) -> None:
        if self._watch is not None:
            self._watch.close()

    async def _follow(self, folders: list[Path]) -> None:
        if self._watch is None:
            self._watch = FolderWatch(self._changed)
        await asyncio.to_thread(self._watch.follow, folders)

    def _changed(self, path: Path) -> None:
        if not _IGNORED.isdisjoint(path.parts):
            return
        may_be_folder = path.suffix == "" and not path.is_file()
        if path.suffix in _SUFFIXES or path.name in _NAMES or may_be_folder:
            self._loop.call_soon_threadsafe(self._collect, path)

    def _collect(self, path: Path) -> None:
        if not self._collected:
            self._loop.call_later(_PAUSE, self._tell)
        self._collected[path] = None

    def _tell(self) -> None:
        paths, self._collected = list(self._collected), {}
        self._session.files_changed(paths)
