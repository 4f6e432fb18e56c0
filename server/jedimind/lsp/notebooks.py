"""Notebooks: cells that are documents of their own, and one module together.

The protocol sends each cell as a text document. What a cell defines is there in those below it, so
Jedi is shown all code cells one after the other, and lines are counted on from cell to cell.
"""

from __future__ import annotations

import ast
import functools
import re
import warnings
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

import attrs

from jedimind.lsp.conversion import uri_to_path
from jedimind.lsp.documents import Document
from jedimind.text import Text

# IPython's own syntax, from where it is no Python: a line magic, a shell command, help; the first
# two also assigned to names.
_MAGIC = re.compile(r"[ \t]*(?:[\w., \t]+=[ \t]*(?=!|%\w))?(?P<own>[%!?].*|[\w.]+\?{1,2}\s*$)")
# Cell magics whose cell is Python all the same.
_PYTHON_CELLS = re.compile(r"[ \t]*%%(?:time|timeit|capture|prun|python3?|px)\b")


@attrs.define(eq=False)
class Notebook:
    """One open notebook; `cells` are its code cells in order."""

    uri: str
    version: int
    cells: list[Document] = attrs.field(factory=list)
    _source: tuple[tuple[Text, ...], Text, tuple[int, ...]] | None = None

    @property
    def path(self) -> Path:
        return uri_to_path(self.uri)

    def source(self) -> tuple[Text, tuple[int, ...]]:
        """All cells as one text, and the line on which each begins."""
        texts = tuple(cell.text for cell in self.cells)
        if self._source is None or self._source[0] != texts:  # texts are equal to themselves only
            self._source = texts, *_joined(texts)
        return self._source[1], self._source[2]

    def cell_at(self, line: int) -> tuple[Document, int]:
        """The cell with `line` of the whole, and the line on which it begins; there must be one."""
        _, starts = self.source()
        number = bisect_right(starts, line) - 1
        return self.cells[number], starts[number]


def _joined(texts: Sequence[Text]) -> tuple[Text, tuple[int, ...]]:
    lines: list[str] = []
    starts: list[int] = []
    for text in texts:
        starts.append(len(lines))
        lines += _python_lines(text)
        lines[-1] += "\n"  # of a text, the last line alone has no terminator
    return Text([*lines, ""]), tuple(starts)


@functools.lru_cache(maxsize=256)
def _python_lines(text: Text) -> list[str]:
    """The lines of a cell, where what is IPython's is a number and a comment of the same length."""
    first = text.lines[0]
    if first.lstrip().startswith("%%") and not _PYTHON_CELLS.match(first):
        return [_neutral(line, 0) if line.strip() else line for line in text.lines]
    magic = [_MAGIC.match(line) for line in text.lines]
    if not any(magic) or _is_python(text.string):
        return list(text.lines)
    return [
        _neutral(line, found.start("own")) if found else line
        for line, found in zip(text.lines, magic, strict=True)
    ]


def _neutral(line: str, start: int) -> str:
    """`line` with an expression in the place of what begins at `start`."""
    content = line[start:].rstrip("\r\n")
    return f"{line[:start]}{'0#'[: len(content)]}{content[2:]}{line[start + len(content) :]}"


def _is_python(source: str) -> bool:
    """Whether a source is right as it is: a percent sign may begin a line in brackets, too."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@attrs.define(eq=False)
class Notebooks:
    """All open notebooks, by URI and by their cells."""

    _open: dict[str, Notebook] = attrs.field(factory=dict)

    def open(self, uri: str, version: int) -> Notebook:
        notebook = Notebook(uri, version)
        self._open[uri] = notebook
        return notebook

    def close(self, uri: str) -> Notebook | None:
        return self._open.pop(uri, None)

    def find(self, uri: str) -> Notebook | None:
        return self._open.get(uri)

    def of_cell(self, document: Document) -> Notebook | None:
        return next((book for book in self._open.values() if document in book.cells), None)

    def at(self, path: Path) -> Notebook | None:
        return next((book for book in self._open.values() if book.path == path), None)
