"""Fixtures as one string: `$0` is a cursor, and carets below a line mark what stands in it.

    def total(): ...
    #   ^^^^^ definition
    tot$0al()

A line of carets may begin with a comment sign, so that the fixture stays Python; a mark at the very
start of a line has none. What follows the carets is the mark's label. Cursors and lines of carets
are not part of the text, so no other line may begin with a caret. A fixture that begins with a line
break is without it and dedented; others are taken as they are. Where there are several files, a
line `#- path` begins each.

Offsets are in code points. Lines end at ``\\n``, ``\\r\\n`` and ``\\r`` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import attrs
from lsprotocol import types
from lsprotocol.converters import get_converter

from buffers import path_of
from editor import Editor

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_CARETS = re.compile(r"(?:[ \t]*#)?[ \t]*\^[^\r\n]*(?:\r\n|\r|\n)?")
_MARK = re.compile(r"(\^+)([^^\r\n]*)")
_FILE = re.compile(r"#- (\S+)[ ]*(?:\r\n|\r|\n)?")
_CURSOR = "$0"
_converter = get_converter()


@attrs.frozen(order=True)
class Mark:
    """The text from offset `start` up to `end`, and what is said of it."""

    start: int
    end: int
    label: str = ""


@attrs.frozen
class Marked:
    """A text with the places in it that a test is about."""

    text: str
    cursors: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def cursor(self) -> int:
        (cursor,) = self.cursors
        return cursor

    def spans(self, label: str = "") -> list[tuple[int, int]]:
        """Start and end of every mark with that label, in order."""
        return [(mark.start, mark.end) for mark in self.marks if mark.label == label]

    def span(self, label: str = "") -> tuple[int, int]:
        (span,) = self.spans(label)
        return span


def marked(source: str) -> Marked:
    """The one file that `source` is."""
    text, cursors, marks = "", [], []
    last_line = 0
    for line in _lines(source):
        if _CARETS.fullmatch(line):
            for found in _MARK.finditer(line):
                start, end = last_line + found.start(1), last_line + found.end(1)
                assert end <= len(text), f"a mark is beyond its line: {line}"
                marks.append(Mark(start, end, found[2].strip()))
        else:
            last_line = len(text)
            before, *after = line.split(_CURSOR)
            text += before
            for part in after:
                cursors.append(len(text))
                text += part
    return Marked(text, tuple(cursors), tuple(sorted(marks)))


def marked_files(source: str) -> dict[str, Marked]:
    """The files that `source` is, by the paths in their headers."""
    files: dict[str, list[str]] = {}
    for line in _lines(source):
        if header := _FILE.fullmatch(line):
            current = files.setdefault(header[1], [])
        else:
            current.append(line)
    return {path: marked("".join(lines)) for path, lines in files.items()}


def write(files: Mapping[str, Marked], folder: Path) -> None:
    """Put the files of a fixture on disk."""
    for path, file in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(file.text.encode())


def drawn(text: str, marks: Iterable[Mark]) -> str:
    """`text` with `marks` below its lines; `marked` reads it back unless a line break comes first.

    To compare an answer of the server with a fixture, draw both. A mark that is empty or spans
    several lines cannot be drawn.
    """
    picture, start = [], 0
    missing = sorted(marks)
    for line in _LINE.findall(text):
        picture.append(line)
        end = start + len(line)
        here = [mark for mark in missing if start <= mark.start < end]
        for mark in here:
            assert mark.start < mark.end <= end, f"{mark} is not within a line"
            assert line[-1] in "\r\n", "there is no line below the last one to draw on"
            column = mark.start - start
            before = "#" + " " * (column - 1) if column else ""
            said = "^" * (mark.end - mark.start) + f" {mark.label}".rstrip()
            picture.append(f"{before}{said}\n")
        missing = [mark for mark in missing if mark not in here]
        start = end
    assert not missing, "a mark is beyond the end"
    return "".join(picture)


def places(editor: Editor, answer: Any) -> list[str]:
    """Where an answer of locations or links leads, each as `file:line:text`, lines from 1.

    The answer may be of the protocol's types or plain JSON.
    """
    found = _converter.unstructure(answer) or []
    return [_place(editor, item) for item in ([found] if isinstance(found, dict) else found)]


def _place(editor: Editor, item: dict[str, Any]) -> str:
    uri = item.get("targetUri") or item["uri"]
    where = _converter.structure(item.get("targetSelectionRange") or item["range"], types.Range)
    start, end = editor.span(uri, where)
    path = path_of(uri)
    around = [folder for folder in editor.folders if path.is_relative_to(folder)]
    name = path.relative_to(around[0]).as_posix() if around else path.name
    return f"{name}:{where.start.line + 1}:{editor.text_of(uri)[start:end]}"


def _lines(source: str) -> list[str]:
    if source.startswith("\n"):
        source = dedent(source[1:])
    return _LINE.findall(source)
