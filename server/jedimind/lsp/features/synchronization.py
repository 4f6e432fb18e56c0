"""`textDocument/didOpen`, `didChange`, `didClose`: the documents as the client has them.

These handlers must not be coroutines: while one waits for something, the next message is handled.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.lsp.conversion import to_edit
from jedimind.lsp.diagnostics import publish, withdraw
from jedimind.lsp.refreshing import refresh_hints
from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

logger = logging.getLogger(__name__)


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_DID_OPEN, did_open)
    server.on(types.TEXT_DOCUMENT_DID_CHANGE, did_change)
    server.on(types.TEXT_DOCUMENT_DID_CLOSE, did_close)


def did_open(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    item = params.text_document
    session.edited(session.documents.open(item.uri, item.version, item.text))


def did_change(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    edit(session, params.text_document, params.content_changes)


def did_close(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    close(session, params.text_document.uri)


def edit(
    session: Session,
    identifier: types.VersionedTextDocumentIdentifier,
    changes: Sequence[types.TextDocumentContentChangeEvent],
) -> None:
    """Take over the changes of one document or cell."""
    document = session.documents.find(identifier.uri)
    if document is None:
        logger.error("%s was changed but never opened.", identifier.uri)
        return
    before, values = document.results.findings, document.results.values
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            span, new = to_edit(document.text, change, session.encoding)
            document.edit(span, new, identifier.version)
        else:
            document.edit(None, change.text, identifier.version)
    session.edited(document)
    if document.results.findings != before:
        publish(session, document)
    if document.results.values != values:
        refresh_hints(session)


def close(session: Session, uri: str) -> None:
    """Forget a document or cell, and take back what was published for it."""
    document = session.documents.find(uri)
    session.documents.close(uri)
    if document is None:
        return
    session.closed(document)
    if document.pushed:
        withdraw(session, document.uri)
