"""The indexes of the workspace: one a folder, which follow folders, environments and edits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

import attrs

from jedimind import directories
from jedimind.analysis.errors import AnalysisError
from jedimind.environments.import_path import installed, standard_library
from jedimind.execution.errors import InterpreterError
from jedimind.execution.interpreter import choose_for_reading
from jedimind.index.roots import LARGEST
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

    def __init__(self, workspace: Workspace, after: Callable[[], Awaitable[None]]) -> None:
        """Building begins `after` what the user may be waiting for."""
        self._workspace = workspace
        self._after = after
        self._indexes: dict[_Subject, WorkspaceIndex] = {}
        self._following: asyncio.Task[None] | None = None
        self._texts: dict[Path, str] = {}
        self._waiting: dict[Path, asyncio.TimerHandle] = {}
        self._outdated = self._closed = False

    def follow(self) -> None:
        """Have an index for each folder and its environment, as they are now."""
        self._outdated = True
        if not self._closed and (self._following is None or self._following.done()):
            self._following = asyncio.get_running_loop().create_task(self._follow())
            self._following.add_done_callback(_log_failure)

    async def close(self) -> None:
        """End all indexes. Safe to call twice."""
        self._closed = True
        for waiting in self._waiting.values():
            waiting.cancel()
        if self._following is not None:
            self._following.cancel()
            await asyncio.wait([self._following])
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
        if self._following is not None:
            await asyncio.wait([self._following])
        await asyncio.gather(*(index.ready() for index in self.all()))

    def edited(self, document: Document) -> None:
        """Index the text of `document` once nobody has typed for a moment."""
        if document.notebook_path is None and document.path.is_absolute():
            self._cancel(document.path)
            loop = asyncio.get_running_loop()
            self._waiting[document.path] = loop.call_later(_IDLE, self._take_text, document)

    def closed(self, document: Document) -> None:
        """Index what is in the document's file again."""
        self._cancel(document.path)
        if self._texts.pop(document.path, None) is not None:
            self._tell(document.path, None)

    def files_changed(self, paths: Sequence[Path]) -> None:
        """Files or folders changed on disk, appeared or went."""
        if any(path.name == "pyvenv.cfg" for path in paths):
            self.follow()
        for index in self._indexes.values():
            index.changed(paths)

    def _cancel(self, path: Path) -> None:
        waiting = self._waiting.pop(path, None)
        if waiting is not None:
            waiting.cancel()

    def _take_text(self, document: Document) -> None:
        del self._waiting[document.path]
        if document.text.size <= LARGEST:
            self._texts[document.path] = document.text.string
            self._tell(document.path, document.text.string)

    def _tell(self, path: Path, text: str | None) -> None:
        for subject, index in self._indexes.items():
            if path.is_relative_to(subject.folder):
                index.overlay(path, text)

    async def _follow(self) -> None:
        with contextlib.suppress(AnalysisError):  # who asks Jedi hears of it
            await self._after()
        while self._outdated:
            self._outdated = False
            wanted = await self._subjects()
            for subject in [it for it in self._indexes if it not in wanted]:
                await self._indexes.pop(subject).close()
            for subject in wanted:
                if subject not in self._indexes:
                    await self._start(subject)
            self._indexes = {subject: self._indexes[subject] for subject in wanted}

    async def _start(self, subject: _Subject) -> None:
        index = WorkspaceIndex(subject.folder, subject.search_path)
        self._indexes[subject] = index
        for path, text in self._texts.items():
            if path.is_relative_to(subject.folder):
                index.overlay(path, text)
        await index.start()

    async def _subjects(self) -> list[_Subject]:
        found: dict[_Subject, None] = {}
        for folder in self._workspace.folders or [directories.scratch()]:
            settings = await self._workspace.settings(folder)
            features = settings.features
            if features.allow("workspace_symbol") or features.allow("auto_import"):
                setting = settings.execution.interpreter
                found[await asyncio.to_thread(_subject, folder, setting)] = None
        return list(found)


def _log_failure(following: asyncio.Task[None]) -> None:
    if not following.cancelled() and (error := following.exception()) is not None:
        logger.error("There is no index", exc_info=error)


def _subject(folder: Path, interpreter_setting: str | None) -> _Subject:
    try:
        python = Path(choose_for_reading(folder, None, interpreter_setting).python)
    except InterpreterError:
        python = Path(sys.executable)  # running says what is wrong with the setting
    entries = [folder / "src", standard_library(python), *map(Path, installed(python))]
    return _Subject(folder, tuple(dict.fromkeys(_directories(entries))))


def _directories(entries: Iterable[Path]) -> Iterable[Path]:
    return (entry for entry in entries if entry.is_dir())
