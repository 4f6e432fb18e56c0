"""How long a user waits for the first things, and what memory they take.

    python scripts/bench/start.py [--windows 7]

Over stdio on the real model, which must be installed: from starting the process to the answer to
`initialize`, and to the first code actions; the model's loading in the first window; from asking
for code to the first of its text, with the model loaded. Prints medians, the slowest, and the
resident memory of each process at the end. Needs psutil.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from jedimind import directories
from wire import Connection

SERVER = [sys.executable, "-m", "jedimind", "serve", "--log-level=error"]
COMMENT = "# return the n most common words in text, ignoring case\n"
CAPABILITIES = {
    "window": {"workDoneProgress": True},
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
}


class Window:
    """An editor's end of the wire; it applies no edit, so that every generation is the same."""

    def __init__(self, folder: Path) -> None:
        self.server = Connection(SERVER, replies={"workspace/applyEdit": {"applied": False}})
        self._uri = (folder / "words.py").as_uri()
        self._folder = folder

    def open(self) -> tuple[float, float]:
        """Seconds from the start to the answer to `initialize`, and to the first code actions."""
        folder = {"uri": self._folder.as_uri(), "name": "folder"}
        params = {"processId": None, "rootUri": None, "capabilities": CAPABILITIES}
        initialized = self.server.ask("initialize", {**params, "workspaceFolders": [folder]})
        self.server.notify("initialized", {})
        item = {"uri": self._uri, "languageId": "python", "version": 1, "text": COMMENT}
        self.server.notify("textDocument/didOpen", {"textDocument": item})
        place = {**self._place(), "context": {"diagnostics": []}}
        actions = self.server.ask("textDocument/codeAction", place)
        return initialized.arrived - self.server.started, actions.arrived - self.server.started

    def generate(self) -> tuple[float, float]:
        """Seconds until the model is ready, and from then to the first of its text."""
        arguments = [{"uri": self._uri, "range": self._place()["range"], "version": 1}]
        command = {"command": "jedimind.generate", "arguments": arguments}
        begun = self.server.ask("workspace/executeCommand", command).asked
        ready = first = begun
        for arrived, message in self.server.said():
            said = json.dumps(message.get("params"))
            if ("reading what" in said or "writing" in said) and ready == begun:
                ready = arrived
            if " characters" in said and first == begun:
                first = arrived
            if message["method"] == "jedimind/taskFinished":
                break
        return ready - begun, first - ready

    def _place(self) -> Any:
        start = {"line": 0, "character": 0}
        return {"textDocument": {"uri": self._uri}, "range": {"start": start, "end": start}}


@contextmanager
def window(folder: Path) -> Iterator[Window]:
    opened = Window(folder)
    try:
        yield opened
    finally:
        opened.server.close()


def memory(server: int) -> dict[str, int]:
    """Resident bytes of the server and what works for it, by kind of process."""
    found = {"server": psutil.Process(server).memory_info().rss}
    hosts = directories.runtime().glob("host-*.json")
    pids = [json.loads(file.read_text())["pid"] for file in hosts]
    for process in [*psutil.Process(server).children(), *map(psutil.Process, pids)]:
        command = " ".join(process.cmdline())
        for name in ("analysis.worker", "model.host"):
            if f"jedimind.{name}" in command:
                found[name] = found.get(name, 0) + process.memory_info().rss
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--windows", type=int, default=7)
    count = parser.parse_args().windows
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name, window(Path(name)) as first:
        first.open()  # not counted: it reads everything from the disk
        loading, _ = first.generate()
        for _ in range(count):
            with window(Path(name)) as opened:
                initialized, actions = opened.open()
                _, token = opened.generate()
                times.setdefault("start to answered initialize", []).append(initialized)
                times.setdefault("start to first code actions", []).append(actions)
                times.setdefault("asked to first text, model loaded", []).append(token)
        table = Table("", "median", "slowest")
        table.add_row("model loading, first window", f"{loading:.2f} s", "")
        for what, seconds in times.items():
            table.add_row(what, f"{statistics.median(seconds):.2f} s", f"{max(seconds):.2f} s")
        for what, size in memory(first.server.process.pid).items():
            table.add_row(f"memory, {what}", f"{size / 1e6:.0f} MB", "")
    Console().print(table)


if __name__ == "__main__":
    main()
