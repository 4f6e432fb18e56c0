"""The whole loop as an editor goes through it: a comment, code, a run, on the real model.

Starts the real server over stdio, opens a real file, picks *Generate from comment* and *Run
selection* from the actions offered, and shows what an editor would show. Exits with 0 only if the
generated function gives the right answers.
"""

from __future__ import annotations

import ast
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import converters, types
from pygls.lsp.client import LanguageClient
from pygls.protocol import default_converter
from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from rich.syntax import Syntax

MODEL = "qwen2.5-coder-0.5b"
FILE = '''"""Tell what a text is about by the words it repeats."""

TEXT = """The cat sat on the mat. The dog saw the cat, and THE CAT ran."""

# return the n most common words in text, ignoring case
'''
# What the right function answers. Ties are broken as they come, so only clear winners are asked.
EXAMPLES = [("a b A", 1, ["a"]), ("b b B a A c", 2, ["b", "a"]), ("", 3, [])]
PATIENCE = 600

console = Console()


class DemoFailed(Exception):
    """Something did not go as the demo promises."""


class Demo:
    """A small editor: one document, which it edits as the server asks."""

    def __init__(self) -> None:
        self.client = LanguageClient("jedimind-demo", "1", converter_factory=converter)
        self.text = FILE
        self.version = 1
        self.uri = ""
        self.diagnostics: list[types.Diagnostic] = []
        self.finished: asyncio.Queue[Any] = asyncio.Queue()
        handlers: dict[str, Callable[[Any], Any]] = {
            "jedimind/taskFinished": self.finished.put_nowait,
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: self._publish,
            types.WORKSPACE_APPLY_EDIT: self._apply,
            types.WINDOW_SHOW_MESSAGE: self._show_message,
        }
        for method, handler in handlers.items():
            self.client.feature(method)(partial(handler))

    async def start(self, file: Path) -> None:
        await self.client.start_io(sys.executable, "-m", "jedimind", "serve", "--log-level=info")
        capabilities = converters.get_converter().structure(
            {
                "textDocument": {
                    "hover": {"contentFormat": ["markdown"]},
                    "codeAction": {
                        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}
                    },
                },
                "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
            },
            types.ClientCapabilities,
        )
        folder = file.parent
        await self.client.initialize_async(
            types.InitializeParams(
                capabilities,
                process_id=os.getpid(),
                workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name)],
                # What an editor says whose user trusts this folder. Results are what is shown here,
                # without the documentation of what stands there.
                initialization_options={"trusted": True, "features": {"hover": False}},
            )
        )
        self.client.initialized(types.InitializedParams())
        self.uri = file.as_uri()
        item = types.TextDocumentItem(self.uri, "python", self.version, self.text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    async def pick(self, title: str, start: int, end: int) -> Any:
        """Choose the action `title` for the lines from `start` to `end`, and wait for its end."""
        range_ = types.Range(types.Position(start, 0), types.Position(end, 0))
        document = types.TextDocumentIdentifier(self.uri)
        offered = await self.client.text_document_code_action_async(
            types.CodeActionParams(document, range_, types.CodeActionContext([]))
        )
        actions = {action.title: action for action in offered or []}
        console.print(f"[dim]offered: {', '.join(actions)}[/dim]")
        if title not in actions:
            raise DemoFailed(f"The server does not offer {title}.")
        command = actions[title].command
        assert isinstance(command, types.Command)
        await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, arguments=command.arguments)
        )
        finished = await asyncio.wait_for(self.finished.get(), PATIENCE)
        if finished.status != "ok":
            raise DemoFailed(getattr(finished, "message", f"{title} was {finished.status}."))
        return finished.result

    async def hover(self, line: int) -> str:
        document = types.TextDocumentIdentifier(self.uri)
        found = await self.client.text_document_hover_async(
            types.HoverParams(document, types.Position(line, 0))
        )
        assert found is not None, f"there is no hover on line {line + 1}"
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    def type(self, text: str) -> None:
        """Type `text` at the end of the document."""
        line = self.text.count("\n")
        at = types.Position(line, len(self.text.rpartition("\n")[2]))
        self._change(types.Range(at, at), text, self.text + text)

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    def _apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        for change in params.edit.document_changes or []:
            assert isinstance(change, types.TextDocumentEdit)
            # The server's edits are by whole lines; the last first, so that the others stay put.
            for edit in sorted(change.edits, key=lambda edit: edit.range.start.line, reverse=True):
                assert isinstance(edit, types.TextEdit)
                lines = self.text.splitlines(keepends=True)
                lines[edit.range.start.line : edit.range.end.line] = [edit.new_text]
                self._change(edit.range, edit.new_text, "".join(lines))
        return types.ApplyWorkspaceEditResult(applied=True)

    def _change(self, range_: types.Range, new: str, text: str) -> None:
        self.text = text
        self.version += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.version, self.uri),
                [types.TextDocumentContentChangePartial(range=range_, text=new)],
            )
        )

    def _publish(self, params: types.PublishDiagnosticsParams) -> None:
        self.diagnostics = list(params.diagnostics)

    def _show_message(self, params: types.ShowMessageParams) -> None:
        console.print(f"[yellow]{params.message}[/yellow]")


