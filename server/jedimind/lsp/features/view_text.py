"""`jedimind/viewText`: a document's text as the server has it, to find out whether it is in sync.

A request of our own; its parameters are a `TextDocumentIdentifier`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on("jedimind/viewText", view_text)


def view_text(session: Session, params: Any) -> dict[str, Any] | None:
    """The text and its version; None if the document is not open.

    Raises:
        JsonRpcInvalidParams: no document is named.
    """
    uri = getattr(params, "uri", None)
    if not isinstance(uri, str):
        raise JsonRpcInvalidParams("The parameters need a `uri`, that of an open document.")
    document = session.documents.find(uri)
    if document is None:
        return None
    return {"text": document.text.string, "version": document.version}
