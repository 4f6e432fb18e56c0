"""An editor for tests: a real client over stdio that keeps its own copy of every document.

It does what editors do: applies the edits it is sent, answers questions as `answers` says, and
keeps what it is shown for the test to look at.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient

COMMAND = [sys.executable, "-m", "jedimind", "serve"]
# Generous: they catch hangs on a loaded machine, and measure nothing.
PATIENCE = 60.0
MODEL_PATIENCE = 300.0

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        "publishDiagnostics": {"relatedInformation": True},
    },
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True},
        "configuration": True,
    },
}


@attrs.define
class Opened:
    """A document as the editor has it."""

    uri: str
    version: int
    text: str


class Editor:
    """One editor window with its server."""

    def __init__(self, home: Path, answers: Mapping[str, str] | None = None) -> None:
        """`home` becomes JEDIMIND_HOME. `answers` maps a part of a question to a choice."""
        self.client = LanguageClient(converter_factory=_converter)
        self.home = home
        self.answers = dict(answers or {})
        self.documents: dict[str, Opened] = {}
        self.questions: list[str] = []
        self.shown: list[types.ShowMessageParams] = []
        self.shown_documents: list[str] = []
        self.diagnostics: dict[str, list[types.Diagnostic]] = {}
        self.configuration: Any = None
        self.never_answers = False
        self.refuses_edits = False
        self.applies_edits_late: asyncio.Event | None = None
        self.progress: dict[str, list[Any]] = {}
        self.log: list[str] = []  # what arrived, in order, by method or request id
        self._finished: dict[str, asyncio.Future[Any]] = {}
        self._published = asyncio.Event()
        self._register()

    async def start(
        self,
        folder: Path | None = None,
        *,
        settings: Mapping[str, Any] | None = None,
        trusted: bool | None = None,
        capabilities: Mapping[str, Any] | None = None,
        command: list[str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> types.InitializeResult:
        env = {**os.environ, "JEDIMIND_HOME": str(self.home), **(environment or {})}
        await self.client.start_io(*(command or COMMAND), env=env)
        options: dict[str, Any] = dict(settings or {})
        if trusted is not None:
            options["trusted"] = trusted
        converter = get_converter()
        described = converter.structure(capabilities or CAPABILITIES, types.ClientCapabilities)
        folders = [types.WorkspaceFolder(folder.as_uri(), folder.name)] if folder else None
        return await asyncio.wait_for(
            self.client.initialize_session(
                types.InitializeParams(
                    capabilities=described,
                    process_id=os.getpid(),
                    workspace_folders=folders,
                    initialization_options=options or None,
                )
            ),
            PATIENCE,
        )

    async def stop(self) -> int | None:
        """Shut the server down as the protocol says; its exit code."""
        await asyncio.wait_for(self.client.shutdown_session(), PATIENCE)
        server = self.client._server
        assert server is not None
        code = await asyncio.wait_for(server.wait(), PATIENCE)
        await self.client.stop()
        return code

    @property
    def pid(self) -> int:
        assert self.client._server is not None
        return self.client._server.pid

    # What the user does.

    def open(self, path: Path, text: str | None = None) -> str:
        """Open `path`; its text is what is on disk unless given. The URI."""
        if text is None:
            text = path.read_bytes().decode()
        uri = path.as_uri()
        self.documents[uri] = Opened(uri, 1, text)
        item = types.TextDocumentItem(uri, "python", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def edit(self, uri: str, start: int, end: int, new: str) -> None:
        """Replace the characters from offset `start` to `end`, as typing does."""
        document = self.documents[uri]
        change = types.TextDocumentContentChangePartial(
            range=types.Range(position(document.text, start), position(document.text, end)),
            text=new,
        )
        document.text = document.text[:start] + new + document.text[end:]
        document.version += 1
        self._send_change(document, [change])

    def append(self, uri: str, text: str) -> None:
        end = len(self.documents[uri].text)
        self.edit(uri, end, end, text)

    def range_of(self, uri: str, part: str) -> types.Range:
        """Where `part` stands in the document."""
        text = self.documents[uri].text
        start = text.index(part)
        return types.Range(position(text, start), position(text, start + len(part)))

    def cursor_in(self, uri: str, part: str) -> types.Range:
        start = self.range_of(uri, part).start
        return types.Range(start, start)

    async def code_actions(
        self, uri: str, range_: types.Range, only: list[str] | None = None
    ) -> dict[str, types.CodeAction]:
        """The actions offered, by title."""
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri), range_, types.CodeActionContext([], only=only)
        )
        found = await self._wait(self.client.text_document_code_action_async(params))
        return {action.title: action for action in found or []}

    async def choose(self, action: types.CodeAction) -> str:
        """Carry out a code action; the id of its task."""
        assert action.command is not None
        return await self.execute(action.command.command, *action.command.arguments or [])

    async def execute(self, command: str, *arguments: Any) -> str:
        """Start a command; the id of its task."""
        params = types.ExecuteCommandParams(command, arguments=list(arguments))
        answer = await self._wait(self.client.workspace_execute_command_async(params))
        task: str = _plain(answer)["task"]
        self.log.append(f"answered {task}")
        self._finished.setdefault(task, asyncio.get_running_loop().create_future())
        return task

    async def finished(self, task: str, patience: float = PATIENCE) -> dict[str, Any]:
        """What the task's `jedimind/taskFinished` says."""
        waiting = self._finished.setdefault(task, asyncio.get_running_loop().create_future())
        result: dict[str, Any] = await asyncio.wait_for(asyncio.shield(waiting), patience)
        return result

    async def cancel(self, task: str) -> None:
        params = types.ExecuteCommandParams("jedimind.cancel", arguments=[{"task": task}])
        await self._wait(self.client.workspace_execute_command_async(params))

    async def run(self, uri: str, part: str | None = None) -> dict[str, Any]:
        """Run `part` of a document, or all of it, and wait for the end."""
        argument: dict[str, Any] = {"uri": uri, "version": self.documents[uri].version}
        if part is not None:
            argument["range"] = get_converter().unstructure(self.range_of(uri, part))
        return await self.finished(await self.execute("jedimind.run", argument))

    async def hover(self, uri: str, line: int) -> str | None:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, 0))
        found = await self._wait(self.client.text_document_hover_async(params))
        if found is None:
            return None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def diagnostics_until(self, uri: str, wanted: Any) -> list[types.Diagnostic]:
        """The diagnostics of `uri` once `wanted` holds of them."""

        async def look() -> list[types.Diagnostic]:
            while not wanted(self.diagnostics.get(uri, [])):
                self._published.clear()
                await self._published.wait()
            return self.diagnostics[uri]

        return await asyncio.wait_for(look(), PATIENCE)

    async def until(self, condition: Any, patience: float = PATIENCE) -> None:
        """Wait for something that no message announces, such as a process's end."""

        async def look() -> None:
            while not condition():  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.02)

        await asyncio.wait_for(look(), patience)

    # What the server says and asks.

    def _register(self) -> None:
        client = self.client

        @client.feature("jedimind/taskFinished")
        def task_finished(params: Any) -> None:
            finished = _plain(params)
            self.log.append(f"finished {finished['task']}")
            loop = asyncio.get_running_loop()
            self._finished.setdefault(finished["task"], loop.create_future()).set_result(finished)

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            self.diagnostics[params.uri] = list(params.diagnostics)
            self._published.set()

        @client.feature(types.WORKSPACE_APPLY_EDIT)
        async def apply_edit(
            params: types.ApplyWorkspaceEditParams,
        ) -> types.ApplyWorkspaceEditResult:
            if self.applies_edits_late is not None:
                await self.applies_edits_late.wait()
            if self.refuses_edits or not self._is_current(params.edit):
                return types.ApplyWorkspaceEditResult(applied=False, failure_reason="refused")
            for change in params.edit.document_changes or []:
                assert isinstance(change, types.TextDocumentEdit)
                self._apply(change.text_document.uri, list(change.edits))
            for uri, edits in (params.edit.changes or {}).items():
                self._apply(uri, list(edits))
            return types.ApplyWorkspaceEditResult(applied=True)

        @client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        async def ask(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
            self.questions.append(params.message)
            if self.never_answers:
                await asyncio.Event().wait()
            for part, choice in self.answers.items():
                if part in params.message:
                    offered = {action.title: action for action in params.actions or []}
                    return next(item for title, item in offered.items() if choice in title)
            return None

        @client.feature(types.WINDOW_SHOW_MESSAGE)
        def show_message(params: types.ShowMessageParams) -> None:
            self.shown.append(params)

        @client.feature(types.WINDOW_SHOW_DOCUMENT)
        def show_document(params: types.ShowDocumentParams) -> types.ShowDocumentResult:
            self.shown_documents.append(params.uri)
            return types.ShowDocumentResult(success=True)

        @client.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[Any]:
            return [self.configuration for _ in params.items]

        @client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
        def create_progress(params: types.WorkDoneProgressCreateParams) -> None:
            assert params.token not in self.progress, "a token must be used once"
            self.progress[str(params.token)] = []

        @client.feature(types.PROGRESS)
        def progress(params: types.ProgressParams) -> None:
            self.log.append(f"progress {params.token}")
            self.progress[str(params.token)].append(_plain(params.value))

    def _is_current(self, edit: types.WorkspaceEdit) -> bool:
        return all(
            change.text_document.version in (None, self.documents[change.text_document.uri].version)
            for change in edit.document_changes or []
            if isinstance(change, types.TextDocumentEdit)
        )

    def _apply(self, uri: str, edits: list[Any]) -> None:
        document = self.documents[uri]
        text = document.text
        placed = sorted(
            ((offset(text, e.range.start), offset(text, e.range.end), e.new_text) for e in edits),
            reverse=True,
        )
        changes = []
        for start, end, new in placed:
            where = types.Range(position(document.text, start), position(document.text, end))
            changes.append(types.TextDocumentContentChangePartial(range=where, text=new))
            document.text = document.text[:start] + new + document.text[end:]
        document.version += 1
        self._send_change(document, changes)

    def _send_change(self, document: Opened, changes: list[Any]) -> None:
        identifier = types.VersionedTextDocumentIdentifier(document.version, document.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, changes))

    async def _wait(self, answer: Any) -> Any:
        return await asyncio.wait_for(answer, PATIENCE)


