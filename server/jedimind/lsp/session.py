"""All state of one client's session, and what the features share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcInvalidParams

from jedimind.analysis.process import AnalysisFailed, AnalysisProcess
from jedimind.assist.generate import NothingGenerated
from jedimind.assist.source_file import SourceFile
from jedimind.execution.errors import ExecutionError, InterpreterError
from jedimind.execution.interpreter import choose
from jedimind.lsp.client import Client, EditRefused
from jedimind.lsp.conversion import to_span
from jedimind.lsp.documents import (
    Document,
    DocumentChanged,
    DocumentNotOpen,
    Documents,
    DocumentTooLarge,
    Moment,
)
from jedimind.lsp.models import Models
from jedimind.lsp.protocol import Protocol
from jedimind.lsp.tasks import Tasks
from jedimind.lsp.trust import TrustQuestions
from jedimind.lsp.workspace import Workspace
from jedimind.model.errors import ModelError
from jedimind.model.install import InstallError
from jedimind.settings import Settings
from jedimind.text import Encoding, Position, Span, Text

logger = logging.getLogger(__name__)

# Errors whose text is written for the user.
_EXPECTED = (
    DocumentChanged,
    DocumentNotOpen,
    DocumentTooLarge,
    EditRefused,
    ExecutionError,
    InstallError,
    ModelError,
    NothingGenerated,
)


@attrs.frozen
class Place:
    """The argument of most commands: a document, a range in it, and the version it is about.

    Without a range the whole document is meant, and without a version the present one.
    """

    uri: str
    range: types.Range | None = None
    version: int | None = None


class Session:
    """One client: its documents, folders, tasks, and the processes that work for it."""

    def __init__(
        self, protocol: Protocol, params: types.InitializeParams, encoding: Encoding
    ) -> None:
        self.client = Client(protocol, params)
        self.encoding = encoding
        self.documents = Documents()
        self.workspace = Workspace(params, self.client.show_warning)
        self.tasks = Tasks(self.client, _EXPECTED)
        self.trust = TrustQuestions(self.client, self.workspace)
        self.models = Models(self.client)
        self._analysis: AnalysisProcess | None = None
        self._warming: set[asyncio.Task[None]] = set()

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
        return await asyncio.to_thread(
            choose,
            folder,
            document.path,
            settings.execution.interpreter,
            trusted=trusted,
        )

    async def file_of(self, document: Document) -> SourceFile:
        """What assistance has to know of the file that `document` is."""
        try:
            interpreter = Path(await self.interpreter_for(document))
        except InterpreterError:
            interpreter = None  # nothing is executed here; running says what is wrong with it
        settings = await self.settings_for(document)
        return SourceFile(document.path, self.folder_of(document), interpreter, settings)

    def span_of(self, place: Place, text: Text) -> Span:
        """What a command's argument means in `text`: its range, or all of it."""
        if place.range is None:
            return Span(Position(0, 0), text.end)
        return to_span(text, place.range, self.encoding)

    def analysis(self, settings: Settings) -> AnalysisProcess:
        """The worker that answers questions about code."""
        if self._analysis is None:
            self._analysis = AnalysisProcess(settings.analysis.timeout)
        self._analysis.deadline = settings.analysis.timeout
        return self._analysis

    def warm_up(self, document: Document) -> None:
        """Start what takes a moment, so that the first question about `document` need not wait."""
        warming = asyncio.get_running_loop().create_task(self._warm_up(document))
        self._warming.add(warming)
        warming.add_done_callback(self._warming.discard)

    async def _warm_up(self, document: Document) -> None:
        try:
            await self.analysis(await self.settings_for(document)).start()
        except AnalysisFailed as error:
            logger.warning("%s", error)  # the first question tries again

    async def close(self) -> None:
        """End everything that works for this session."""
        for warming in self._warming:
            warming.cancel()
        await self.tasks.close()
        await self.models.close()
        if self._analysis is not None:
            await self._analysis.close()
        self.workspace.close()


_converter = get_converter()


def place_argument(argument: Mapping[str, Any]) -> Place:
    """The place that a command's argument names.

    Raises:
        JsonRpcInvalidParams: it names none.
    """
    uri, version = argument.get("uri"), argument.get("version")
    if not isinstance(uri, str):
        raise JsonRpcInvalidParams("The argument needs a `uri`, the URI of an open document.")
    if version is not None and not isinstance(version, int):
        raise JsonRpcInvalidParams("`version` must be the version number of the document.")
    if argument.get("range") is None:
        return Place(uri, None, version)
    try:
        return Place(uri, _converter.structure(argument["range"], types.Range), version)
    except Exception as error:  # cattrs raises whatever the conversion met
        raise JsonRpcInvalidParams("`range` must be a range of the protocol.") from error
