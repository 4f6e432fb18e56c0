"""Positions as a client counts them, without any of the server's code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count, islice
from typing import Any, Literal

from lsprotocol import types

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_TERMINATOR = re.compile("\r\n|\r|\n")
_CODEC = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def position(text: str, at: int, encoding: Encoding = "utf-16") -> types.Position:
    """The protocol's position of an offset in code points."""
    before = text[:at].replace("\r\n", "\n").replace("\r", "\n")
    return types.Position(before.count("\n"), units(before.rpartition("\n")[2], encoding))


def offset(text: str, at: types.Position, encoding: Encoding = "utf-16") -> int:
    """The offset of a position; the inverse of `position`. Past the end of a line is its end."""
    ends = _TERMINATOR.finditer(text)
    start = 0
    if at.line > 0:
        above = next(islice(ends, at.line - 1, None), None)
        if above is None:
            return len(text)
        start = above.end()
    end = next(ends, None)
    content = text[start : end.start() if end else len(text)]
    codec, size = _CODEC[encoding]
    before = content.encode(codec, "surrogatepass")[: at.character * size]
    return start + len(before.decode(codec, "surrogatepass"))


def units(text: str, encoding: Encoding) -> int:
    """How many columns `text` takes."""
    codec, size = _CODEC[encoding]
    return len(text.encode(codec, "surrogatepass")) // size


def edited(text: str, edits: Sequence[Any], encoding: Encoding = "utf-16") -> tuple[str, list[Any]]:
    """`text` after the text edits of one answer, and the changes that lead there one by one."""
    ends = [(edit.range.start, edit.range.end) for edit in edits]
    placed = [tuple(offset(text, end, encoding) for end in pair) for pair in ends]
    changes = []
    floor = len(text)
    # From the last to the first, so that the places of the others stay what they are.
    for (start, end), number in sorted(zip(placed, count(), strict=False), reverse=True):
        assert start <= end <= floor, f"edits overlap: {edits[number]}"
        floor = start
        where = types.Range(position(text, start, encoding), position(text, end, encoding))
        new = edits[number].new_text
        changes.append(types.TextDocumentContentChangePartial(range=where, text=new))
        text = text[:start] + new + text[end:]
    return text, changes
