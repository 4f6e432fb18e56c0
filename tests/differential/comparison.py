"""Compares what the server answers at a place with what Jedi says there, and explains differences.

A verdict is `SAME`, `DIFFERENT`, or the rule by which the two may differ. Each rule is checked
against Jedi itself; none is taken on trust.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs

from buffers import path_of
from client_text import units
from editor import Editor

SAME = "same"
DIFFERENT = "different"
STUB = "a stub stands in for what has no source"
NO_ANSWER = "Jedi fails"
IN_STRING = "a name in a string counts"
BY_DEFINITION = "Jedi's definitions contradict its references"

Place = tuple[Any, ...]  # path, line, first and last column

_PROGRAM = Path(__file__).with_name("jedi_directly.py")
_LONGEST_ANSWER = 1 << 27
_TERMINATOR = re.compile("\r\n|\r|\n")
# The kinds of the protocol for Jedi's; whatever else it says is a variable.
_VARIABLE = 6
_KINDS = {"module": 9, "class": 7, "function": 3, "property": 10, "keyword": 14, "string": 12}
# More than this is not shown in a hover.
_MOST_MEANINGS = 3
_MOST_SIGNATURES = 8
_LONGEST_FACT = 900


@attrs.frozen
class Subject:
    """A source that both are asked about, which the editor has open as `uri`."""

    path: Path
    source: str
    folder: Path
    uri: str

    @property
    def lines(self) -> list[str]:
        return _TERMINATOR.split(self.source)


@attrs.frozen
class Result:
    """How one method compares at one place."""

    method: str
    verdict: str
    detail: Any = None


class Jedi:
    """The process that asks Jedi."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    async def ask(self, what: str, subject: Subject, line: int = 0, column: int = 0) -> Any:
        """Jedi's answer; see `jedi_directly`."""
        question = {
            "what": what,
            "path": str(subject.path),
            "source": subject.source,
            "folder": str(subject.folder),
            "line": line,
            "column": column,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._turn:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            await self._process.stdin.drain()
            return json.loads(await self._process.stdout.readline())


@asynccontextmanager
async def direct_jedi() -> AsyncIterator[Jedi]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(_PROGRAM),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_ANSWER,
    )
    try:
        yield Jedi(process)
    finally:
        process.kill()
        await process.wait()


@attrs.frozen
class Comparison:
    """The server of `editor` and `jedi`, about one `subject`."""

    editor: Editor
    jedi: Jedi
    subject: Subject
    patience: float

    async def at(self, line: int, column: int, name: str) -> AsyncIterator[Result]:
        """Compare everything at a name that begins at a column in code points."""
        yield await self.definition(line, column)
        yield await self.references(line, column)
        yield await self.hover(line, column)
        for end in sorted({column + len(name), column + len(name) // 2}):
            yield await self.completion(line, end)

    async def definition(self, line: int, column: int) -> Result:
        known, answer = await self._both("definition", "definition", line, column)
        if isinstance(known, dict):
            return Result("definition", NO_ANSWER, known)
        expected = set(map(tuple, known))
        found = {(str(path_of(each["uri"])), *_ends(each["range"])) for each in answer or []}
        if expected == found:
            return Result("definition", SAME)
        if not expected:
            stubs = await self.jedi.ask("stub", self.subject, line, column)
            if found == set(map(tuple, stubs)):
                return Result("definition", STUB)
        return Result("definition", DIFFERENT, _difference(expected, found))

    async def references(self, line: int, column: int) -> Result:
        known, answer = await self._both("references", "documentHighlight", line, column)
        if isinstance(known, dict):
            return Result("references", NO_ANSWER, known)
        own = str(self.subject.path)
        # A module itself, which Jedi puts at the beginning, is no place where its name stands.
        expected = {tuple(each) for each in known if each[0] == own and each[3] > 0}
        found = {(own, *_ends(each["range"])) for each in answer or []}
        if expected == found:
            return Result("references", SAME)
        detail = _difference(expected, found)
        if not expected - found and all(map(self._is_in_string, found)):
            return Result("references", IN_STRING, detail)
        disputed = [place for place in expected ^ found if not self._is_in_string(place)]
        target = await self._target((own, line, units(self.subject.lines[line][:column], "utf-16")))
        for place in disputed:
            if (await self._target(place) == target) != (place in found):
                return Result("references", DIFFERENT, detail)
        return Result("references", BY_DEFINITION if disputed else IN_STRING, detail)

    async def hover(self, line: int, column: int) -> Result:
        known, answer = await self._both("hover", "hover", line, column)
        if isinstance(known, dict):
            return Result("hover", NO_ANSWER, known)
        text = answer["contents"]["value"] if answer else ""
        missing = [fact for fact in _facts(known) if fact not in text]
        same = not missing and bool(known) == bool(text)
        return Result("hover", SAME) if same else Result("hover", DIFFERENT, [missing, text])

    async def completion(self, line: int, column: int) -> Result:
        known, answer = await self._both("completion", "completion", line, column)
        if isinstance(known, dict):
            return Result("completion", NO_ANSWER, known)
        # Paths are left to those who know which of them are meant.
        expected = {
            (label, _VARIABLE if label.endswith("=") else _KINDS.get(kind, _VARIABLE))
            for label, kind in known
            if kind != "path"
        }
        found = {(each["label"], each["kind"]) for each in answer["items"]}
        if expected == found:
            return Result("completion", SAME)
        return Result("completion", DIFFERENT, _difference(expected, found))

    async def _both(self, what: str, method: str, line: int, column: int) -> tuple[Any, Any]:
        """What Jedi says, and what the server does."""
        character = units(self.subject.lines[line][:column], "utf-16")
        params = {
            "textDocument": {"uri": self.subject.uri},
            "position": {"line": line, "character": character},
        }
        known, answer = await asyncio.gather(
            self.jedi.ask(what, self.subject, line, column),
            self.editor.request(f"textDocument/{method}", params, self.patience),
        )
        return known, answer

    async def _target(self, place: Place) -> Any:
        """Where a name leads according to Jedi."""
        _, line, character, *_ = place
        content = self.subject.lines[line].encode("utf-16-le", "surrogatepass")
        column = len(content[: 2 * character].decode("utf-16-le", "surrogatepass"))
        return await self.jedi.ask("definition", self.subject, line, column)

    def _is_in_string(self, place: Place) -> bool:
        """Whether a place has quotes around it."""
        _, line, start, end = place
        content = self.subject.lines[line].encode("utf-16-le", "surrogatepass")
        around = content[2 * start - 2 : 2 * start] + content[2 * end : 2 * end + 2]
        return around.decode("utf-16-le", "replace") in ("''", '""')


def _facts(known: Iterable[list[str]]) -> Iterator[str]:
    """What a hover has to say: names, signatures, documentation."""
    for name, _kind, doc, *signatures in list(known)[:_MOST_MEANINGS]:
        yield name
        yield doc.strip()[:_LONGEST_FACT]
        for signature in signatures[:_MOST_SIGNATURES]:
            yield signature[:_LONGEST_FACT]


def _ends(where: dict[str, Any]) -> tuple[int, int, int]:
    start, end = where["start"], where["end"]
    assert start["line"] == end["line"]
    return start["line"], start["character"], end["character"]


def _difference(expected: set[Any], found: set[Any]) -> dict[str, list[Any]]:
    return {"only Jedi": sorted(expected - found)[:20], "only here": sorted(found - expected)[:20]}
