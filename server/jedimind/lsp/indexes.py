"""The indexes of the workspace: one a folder, which follow folders, environments and edits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import attrs

from jedimind import directories
from jedimind.environments.import_path import installed, standard_library
from jedimind.execution.errors import InterpreterError
from jedimind.execution.interpreter import choose_for_reading
from jedimind.index.workspace_index import WorkspaceIndex
from jedimind.lsp.documents import Document
from jedimind.lsp.workspace import Workspace

logger = logging.getLogger(__name__)

# Seconds without an edit after which the text of a document is indexed.
_IDLE = 0.3


@attrs.frozen
class _Subject:
    """What an index is about. Where one of these is another, another index is needed."""

    folder: Path
    search_path: tuple[Path, ...]


class Indexes:
    """The indexes of all folders, from `follow` to `close`. Without folders there is one, too:
    of no workspace, but of what can be imported."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._indexes: dict[_Subject, WorkspaceIndex] = {}
        self._following: asyncio.Task[None] | None = None
        self._texts: dict[Path, str] = {}
        self._waiting: dict[Path, asyncio.TimerHandle] = {}
        self._closed = False

    def follow(self) -> None:
        """Have an index for each folder and its environment, as they are now."""
        if not self._closed:
            before = self._following
            self._following = asyncio.get_running_loop().create_task(self._follow(before))

    async def close(self) -> None:
        """End all indexes. Safe to call twice."""
        self._closed = True
        for waiting in self._waiting.values():
            waiting.cancel()
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await asyncio.gather(*(index.close() for index in self._indexes.values()))
        self._indexes.clear()

    def all(self) -> list[WorkspaceIndex]:
        """The indexes that there are by now, in the order of the folders."""
        return list(self._indexes.values())

    def of(self, folder: Path) -> WorkspaceIndex | None:
        """The index of `folder`; of one that is not in the workspace, the first there is."""
        found = (index for subject, index in self._indexes.items() if subject.folder == folder)
        return next(found, next(iter(self._indexes.values()), None))

    async def ready(self, patience: float) -> list[WorkspaceIndex]:
        """All indexes; for the symbols of their folders it waits at most `patience` seconds."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._ready(), patience)
        return self.all()

    async def _ready(self) -> None:
        while (following := self._following) is not None and not following.done():
            await asyncio.wait([following])
        await asyncio.gather(*(index.ready() for index in self.all()))

    def edited(self, document: Document) -> None:
        """Index the text of `document` once nobody has typed for a moment."""
        if document.notebook_path is not None or not document.path.is_absolute():
            return
        self._later(document)

    def closed(self, document: Document) -> None:
        """Index what is in the document's file again."""
        if document.notebook_path is not None:
            return
        waiting = self._waiting.pop(document.path, None)
        if waiting is not None:
            waiting.cancel()
        if self._texts.pop(document.path, None) is not None:
            self._tell(document.path, None)

    def files_changed(self, paths: Sequence[Path]) -> None:
        """Files or folders changed on disk, appeared or went."""
        if any(path.name == "pyvenv.cfg" for path in paths):
            self.follow()
        for subject, index in self._indexes.items():
            around = subject.folder, *subject.search_path
            inside = [path for path in paths if any(map(path.is_relative_to, around))]
            if inside:
                index.changed(inside)

    def _later(self, document: Document) -> None:
        path = document.path
        if path in self._waiting:
            self._waiting[path].cancel()
        loop = asyncio.get_running_loop()
        self._waiting[path] = loop.call_later(_IDLE, self._take_text, document)

    def _take_text(self, document: Document) -> None:
        self._waiting.pop(document.path, None)
        self._texts[document.path] = document.text.string
        self._tell(document.path, document.text.string)

    def _tell(self, path: Path, text: str | None) -> None:
        for subject, index in self._indexes.items():
            if path.is_relative_to(subject.folder):
                index.overlay(path, text)

    async def _follow(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        wanted = await self._subjects()
        for subject in [subject for subject in self._indexes if subject not in wanted]:
            await self._indexes.pop(subject).close()
        for subject in wanted:
            if subject not in self._indexes:
                index = WorkspaceIndex(subject.folder, subject.search_path)
                self._indexes[subject] = index
                await index.start()
                for path, text in self._texts.items():
                    if path.is_relative_to(subject.folder):
                        index.overlay(path, text)
        self._indexes = {subject: self._indexes[subject] for subject in wanted}

    async def _subjects(self) -> list[_Subject]:
        found: dict[_Subject, None] = {}
        for folder in self._workspace.folders or [directories.scratch()]:
            settings = await self._workspace.settings(folder)
            features = settings.features
            if features.allow("workspace_symbol") or features.allow("auto_import"):
                setting = settings.execution.interpreter
                found[await asyncio.to_thread(_subject, folder, setting)] = None
        return list(found)


def _subject(folder: Path, interpreter_setting: str | None) -> _Subject:
    try:
        python = Path(choose_for_reading(folder, None, interpreter_setting).python)
    except InterpreterError:
        python = Path(sys.executable)  # running says what is wrong with the setting
    entries = [folder / "src", standard_library(python), *map(Path, installed(python))]
    return _Subject(folder, tuple(dict.fromkeys(_directories(entries))))


def _directories(entries: Iterable[Path]) -> Iterable[Path]:
    return (entry for entry in entries if entry.is_dir())
