"""`textDocument/didOpen`, `didChange`, `didClose`: the documents as the client has them.

These handlers must not be coroutines: one begins only when the loop comes round again, and by then
the next message may have been handled.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.lsp.conversion import to_span
from jedimind.lsp.diagnostics import publish, withdraw
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
    document = session.documents.open(item.uri, item.version, item.text)
    session.warm_up(document)


def did_change(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    document = session.documents.find(params.text_document.uri)
    if document is None:
        logger.error("%s was changed but never opened.", params.text_document.uri)
        return
    before = document.results.findings
    for change in params.content_changes:
        span = None
        if isinstance(change, types.TextDocumentContentChangePartial):
            span = to_span(document.text, change.range, session.encoding)
        document.edit(span, change.text, params.text_document.version)
    if document.results.findings != before:
        publish(session, document)


def did_close(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    document = session.documents.find(params.text_document.uri)
    session.documents.close(params.text_document.uri)
    if document is not None and document.results.findings:
        withdraw(session, document.uri)
