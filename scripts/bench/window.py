"""An editor's window with one server: what a user does in it, and how long the answer takes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import attrs
import psutil
from programs import Program

from wire import Answer, Connection

_CAPABILITIES = json.loads(Path(__file__).with_name("vscode.json").read_text("utf-8"))
_TRIGGERED_BY_CHARACTER, _INVOKED, _INCOMPLETE = 2, 1, 3


@attrs.frozen
class Dot:
    """A place to type at: above the line `line` (from 0), `receiver`, a dot and `attribute`.

    The receiver is a `kind`: "self", "module" or "local".
    """

    kind: str
    path: Path
    line: int
    indent: str
    receiver: str
    attribute: str

    @property
    def column(self) -> int:
        """Where the dot is typed."""
        return len(self.indent) + len(self.receiver)

    @property
    def shown(self) -> str:
        return f"{shown(self.path)}:{self.line + 1} {self.receiver}.{self.attribute}"


def shown(path: Path) -> str:
    """A file of the project for people."""
    return "/".join(path.parts[-2:])


@attrs.frozen
class Desk:
    """Where windows are opened: the project, where each server has its cache, and their log."""

    project: Path
    caches: Path
    log: IO[Any] | int


class Window:
    """One window. It keeps no text: whoever edits takes back what it typed."""

    def __init__(self, program: Program, desk: Desk) -> None:
        self.program = program
        self.server = Connection(
            program.command,
            folder=desk.project,
            environment=_environment(desk.caches / program.name),
            log=desk.log,
        )
        self._folder = desk.project
        self._versions: dict[Path, int] = {}
        self._lines: dict[Path, int] = {}

    def initialize(self) -> Answer:
        uri = self._folder.as_uri()
        answer = self.server.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "clientInfo": {"name": "Visual Studio Code", "version": "1.100.0"},
                "rootPath": str(self._folder),
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": self._folder.name}],
                "capabilities": _CAPABILITIES,
                "initializationOptions": self.program.options,
            },
        )
        self.server.notify("initialized", {})
        return answer

    def open(self, path: Path) -> None:
        text = path.read_text("utf-8")
        self._versions[path] = 1
        self._lines[path] = text.count("\n")
        item = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": text}
        self.server.notify("textDocument/didOpen", {"textDocument": item})

    def touch(self, path: Path, comment: str) -> None:
        """Add a comment at the end, so that nothing is answered from before."""
        self._replace(path, self._lines[path], 0, 0, f"# {comment}\n")

    def ask(self, method: str, path: Path, params: Mapping[str, Any]) -> Answer:
        return self.server.ask(method, {"textDocument": {"uri": path.as_uri()}, **params})

    def type(self, dot: Dot) -> Iterator[tuple[str, Answer]]:
        """Type at `dot` and ask for completions after each character from the dot on.

        Yields what is typed after the dot so far and the answer, timed from the keystroke.
        """
        self._replace(dot.path, dot.line, 0, 0, dot.indent + dot.receiver + "\n")
        incomplete = False
        for typed in range(len(dot.attribute) + 1):
            column = dot.column + typed
            character = dot.attribute[typed - 1] if typed else "."
            context: dict[str, Any] = {"triggerKind": _INCOMPLETE if incomplete else _INVOKED}
            if not typed:
                context = {"triggerKind": _TRIGGERED_BY_CHARACTER, "triggerCharacter": "."}
            pressed = self._replace(dot.path, dot.line, column, column, character)
            after = {"line": dot.line, "character": column + 1}
            answer = self.ask(
                "textDocument/completion", dot.path, {"position": after, "context": context}
            )
            incomplete = isinstance(answer.result, dict) and answer.result["isIncomplete"]
            yield dot.attribute[:typed], attrs.evolve(answer, asked=pressed)
        self._replace(dot.path, dot.line, 0, 0, "", lines=1)

    def memory(self) -> int:
        """Resident bytes of the server and all its children."""
        server = psutil.Process(self.server.process.pid)
        processes = [server, *server.children(recursive=True)]
        return sum(process.memory_info().rss for process in processes)

    def _replace(
        self, path: Path, line: int, start: int, end: int, new: str, lines: int = 0
    ) -> float:
        """Edit from `start` to `end`, which is `lines` further down; when it was sent."""
        self._versions[path] += 1
        change = {
            "range": {
                "start": {"line": line, "character": start},
                "end": {"line": line + lines, "character": end},
            },
            "text": new,
        }
        document = {"uri": path.as_uri(), "version": self._versions[path]}
        params = {"textDocument": document, "contentChanges": [change]}
        return self.server.notify("textDocument/didChange", params)


@contextmanager
def opened(program: Program, desk: Desk) -> Iterator[Window]:
    """A window of `program`, and no more than that: not even initialized."""
    window = Window(program, desk)
    try:
        yield window
    finally:
        window.server.close()


def _environment(cache: Path) -> dict[str, str]:
    """The environment of both: without an active virtual environment, with a cache of its own."""
    left_out = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "XDG_CACHE_HOME": str(cache)}
