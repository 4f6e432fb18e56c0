"""Compares what the server answers at a place with what Jedi says there, and explains differences.

A verdict is `SAME`, `DIFFERENT`, or the rule by which the two may differ. Each rule is checked
against Jedi itself; none is taken on trust.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs

from buffers import path_of
from client_text import units
from differential.variables import variables
from editor import Editor

SAME = "same"
DIFFERENT = "different"
STUB = "a stub stands in for what has no source"
UNQUOTED = "a string annotation is shown as the code that it holds"
NO_ANSWER = "Jedi fails"
IN_STRING = "a name in a string counts"
NO_CALLERS = "types of arguments are not guessed from callers in other files"
ASKED_ONCE = "Jedi is asked where a word begins, and says another thing further on"
COMPLETE = "a name that an import has is offered until its end, and not only before its last letter"
BY_SCOPE = "by the rules of Python it is one variable"
NOWHERE = "a name that leads nowhere is not a reference to itself"
IN_TIME = "highlights are what is found in two seconds"
BY_DEFINITION = "Jedi's definitions contradict its references"

Place = tuple[Any, ...]  # path, line, first and last column
Name = tuple[int, int, str]  # line, column in code points, and the name itself

_PROGRAM = Path(__file__).with_name("jedi_directly.py")
_LONGEST_ANSWER = 1 << 27
_QUOTES = re.compile("[\"']")
_TERMINATOR = re.compile("\r\n|\r|\n")
# The kinds of the protocol for Jedi's; whatever else it says is a variable.
_VARIABLE = 6
_KINDS = {"module": 9, "class": 7, "function": 3, "property": 10, "keyword": 14, "string": 12}
# More than this is not shown in a hover.
_MOST_MEANINGS = 3
_MOST_SIGNATURES = 8
_HIGHLIGHTING = 2.0  # seconds that the server looks for highlights
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


_Judge = Callable[[Any, Any], Awaitable[Result]]


class Jedi:
    """The process that asks Jedi."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    async def ask(
        self, what: str, subject: Subject, line: int = 0, column: int = 0, *, callers: bool = True
    ) -> Any:
        """Jedi's answer; see `jedi_directly`."""
        question = {
            "what": what,
            "path": str(subject.path),
            "source": subject.source,
            "folder": str(subject.folder),
            "line": line,
            "column": column,
            "callers": callers,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._turn:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            await self._process.stdin.drain()
            return json.loads(await self._process.stdout.readline())

    async def names(self, subject: Subject) -> list[Name]:
        """Every name of a source, in order."""
        return [tuple(name) for name in await self.ask("names", subject)]


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
            yield await self.completion(line, column, end)

    async def definition(self, line: int, column: int) -> Result:
        async def judge(known: Any, answer: Any) -> Result:
            expected = set(map(tuple, known))
            found = {(str(path_of(each["uri"])), *_ends(each["range"])) for each in answer or []}
            if expected == found:
                return Result("definition", SAME)
            if not expected:
                stubs = await self.jedi.ask("stub", self.subject, line, column)
                if found == set(map(tuple, stubs)):
                    return Result("definition", STUB)
            return Result("definition", DIFFERENT, _difference(expected, found))

        return await self._judged("definition", "definition", line, column, judge)

    async def references(self, line: int, column: int) -> Result:
        own = str(self.subject.path)

        async def judge(known: Any, answer: Any) -> Result:
            # A module itself, which Jedi puts at the beginning, is no place where its name stands.
            expected = {tuple(each) for each in known if each[0] == own and each[3] > 0}
            found = {(own, *_ends(each["range"])) for each in answer or []}
            if expected == found:
                return Result("references", SAME)
            detail = _difference(expected, found)
            character = units(self.subject.lines[line][:column], "utf-16")
            if expected < found and self._are_variables(expected, found - expected):
                return Result("references", BY_SCOPE, detail)
            disputed = [place for place in expected ^ found if not self._is_in_string(place)]
            target = await self._target((own, line, character))
            if not target and not found:
                return Result("references", NOWHERE, detail)
            for place in disputed:
                if (await self._target(place) == target) != (place in found):
                    return Result("references", DIFFERENT, detail)
            return Result("references", BY_DEFINITION if disputed else IN_STRING, detail)

        return await self._judged("references", "documentHighlight", line, column, judge)

    async def hover(self, line: int, column: int) -> Result:
        async def judge(known: Any, answer: Any) -> Result:
            text = answer["contents"]["value"] if answer else ""
            missing = [fact for fact in _facts(known) if fact not in text]
            if bool(known) != bool(text):
                return Result("hover", DIFFERENT, [missing, text])
            if not missing:
                return Result("hover", SAME)
            unquoted = all(_QUOTES.sub("", fact) in text for fact in missing)
            return Result("hover", UNQUOTED if unquoted else DIFFERENT, [missing, text])

        return await self._judged("hover", "hover", line, column, judge)

    async def completion(self, line: int, start: int, column: int) -> Result:
        """Compare at a column of the identifier that begins at `start`."""
        typed = self.subject.lines[line][start:column].lower()

        async def judge(known: Any, answer: Any) -> Result:
            expected = _candidates(known)
            found = {(each["label"], each["kind"]) for each in answer["items"]}
            if expected == found:
                return Result("completion", SAME)
            # In code that cannot be parsed Jedi knows less in the middle of a word.
            all_of_them = _candidates(await self.jedi.ask("completion", self.subject, line, start))
            if found == {each for each in all_of_them if each[0].lower().startswith(typed)}:
                return Result("completion", ASKED_ONCE, _difference(expected, found))
            more = found - expected
            if expected < found and all(label.lower() == typed for label, _ in more):
                shorter = self._without_character(line, column - 1)
                before = await self.jedi.ask("completion", shorter, line, column - 1)
                if more <= _candidates(before):
                    return Result("completion", COMPLETE, _difference(expected, found))
            return Result("completion", DIFFERENT, _difference(expected, found))

        return await self._judged("completion", "completion", line, column, judge)

    async def _judged(
        self, what: str, method: str, line: int, column: int, judge: _Judge
    ) -> Result:
        """How the server's answer to `method` compares with what Jedi says."""
        character = units(self.subject.lines[line][:column], "utf-16")
        params = {
            "textDocument": {"uri": self.subject.uri},
            "position": {"line": line, "character": character},
        }
        known, (answer, seconds) = await asyncio.gather(
            self.jedi.ask(what, self.subject, line, column), self._timed(method, params)
        )
        if isinstance(known, dict):
            return Result(what, NO_ANSWER, known)
        result = await judge(known, answer)
        if result.verdict == DIFFERENT:
            known = await self.jedi.ask(what, self.subject, line, column, callers=False)
            if (await judge(known, answer)).verdict == SAME:
                return Result(what, NO_CALLERS, result.detail)
            if what == "references" and seconds >= _HIGHLIGHTING:
                return Result(what, IN_TIME, result.detail)
        return result

    async def _timed(self, method: str, params: Any) -> tuple[Any, float]:
        """The server's answer, and the seconds that it took."""
        begun = time.monotonic()
        answer = await self.editor.request(f"textDocument/{method}", params, self.patience)
        return answer, time.monotonic() - begun

    def _are_variables(self, expected: set[Place], more: set[Place]) -> bool:
        """Whether by Python's rules `more` are places of variables that `expected` has, too."""
        known = variables(self.subject.source)
        meant = {known.get((line, start)) for _, line, start, _ in expected} - {None}
        return all(known.get((line, start)) in meant for _, line, start, _ in more)

    def _without_character(self, line: int, column: int) -> Subject:
        """The source as it was before the character there was typed; lines end with ``\\n``."""
        lines = self.subject.lines
        lines[line] = lines[line][:column] + lines[line][column + 1 :]
        return attrs.evolve(self.subject, source="\n".join(lines))

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


def _candidates(known: Iterable[list[str]]) -> set[tuple[str, int]]:
    """Labels and kinds. Paths are left to those who know which of them are meant."""
    return {
        (label, _VARIABLE if label.endswith("=") else _KINDS.get(kind, _VARIABLE))
        for label, kind in known
        if kind != "path"
    }


def _facts(known: Iterable[list[str]]) -> Iterator[str]:
    """What a hover has to say: names, signatures, documentation."""
    meanings = list(known)
    if len(meanings) > _MOST_MEANINGS:
        return  # which of them are shown is not Jedi's to say: it has no order for them
    for name, kind, doc, *signatures in meanings:
        if kind != "module":  # `os.path` is called that, and not `posixpath`
            yield name
        yield doc.strip()[:_LONGEST_FACT]
        # A variable shows its type, not how that is called.
        if kind in ("function", "class"):
            yield from (signature[:_LONGEST_FACT] for signature in signatures[:_MOST_SIGNATURES])


def _ends(where: dict[str, Any]) -> tuple[int, int, int]:
    start, end = where["start"], where["end"]
    assert start["line"] == end["line"]
    return start["line"], start["character"], end["character"]


def _difference(expected: set[Any], found: set[Any]) -> dict[str, list[Any]]:
    return {"only Jedi": sorted(expected - found)[:20], "only here": sorted(found - expected)[:20]}