def position(text: str, at: int) -> types.Position:
    """The protocol's position of an offset, in UTF-16 units."""
    before = text[:at].replace("\r\n", "\n").replace("\r", "\n")
    line = before.count("\n")
    content = before.rpartition("\n")[2]
    return types.Position(line, len(content.encode("utf-16-le", "surrogatepass")) // 2)


def offset(text: str, at: types.Position) -> int:
    """The offset of a position in UTF-16 units; the inverse of `position`."""
    start = 0
    for _ in range(at.line):
        while start < len(text) and text[start] not in "\r\n":
            start += 1
        start += 2 if text[start : start + 2] == "\r\n" else 1
    content = text[start:]
    units = content.encode("utf-16-le", "surrogatepass")[: at.character * 2]
    return min(start + len(units.decode("utf-16-le", "surrogatepass")), len(text))


def _converter() -> Any:
    """lsprotocol 2025.0.0 takes a code action that carries a command for a bare command."""
    converter = default_converter()

    def structure(value: Any, _type: Any) -> Any:
        if isinstance(value.get("command"), str):
            return converter.structure(value, types.Command)
        return converter.structure(value, types.CodeAction)

    converter.register_structure_hook(types.Command | types.CodeAction, structure)
    return converter


def _plain(value: Any) -> Any:
    """pygls gives what has no type in the protocol as named tuples; back to tables."""
    if hasattr(value, "_asdict"):
        return {key: _plain(item) for key, item in value._asdict().items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
