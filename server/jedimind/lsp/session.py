"""All state of one client's session, and what the features share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types

from jedimind.analysis.errors import AnalysisError
from jedimind.analysis.lanes import Lanes
from jedimind.analysis.location import Location
from jedimind.analysis.process import AnalysisProcess
from jedimind.analysis.question import Question
from jedimind.assist.source_file import SourceFile
from jedimind.execution.errors import InterpreterError
from jedimind.execution.executor import Executor
from jedimind.execution.interpreter import choose, choose_for_reading
from jedimind.lsp.arguments import Place
from jedimind.lsp.client import Client
from jedimind.lsp.conversion import range_in_line, to_range, to_span
from jedimind.lsp.documents import (
    Document,
    Documents,
    DocumentTooLarge,
    Moment,
)
from jedimind.lsp.indexes import Indexes
from jedimind.lsp.listener import Listener
from jedimind.lsp.notebooks import Notebook, Notebooks
from jedimind.lsp.preloading import Preloading
from jedimind.lsp.protocol import Protocol
from jedimind.lsp.runs import Runs
from jedimind.lsp.tasks import Tasks
from jedimind.lsp.trust import TrustQuestions
from jedimind.lsp.views import Reading, View
from jedimind.lsp.workspace import Workspace
from jedimind.settings import Settings
from jedimind.text import Encoding, Position, Span, Text

if TYPE_CHECKING:
    from jedimind.lsp.models import Models

logger = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")


class Session:
    """One client: its documents, folders, tasks, and the processes that work for it."""

    def __init__(
        self,
        protocol: Protocol,
        params: types.InitializeParams,
        encoding: Encoding,
        lanes: Lanes,
    ) -> None:
        self.client = Client(protocol, params)
        self.encoding = encoding
        self.documents = Documents()
        self.notebooks = Notebooks()
        self.workspace = Workspace(params, self.client.show_warning)
        self.tasks = Tasks(self.client)
        self.runs = Runs(self.tasks)
        self.executor = Executor()
        self.trust = TrustQuestions(self.client, self.workspace, self.executor.tier)
        self._models: Models | None = None
        self.lanes = lanes
        self.indexes = Indexes(self.workspace, after=self.lanes.interactive.quiet)
        self._readings: dict[Path, Reading] = {}
        self._listeners: list[Listener] = []
        self._background: set[asyncio.Task[None]] = set()
        self.listen(Preloading(self))
        self.workspace.on_change(self.settings_changed)
        self.keep(self.lanes.start())

    @property
    def models(self) -> Models:
        """The models for assistance. What they need is loaded when the first is asked for."""
        if self._models is None:
            from jedimind.lsp.models import Models

            self._models = Models(self.client)
        return self._models

    async def moment(self, place: Place) -> tuple[Document, Moment]:
        """The document that a command names, at the version that it names.

        Raises:
            DocumentNotOpen, DocumentChanged: there is no such document or version.
            DocumentTooLarge: it is beyond `server.maxFileSize`.
        """
        document = self.documents[place.uri]
        await document.reach(place.version)
        # Taken before anything else is waited for: the user may be typing on.
        version, text, mark = document.version, document.text, document.results.mark()
        if await self.is_too_large(document):
            raise DocumentTooLarge
        return document, Moment(version, await document.tree(text), mark)

    async def is_too_large(self, document: Document) -> bool:
        """Whether `document` is only kept in sync: parsing it would take seconds."""
        settings = await self.settings_for(document)
        return document.text.size > settings.server.max_file_size * 1024

    async def settings_for(self, document: Document) -> Settings:
        return await self.workspace.settings(self.folder_of(document))

    def folder_of(self, document: Document) -> Path:
        return self.workspace.folder_of(document.path)

    async def interpreter_for(self, document: Document) -> str:
        """The Python that code of `document` runs under.

        Raises:
            InterpreterError: there is none that may be used.
        """
        folder = self.folder_of(document)
        settings = await self.workspace.settings(folder)
        trusted = await self.workspace.is_trusted(folder)
        chosen = await asyncio.to_thread(
            choose, folder, document.path, settings.execution.interpreter, trusted=trusted
        )
        return chosen.python

    async def file_of(self, document: Document) -> SourceFile:
        """What assistance has to know of the file that `document` is."""
        reading = await self.reading(document)
        return SourceFile(document.path, reading.folder, reading.interpreter, reading.settings)

    async def reading(self, document: Document) -> Reading:
        """How Jedi reads `document`."""
        return await self.reading_at(document.path)

    async def reading_at(self, path: Path) -> Reading:
        """How Jedi reads the file at `path`; remembered until settings, folders or environments
        change."""
        directory = path.parent
        while directory not in self._readings:
            readings = self._readings
            # What is put there is of no use if it was forgotten meanwhile.
            readings[directory] = await self._read_at(path)
        return self._readings[directory]

    async def _read_at(self, path: Path) -> Reading:
        folder = self.workspace.folder_of(path)
        settings = await self.workspace.settings(folder)
        self.lanes.interactive.deadline = settings.analysis.timeout
        self.lanes.background.deadline = settings.analysis.background_timeout
        setting = settings.execution.interpreter
        try:
            chosen = await asyncio.to_thread(choose_for_reading, folder, path, setting)
        except InterpreterError:  # nothing is run here; running says what is wrong with it
            return Reading(folder, None, settings)
        return Reading(folder, Path(chosen.python), settings)

    def files_changed(self, paths: Sequence[Path]) -> None:
        """Files or folders changed on disk, appeared or went."""
        self._readings = {}
        self.lanes.overlays.files_changed()
        self.indexes.files_changed(paths)
        for listener in self._listeners:
            listener.files_changed(paths)

    def settings_changed(self) -> None:
        """Settings, folders or trust may not be what they were."""
        self._readings = {}
        self.indexes.follow()
        for listener in self._listeners:
            listener.everything()

    async def view(self, uri: str, feature: str | None = None) -> View | None:
        """What `feature`, a name in the settings, may tell about the document `uri`.

        None if the document is not open or too large, or if the user has the feature switched off.
        """
        document = self.documents.find(uri)
        if document is None:
            return None
        # Before anything is waited for: the user may be typing on.
        version, text = document.version, document.text
        whole, first_line = self._whole(document)
        reading = await self.reading(document)
        allowed = feature is None or reading.settings.features.allow(feature)
        if not allowed or whole.size > reading.settings.server.max_file_size * 1024:
            return None
        return View(document, version, text, whole, first_line, document.path, reading)

    def _whole(self, document: Document) -> tuple[Text, int]:
        """The text that `document` is part of, and the line of it on which it begins."""
        notebook = self.notebooks.of_cell(document) if document.notebook_path else None
        if notebook is None:
            return document.text, 0
        whole, starts = notebook.source()
        return whole, starts[notebook.cells.index(document)]

    def is_current(self, view: View) -> bool:
        """Whether the document of `view`, and every other cell of its notebook, is as it shows."""
        return self._whole(view.document)[0] is view.whole

    async def ask(
        self,
        question: Question[_Answer],
        *,
        latest: Hashable = None,
        lane: AnalysisProcess | None = None,
        in_passing: bool = False,
    ) -> _Answer | None:
        """What Jedi answers, in the interactive lane unless another is named.

        What is asked `in_passing` waits until nobody has asked anything else for a moment.
        None if there is no answer: a newer question with the same `latest` came, Jedi failed on
        the code (the log says how), or it took too long and was stopped.
        """
        try:
            asked = lane or self.lanes.interactive
            return await asked.ask(question, latest, in_passing=in_passing)
        except AnalysisError as error:
            logger.debug("%s was not answered: %s", type(question).__name__, error)
            return None

    def position_in(self, view: View, position: types.Position) -> Position:
        """A client's position as one in the document of `view`."""
        return view.text.decode(position.line, position.character, self.encoding)

    def range_in(self, view: View, span: Span) -> types.Range | None:
        """The client's range for a span of what Jedi was shown; None if it is in another cell."""
        own = view.to_document(span)
        return to_range(view.text, own, self.encoding) if own is not None else None

    def location(self, found: Location) -> types.Location:
        """A place that Jedi names, as the client counts: in an open document, a cell or a file."""
        notebook = self.notebooks.at(found.path)
        if notebook is not None and notebook.cells:
            return self._location_in_cell(notebook, found)
        document_at = self.documents.at(found.path)
        if document_at is not None:
            text = document_at.text
            return types.Location(document_at.uri, to_range(text, found.span, self.encoding))
        range_ = range_in_line(found.line, found.span, self.encoding)
        return types.Location(found.path.as_uri(), range_)

    def location_in(self, view: View, found: Location) -> types.Location | None:
        """The same, where the place may be in the document of `view`, which need not be saved."""
        if found.path.is_absolute():
            return self.location(found)
        notebook = self.notebooks.of_cell(view.document)
        if notebook is not None:
            return self._location_in_cell(notebook, found)
        range_ = self.range_in(view, found.span)
        return types.Location(view.document.uri, range_) if range_ is not None else None

    def _location_in_cell(self, notebook: Notebook, found: Location) -> types.Location:
        cell, first = notebook.cell_at(found.span.start.line)
        ends = (found.span.start, found.span.end)
        span = Span(*(Position(end.line - first, end.column) for end in ends))
        return types.Location(cell.uri, to_range(cell.text, span, self.encoding))

    def listen(self, listener: Listener) -> None:
        """Have `listener` told of what happens to documents from now on."""
        self._listeners.append(listener)

    def edited(self, document: Document) -> None:
        """A document was opened or has another text than before."""
        if document.notebook_path is None and document.path.is_absolute():
            self.lanes.overlays.put(document.path, document.text)
        self.indexes.edited(document)
        for listener in self._listeners:
            listener.edited(document)

    def closed(self, document: Document) -> None:
        """The client closed a document, whose file counts again."""
        if document.notebook_path is None:
            self.lanes.overlays.remove(document.path)
        self.indexes.closed(document)
        for listener in self._listeners:
            listener.closed(document)

    def span_of(self, place: Place, text: Text) -> Span:
        """What a command's argument means in `text`: its range, or all of it."""
        if place.range is None:
            return Span(Position(0, 0), text.end)
        return to_span(text, place.range, self.encoding)

    def keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do `work` beside everything else, at the longest until the session ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("Work in the background failed", exc_info=error)

    async def close(self) -> None:
        """End everything that works for this session."""
        for listener in self._listeners:
            listener.closing()
        for task in self._background:
            task.cancel()
        await self.tasks.close()
        await self.executor.close()
        if self._models is not None:
            await self._models.close()
        await self.lanes.close()
        await self.indexes.close()
        self.workspace.close()
