"""Notebooks: cells that are documents of their own, and one module together.

The protocol sends each cell as a text document. What a cell defines is there in those below it, so
Jedi is shown all code cells one after the other, and lines are counted on from cell to cell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

import attrs

from jedimind.ipython import python_lines
from jedimind.lsp.conversion import uri_to_path
from jedimind.lsp.documents import Document
from jedimind.text import Text


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
        lines += python_lines(text)
        lines[-1] += "\n"  # of a text, the last line alone has no terminator
    return Text([*lines, ""]), tuple(starts)


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