def converter() -> Any:
    """lsprotocol 2025.0.0 takes a code action that carries a command for a bare command."""
    made = default_converter()

    def structure(value: Any, _type: Any) -> Any:
        bare = isinstance(value["command"], str)
        return made.structure(value, types.Command if bare else types.CodeAction)

    made.register_structure_hook(types.Command | types.CodeAction, structure)
    return made


@contextmanager
def step(name: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    console.print(f"[bold green]{time.monotonic() - begun:6.1f} s[/bold green]  {name}")


def calls(code: str) -> str:
    """Calls of the generated function with the examples, as a user would type them."""
    functions = [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]
    if not functions:
        raise DemoFailed("The model wrote no function.")
    name = functions[-1].name
    made = ", ".join(f"{name}({text!r}, {count})" for text, count, _ in EXAMPLES)
    return f"\n[{made}]\n"


def words_of(value: str | None) -> list[list[str]]:
    """The words in each answer: as they are, or as pairs with how often each occurs."""
    try:
        answers = ast.literal_eval(value or "")
        return [[item[0] if isinstance(item, tuple) else item for item in one] for one in answers]
    except (SyntaxError, ValueError, TypeError):
        return []


async def loop(file: Path) -> bool:
    """The loop; whether the generated function is right."""
    demo = Demo()
    with step("server started"):
        await demo.start(file)
    comment = next(n for n, line in enumerate(FILE.splitlines()) if line.startswith("#"))
    with step("generated, checked and inserted"):
        verdict = await demo.pick("Generate from comment", comment, comment)
    console.print(Syntax(demo.text, "python", line_numbers=True))
    show(demo, await demo.hover(demo.text.splitlines().index(FILE.splitlines()[comment]) + 1))
    console.print(f"verdict: {verdict.verdict}")

    demo.type(calls(demo.text))
    lines = demo.text.count("\n")
    with step("ran the selection"):
        result = await demo.pick("Run selection", 0, lines)
    show(demo, await demo.hover(lines - 1))
    await demo.stop()
    right = words_of(result.value) == [words for _, _, words in EXAMPLES]
    word = "[bold green]right[/bold green]" if right else "[bold red]wrong[/bold red]"
    console.print(f"The generated function is {word}: {result.value}")
    return right


def show(demo: Demo, hover: str) -> None:
    for diagnostic in demo.diagnostics:
        severity = diagnostic.severity.name if diagnostic.severity else ""
        line = diagnostic.range.start.line + 1
        console.print(f"[cyan]{severity}[/cyan] line {line}: {diagnostic.message}", markup=True)
    console.print(Panel(Markdown(hover), title="hover", title_align="left"))


def main() -> int:
    with step(f"model {MODEL} installed"):
        pulled = subprocess.run(
            [sys.executable, "-m", "jedimind", "model", "pull", MODEL],
            check=False,
            stdout=subprocess.DEVNULL,
        )
    if pulled.returncode:
        return pulled.returncode
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "words.py"
        file.write_text(FILE, encoding="utf-8")
        try:
            return 0 if asyncio.run(loop(file)) else 1
        except DemoFailed as failure:
            console.print(f"[bold red]{failure}[/bold red]")
            return 1


if __name__ == "__main__":
    sys.exit(main())
