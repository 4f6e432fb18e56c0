"""What the machine is busy with meanwhile: a model that writes, and a run that spins."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from window import Window
from wire import PATIENCE

# Three functions to explain in turn, so that the model reads each anew.
_TO_EXPLAIN = '''\
def fold(lines, width):
    """Break lines at blanks."""
    for line in lines:
        while len(line) > width:
            cut = line.rfind(" ", 0, width)
            yield line[:cut]
            line = line[cut + 1:]
        yield line


def primes(limit):
    """The prime numbers up to a limit."""
    marks = [True] * (limit + 1)
    for number in range(2, limit + 1):
        if marks[number]:
            yield number
            for multiple in range(number * number, limit + 1, number):
                marks[multiple] = False


def merge(left, right):
    """Merge two sorted lists."""
    merged = []
    while left and right:
        smaller = left if left[0] <= right[0] else right
        merged.append(smaller.pop(0))
    return merged + left + right
'''
_FIRST_LINES = (0, 10, 20)


class LoadFailed(Exception):
    """The model or the run did not do its part."""


@contextmanager
def working(window: Window, folder: Path) -> Iterator[Load]:
    """The server of `window`, a jedimind, writing and running until the end of the block.

    Raises:
        LoadFailed: it does not, or stopped before the end.
    """
    load = Load(window, folder)
    load.start()
    try:
        yield load
        load.check()
    finally:
        load.stop()


class Load:
    """A run without end, and one explanation by the model after another."""

    def __init__(self, window: Window, folder: Path) -> None:
        self.explained = 0
        self._window = window
        self._code = folder / "explained.py"
        self._loop = folder / "spinning.py"
        self._run = ""
        self._explanation = ""
        self._stopping = False
        self._failure: str | None = None
        self._warm = threading.Event()
        self._over = threading.Event()

    def start(self) -> None:
        """Return once the run runs and the model has written one explanation."""
        self._code.write_text(_TO_EXPLAIN)
        self._loop.write_text("while True:\n    pass\n")
        self._window.server.listen("jedimind/taskFinished", self._finished)
        for path in (self._code, self._loop):
            self._window.open(path)
        self._run = self._command("jedimind.run", {"uri": self._loop.as_uri()})["task"]
        self._explain()
        if not self._warm.wait(PATIENCE):
            raise LoadFailed("The model did not write.")
        self.check()

    def check(self) -> None:
        if self._failure is not None:
            raise LoadFailed(self._failure)

    def stop(self) -> None:
        self._stopping = True
        for task in (self._explanation, self._run):
            self._command("jedimind.cancel", {"task": task})
        self._over.wait(PATIENCE)

    def _explain(self) -> None:
        line = _FIRST_LINES[self.explained % len(_FIRST_LINES)]
        place = {"line": line, "character": 0}
        argument = {"uri": self._code.as_uri(), "range": {"start": place, "end": place}}
        self._explanation = self._command("jedimind.explain", argument)["task"]

    def _finished(self, params: Any) -> None:
        if self._stopping:
            if params["task"] == self._run:
                self._over.set()
        elif params["task"] == self._run or params["status"] != "ok":
            self._failure = params.get("message") or f"A task ended: {params}"
            self._warm.set()
        else:
            self.explained += 1
            self._warm.set()
            # Not on the thread that is to read the answer.
            threading.Thread(target=self._explain, daemon=True).start()

    def _command(self, name: str, argument: Any) -> Any:
        params = {"command": name, "arguments": [argument]}
        answer = self._window.server.ask("workspace/executeCommand", params)
        if answer.error is not None:
            raise LoadFailed(f"{name}: {answer.error}")
        return answer.result
