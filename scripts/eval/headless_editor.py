"""An editor without a screen, for evaluations: it drives the real server over stdio.

    async with editing(folder, {"generate": {"attempts": 1}}) as editor:
        uri = editor.open(folder / "module.py", text)
        generation = await editor.generate(uri, at=text.index("# sort"))

It keeps its own copy of every document, edits it as the server asks, and answers nothing else.
The server's own messages go to stderr.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.lsp.client import LanguageClient

from jedimind.lsp.conversion import to_protocol_position, to_span
from jedimind.text import Encoding, Position, Text, split_lines

_SERVER = [sys.executable, "-m", "jedimind", "serve", "--log-level=warning"]
# Seconds after which the server counts as hanging; the first generation loads the model.
_PATIENCE = 600.0
_STOP_PATIENCE = 30.0


class ServerFailed(Exception):
    """The server ended, or did not answer."""


@dataclass(frozen=True)
class Generation:
    """What became of a request to generate.

    `text` is the document after it. `verdict` is None where nothing was inserted; `sentence` says
    what is known about the code, or why there is none. `seconds` are from the command to its end.
    """

    text: str
    verdict: str | None
    sentence: str
    seconds: float


@asynccontextmanager
async def editing(folder: Path, settings: Mapping[str, Any]) -> AsyncIterator[Editor]:
    """An editor with `folder` open and trusted, and a server of its own with `settings`.

    Raises:
        ServerFailed: the server ended, or did not answer.
    """
    editor = Editor()
    await editor.start(folder, settings)
    try:
        yield editor
    finally:
        await editor.stop()


@dataclass
class _Opened:
    version: int
    text: Text


class Editor:
    """One window with its server; it does one thing at a time."""

    def __init__(self) -> None:
        self._client = _Client()
        self._documents: dict[str, _Opened] = {}
        self._diagnostics: dict[str, Sequence[types.Diagnostic]] = {}
        # pygls sets attributes on a handler, and a bound method takes none.
        self._client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(partial(self._publish))
        self._client.feature(types.WORKSPACE_APPLY_EDIT)(partial(self._apply))
        # What it says comes again with the end of the task.
        self._client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: None)

    async def start(self, folder: Path, settings: Mapping[str, Any]) -> None:
        await self._client.start_io(*_SERVER)
        capabilities = get_converter().structure(
            {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}},
            types.ClientCapabilities,
        )
        await self._answer(
            self._client.initialize_async(
                types.InitializeParams(
                    capabilities,
                    process_id=os.getpid(),
                    workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name)],
                    initialization_options={**settings, "trusted": True},
                )
            )
        )
        self._client.initialized(types.InitializedParams())

    async def stop(self) -> None:
        if not self._client.ended:
            await self._answer(self._client.shutdown_async(None))
            self._client.exit(None)
        await asyncio.wait_for(self._client.stop(), _STOP_PATIENCE)  # type: ignore[no-untyped-call]

    def open(self, path: Path, text: str) -> str:
        """Open `path` with `text`, which need not be on disk; the URI."""
        uri = path.as_uri()
        self._documents[uri] = _Opened(1, Text.of(text))
        item = types.TextDocumentItem(uri, "python", 1, text)
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    async def generate(self, uri: str, at: int) -> Generation:
        """Generate from what stands at offset `at` of the document, and apply the edit.

        Raises:
            ServerFailed: the server ended, or did not answer.
        """
        begun = time.monotonic()
        finished = await self._carry_out("jedimind.generate", uri, at)
        seconds = time.monotonic() - begun
        text = self._documents[uri].text.string
        if finished.status != "ok":
            return Generation(text, None, finished.message, seconds)
        # Published before the task's end was told.
        said = (each for each in self._diagnostics[uri] if str(each.code).startswith("generate."))
        sentence = next((each.message for each in said), "")
        return Generation(text, finished.result.verdict, sentence, seconds)

    async def _carry_out(self, command: str, uri: str, at: int) -> Any:
        """Execute a command at a place, and wait for its task's `jedimind/taskFinished`."""
        document = self._documents[uri]
        lines = split_lines(document.text.string[:at])
        here = to_protocol_position(
            document.text, Position(len(lines) - 1, len(lines[-1])), Encoding.UTF16
        )
        argument = {
            "uri": uri,
            "version": document.version,
            "range": get_converter().unstructure(types.Range(here, here)),
        }
        await self._answer(
            self._client.workspace_execute_command_async(
                types.ExecuteCommandParams(command, arguments=[argument])
            )
        )
        finished = await self._answer(self._client.finished.get())
        if finished is None:
            raise ServerFailed("The server ended; what it wrote to stderr says why.")
        return finished

    def _publish(self, params: types.PublishDiagnosticsParams) -> None:
        self._diagnostics[params.uri] = params.diagnostics

    def _apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        for change in params.edit.document_changes or []:
            assert isinstance(change, types.TextDocumentEdit)
            self._edit(change.text_document.uri, change.edits)
        return types.ApplyWorkspaceEditResult(applied=True)

    def _edit(self, uri: str, edits: Sequence[Any]) -> None:
        document = self._documents[uri]
        # All are against the document as it is: the last first, so that the others stay put.
        for edit in sorted(edits, key=lambda edit: edit.range.start)[::-1]:
            span = to_span(document.text, edit.range, Encoding.UTF16)
            document.text, _ = document.text.replace(span, edit.new_text)
        document.version += 1
        self._client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(document.version, uri),
                [types.TextDocumentContentChangeWholeDocument(document.text.string)],
            )
        )

    async def _answer(self, asked: Any) -> Any:
        try:
            return await asyncio.wait_for(asked, _PATIENCE)
        except asyncio.TimeoutError as error:
            raise ServerFailed(f"The server did not answer for {_PATIENCE:g} s.") from error


class _Client(LanguageClient):
    """The connection: it notices when a task or the server itself ends."""

    def __init__(self) -> None:
        super().__init__("jedimind-evaluation", "1")
        # What `jedimind/taskFinished` says; None once the server has ended.
        self.finished: asyncio.Queue[Any] = asyncio.Queue()
        self.ended = False
        self.feature("jedimind/taskFinished")(lambda params: self.finished.put_nowait(params))

    async def start_io(self, cmd: str, *args: str, **kwargs: Any) -> None:
        await super().start_io(cmd, *args, **kwargs)
        assert self._server is not None
        assert self._server.stderr is not None
        self._async_tasks.append(asyncio.ensure_future(_pass_on(self._server.stderr)))

    async def server_exit(self, server: asyncio.subprocess.Process) -> None:
        self.ended = True
        self.finished.put_nowait(None)


async def _pass_on(stderr: asyncio.StreamReader) -> None:
    """What is not read would block the server once the pipe is full."""
    while said := await stderr.read(2**16):
        sys.stderr.write(said.decode(errors="replace"))
