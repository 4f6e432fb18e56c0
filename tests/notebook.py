"""A notebook in an editor. Its cells are documents that are edited like any other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from lsprotocol import types

from buffers import Buffers, Opened


class Notebook:
    """An open notebook of code cells; `cells` are their URIs, in order."""

    def __init__(self, editor: Buffers, path: Path, texts: Sequence[str]) -> None:
        """Open the notebook `path` with a cell for each of `texts`."""
        assert editor.server.notebook_document_sync is not None
        self._editor = editor
        self._path = path
        self._numbers = count(1)
        self.uri = path.as_uri()
        self.version = 1
        made = [self._make(text) for text in texts]
        self.cells = [item.uri for item in made]
        document = types.NotebookDocument(
            uri=self.uri,
            notebook_type="jupyter-notebook",
            version=1,
            cells=list(map(_cell, self.cells)),
        )
        params = types.DidOpenNotebookDocumentParams(document, made)
        editor.client.notebook_document_did_open(params)

    def insert(self, index: int, text: str) -> str:
        """Insert a cell; its URI."""
        item = self._make(text)
        self.cells.insert(index, item.uri)
        array = types.NotebookCellArrayChange(index, 0, [_cell(item.uri)])
        self._change_structure(types.NotebookDocumentCellChangeStructure(array, did_open=[item]))
        return item.uri

    def delete(self, index: int) -> None:
        uri = self.cells.pop(index)
        del self._editor.documents[uri]
        array = types.NotebookCellArrayChange(index, 1)
        closed = [types.TextDocumentIdentifier(uri)]
        self._change_structure(types.NotebookDocumentCellChangeStructure(array, did_close=closed))

    def move(self, index: int, to: int) -> None:
        """Move a cell, as editors say it: the cells between the two places are replaced."""
        self.cells.insert(to, self.cells.pop(index))
        first, last = sorted((index, to))
        between = [_cell(uri) for uri in self.cells[first : last + 1]]
        array = types.NotebookCellArrayChange(first, len(between), between)
        self._change_structure(types.NotebookDocumentCellChangeStructure(array))

    def close(self) -> None:
        for uri in self.cells:
            del self._editor.documents[uri]
        closed = list(map(types.TextDocumentIdentifier, self.cells))
        notebook = types.NotebookDocumentIdentifier(self.uri)
        params = types.DidCloseNotebookDocumentParams(notebook, closed)
        self._editor.client.notebook_document_did_close(params)

    def change_text(
        self, document: types.VersionedTextDocumentIdentifier, changes: list[Any]
    ) -> None:
        """Say that the text of a cell changed; the editor's `edit` calls this."""
        content = types.NotebookDocumentCellContentChanges(document, changes)
        self._change(types.NotebookDocumentCellChanges(text_content=[content]))

    def _make(self, text: str) -> types.TextDocumentItem:
        uri = f"vscode-notebook-cell:{self._path.as_posix()}#cell-{next(self._numbers)}"
        self._editor.documents[uri] = Opened(uri, 1, text, self)
        return types.TextDocumentItem(uri, "python", 1, text)

    def _change_structure(self, structure: types.NotebookDocumentCellChangeStructure) -> None:
        self._change(types.NotebookDocumentCellChanges(structure=structure))

    def _change(self, cells: types.NotebookDocumentCellChanges) -> None:
        self.version += 1
        notebook = types.VersionedNotebookDocumentIdentifier(self.version, self.uri)
        change = types.NotebookDocumentChangeEvent(cells=cells)
        params = types.DidChangeNotebookDocumentParams(notebook, change)
        self._editor.client.notebook_document_did_change(params)


def _cell(uri: str) -> types.NotebookCell:
    return types.NotebookCell(types.NotebookCellKind.Code, uri)
