"""An editor for tests: a real client over stdio that keeps its own copy of every document.

It does what editors do: applies the edits it is sent, answers questions as `answers` says, and
keeps what it is shown for the test to look at. What it does not expect fails the test: see
`window.py`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter

from client_text import Encoding
from notebook import Notebook
from window import PATIENCE, Window
from wire import ErrorAnswer, Sent, plain

__all__ = ["CAPABILITIES", "COMMAND", "MODEL_PATIENCE", "PATIENCE", "Editor", "ErrorAnswer", "Sent"]

COMMAND = [sys.executable, "-m", "jedimind", "serve"]
MODEL_PATIENCE = 300.0

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        "publishDiagnostics": {"relatedInformation": True},
        "diagnostic": {},
    },
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True},
        "configuration": True,
    },
}

_converter = get_converter()


class Editor(Window):
    """One editor window with its server."""

    def __init__(self, home: Path, answers: Mapping[str, str] | None = None) -> None:
        """`home` becomes JEDIMIND_HOME. `answers` maps a part of a question to a choice."""
        super().__init__()
        self.home = home
        self.folders: list[Path] = []
        self.answers = dict(answers or {})

    async def start(
        self,
        *folders: Path | None,
        settings: Mapping[str, Any] | None = None,
        trusted: bool | None = None,
        capabilities: Mapping[str, Any] | None = None,
        encoding: Encoding | None = None,
        command: list[str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> types.InitializeResult:
        """Start a server for `folders`. With an `encoding` the editor offers no other."""
        env = {**os.environ, "JEDIMIND_HOME": str(self.home), **(environment or {})}
        await self.client.start_io(*(command or COMMAND), env=env)
        self.folders = [folder for folder in folders if folder is not None]
        options: dict[str, Any] = dict(settings or {})
        if trusted is not None:
            options["trusted"] = trusted
        offered = dict(capabilities or CAPABILITIES)
        if encoding is not None:
            offered["general"] = {**offered.get("general", {}), "positionEncodings": [encoding]}
        result = await self.wait(
            self.client.initialize_session(
                types.InitializeParams(
                    capabilities=_converter.structure(offered, types.ClientCapabilities),
                    process_id=os.getpid(),
                    workspace_folders=[
                        types.WorkspaceFolder(folder.as_uri(), folder.name)
                        for folder in self.folders
                    ]
                    or None,
                    initialization_options=options or None,
                )
            )
        )
        self.server = result.capabilities
        chosen = self.server.position_encoding
        self.encoding = types.PositionEncodingKind(chosen).value if chosen else "utf-16"
        return result

    async def stop(self) -> int | None:
        """Shut the server down as the protocol says; its exit code."""
        self.client.leaving = True
        await asyncio.wait_for(self.client.shutdown_session(), PATIENCE)
        server = self.client._server
        assert server is not None
        code = await asyncio.wait_for(server.wait(), PATIENCE)
        await self.client.stop()
        for missing in self.conversation.unfinished():
            self.conversation.fault(missing)
        return code

    async def kill(self) -> None:
        """End the server without a word."""
        self.client.leaving = True
        server = self.client._server
        assert server is not None
        if server.returncode is None:
            server.kill()
        await server.wait()

    async def leave(self) -> None:
        """End the server if the test has not, and fail the test with all that was unexpected."""
        server = self.client._server
        if server is not None and server.returncode is None:
            try:
                code = await self.stop()
            except (asyncio.TimeoutError, ConnectionError) as error:
                self.conversation.fault(f"the server did not end as it was asked to: {error!r}")
                await self.kill()
            else:
                if code != 0:
                    self.conversation.fault(f"the server ended with code {code}")
        if unexpected := self.unexpected():
            pytest.fail("\n".join(unexpected), pytrace=False)

    @property
    def pid(self) -> int:
        assert self.client._server is not None
        return self.client._server.pid

    def open_notebook(self, path: Path, cells: Sequence[str]) -> Notebook:
        """Open a notebook with a cell for each of the texts `cells`."""
        return Notebook(self, path, cells)

    def send(self, method: str, params: Any = None) -> Sent:
        """Send a request as plain JSON now, without waiting for its answer."""
        return self.client.protocol.send_plain(method, params)

    async def answer(self, sent: Sent, patience: float = PATIENCE) -> Any:
        """The result of a request as plain JSON.

        Raises:
            ErrorAnswer: the server answered with an error.
        """
        return await self.wait(asyncio.shield(sent.answer), patience)

    def cancel_request(self, sent: Sent) -> None:
        """Tell the server that nobody needs the answer, which comes all the same."""
        self.notify(types.CANCEL_REQUEST, {"id": sent.id})

    async def request(self, method: str, params: Any = None, patience: float = PATIENCE) -> Any:
        """Send a request and wait for its `answer`."""
        return await self.answer(self.send(method, params), patience)

    async def code_actions(
        self, uri: str, range_: types.Range, only: list[str] | None = None
    ) -> dict[str, types.CodeAction]:
        """The actions offered, by title."""
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri), range_, types.CodeActionContext([], only=only)
        )
        found = await self.wait(self.client.text_document_code_action_async(params))
        return {action.title: action for action in found or []}

    async def choose(self, action: types.CodeAction) -> str:
        """Carry out a code action; the id of its task."""
        assert action.command is not None
        return await self.execute(action.command.command, *action.command.arguments or [])

    async def execute(self, command: str, *arguments: Any) -> str:
        """Start a command; the id of its task."""
        params = types.ExecuteCommandParams(command, arguments=list(arguments))
        answer = await self.wait(self.client.workspace_execute_command_async(params))
        task: str = plain(answer)["task"]
        self.log.append(f"answered {task}")
        return task

    async def finished(self, task: str, patience: float = PATIENCE) -> dict[str, Any]:
        """What the task's `jedimind/taskFinished` says."""
        result: dict[str, Any] = await self.wait(asyncio.shield(self.end_of(task)), patience)
        self._shown.read(lambda shown: shown.message == result.get("message"))
        return result

    async def cancel(self, task: str) -> None:
        params = types.ExecuteCommandParams("jedimind.cancel", arguments=[{"task": task}])
        await self.wait(self.client.workspace_execute_command_async(params))

    async def run(self, uri: str, part: str | None = None) -> dict[str, Any]:
        """Run `part` of a document, or all of it, and wait for the end."""
        argument: dict[str, Any] = {"uri": uri, "version": self.documents[uri].version}
        if part is not None:
            argument["range"] = _converter.unstructure(self.range_of(uri, part))
        return await self.finished(await self.execute("jedimind.run", argument))

    async def hover(self, uri: str, line: int) -> str | None:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, 0))
        found = await self.wait(self.client.text_document_hover_async(params))
        if found is None:
            return None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def pull_diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """The diagnostics that the server answers when it is asked for those of `uri`."""
        assert self.server.diagnostic_provider is not None
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        report = await self.wait(self.client.text_document_diagnostic_async(params))
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return list(report.items)
