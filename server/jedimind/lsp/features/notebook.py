"""`notebookDocument/didOpen`, `didChange`, `didClose`: notebooks, whose cells are documents.

Like those of documents, these handlers must not be coroutines.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.lsp.features import synchronization
from jedimind.lsp.notebooks import Notebook
from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

logger = logging.getLogger(__name__)

SYNC = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithNotebook(
            notebook="*", cells=[types.NotebookCellLanguage(language="python")]
        )
    ]
)


def register(server: Server) -> None:
    server.notebook_sync = SYNC
    server.on(types.NOTEBOOK_DOCUMENT_DID_OPEN, did_open)
    server.on(types.NOTEBOOK_DOCUMENT_DID_CHANGE, did_change)
    server.on(types.NOTEBOOK_DOCUMENT_DID_CLOSE, did_close)


def did_open(session: Session, params: types.DidOpenNotebookDocumentParams) -> None:
    notebook = session.notebooks.open(
        params.notebook_document.uri, params.notebook_document.version
    )
    _open_cells(session, notebook, params.cell_text_documents)
    _order(session, notebook, 0, 0, params.notebook_document.cells)


def did_change(session: Session, params: types.DidChangeNotebookDocumentParams) -> None:
    identifier = params.notebook_document
    notebook = session.notebooks.find(identifier.uri)
    if notebook is None:
        logger.error("%s was changed but never opened.", identifier.uri)
        return
    notebook.version = identifier.version
    cells = params.change.cells
    if cells is None:
        return
    if cells.structure is not None:
        _open_cells(session, notebook, cells.structure.did_open or ())
        array = cells.structure.array
        _order(session, notebook, array.start, array.delete_count, array.cells or ())
        for closed in cells.structure.did_close or ():
            synchronization.close(session, closed.uri)
    for content in cells.text_content or ():
        synchronization.edit(session, content.document, content.changes)
        _tell_others(session, notebook, content.document.uri)


def did_close(session: Session, params: types.DidCloseNotebookDocumentParams) -> None:
    session.notebooks.close(params.notebook_document.uri)
    for cell in params.cell_text_documents:
        synchronization.close(session, cell.uri)


def _open_cells(
    session: Session, notebook: Notebook, items: Sequence[types.TextDocumentItem]
) -> None:
    for item in items:
        session.documents.open(item.uri, item.version, item.text, notebook.path)


def _order(
    session: Session,
    notebook: Notebook,
    start: int,
    removed: int,
    added: Sequence[types.NotebookCell],
) -> None:
    """Replace `removed` cells from `start` on; what is known of them is found out anew."""
    documents = [session.documents.find(cell.document) for cell in added]
    notebook.cells[start : start + removed] = [cell for cell in documents if cell is not None]
    for cell in notebook.cells:
        session.edited(cell)


def _tell_others(session: Session, notebook: Notebook, changed: str) -> None:
    """What is in a cell may be wrong once another has changed."""
    for cell in notebook.cells:
        if cell.uri != changed:
            session.edited(cell)
