"""The identifier that the user is typing: one question to Jedi serves for all of it."""

from __future__ import annotations

import asyncio
import re

import attrs

from jedimind.analysis.completion import Completions
from jedimind.lsp.views import View
from jedimind.text import Position

_BEFORE = re.compile(r"[^\W\d]\w*$")
_AFTER = re.compile(r"\w*")


@attrs.frozen
class Identifier:
    """`start` to `end` is the word around the cursor."""

    start: Position
    cursor: Position
    end: Position


def identifier_at(line: str, cursor: Position) -> Identifier:
    """The identifier around `cursor` on a `line`, which may be empty."""
    before = _BEFORE.search(line, 0, cursor.column)
    start = before.start() if before is not None else cursor.column
    after = _AFTER.match(line, cursor.column)
    end = after.end() if after is not None else cursor.column
    return Identifier(Position(cursor.line, start), cursor, Position(cursor.line, end))


@attrs.frozen(eq=False)
class Surroundings:
    """Everything that candidates depend on, but for the identifier itself."""

    document: str
    above: tuple[str, ...]
    before: str
    after: str
    below: tuple[str, ...]
    start: Position
    others: int  # the generation of all other files

    @classmethod
    def of(cls, view: View, identifier: Identifier, others: int) -> Surroundings:
        number = identifier.start.line + view.first_line
        lines = view.whole.lines
        line = lines[number]
        return cls(
            document=view.document.uri,
            above=tuple(lines[:number]),
            before=line[: identifier.start.column],
            after=line[identifier.end.column :],
            below=tuple(lines[number + 1 :]),
            start=identifier.start,
            others=others,
        )

    def same_as(self, other: Surroundings) -> bool:
        return attrs.astuple(self, recurse=False) == attrs.astuple(other, recurse=False)


@attrs.define(eq=False)
class Typing:
    """An identifier being typed, and the question that was asked when it began."""

    surroundings: Surroundings
    view: View
    identifier: Identifier
    asked: asyncio.Task[Completions | None]
    number: int
