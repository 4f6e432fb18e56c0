"""The documents that an editor has open: its own copy of each, kept equal to the server's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

import attrs
from lsprotocol import types
from lsprotocol.converters import get_converter

from client_text import Encoding, edited, offset, position
from wire import Client

if TYPE_CHECKING:
    from notebook import Notebook

_converter = get_converter()


@attrs.define
class Opened:
    """A document as the editor has it."""

    uri: str
    version: int
    text: str
    notebook: Notebook | None = None  # the one that it is a cell of


class Buffers:
    """What the user does to documents. Offsets are in code points."""

    def __init__(self) -> None:
        self.client = Client()
        self.documents: dict[str, Opened] = {}
        self.encoding: Encoding = "utf-16"
        self.server = types.ServerCapabilities()

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification as it is."""
        self.client.protocol.notify_plain(method, params)

    def open(self, path: Path, text: str | None = None) -> str:
        """Open `path`; its text is what is on disk unless given. The URI."""
        if text is None:
            text = path.read_bytes().decode()
        uri = path.as_uri()
        self.documents[uri] = Opened(uri, 1, text)
        item = types.TextDocumentItem(uri, "python", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def close(self, uri: str) -> None:
        del self.documents[uri]
        document = types.TextDocumentIdentifier(uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    def save(self, uri: str) -> None:
        """Write the document to disk, and say so if the server wants to know."""
        document = self.documents[uri]
        path_of(uri).write_bytes(document.text.encode())
        sync = self.server.text_document_sync
        wanted = sync.save if isinstance(sync, types.TextDocumentSyncOptions) else None
        if wanted:
            with_text = isinstance(wanted, types.SaveOptions) and wanted.include_text
            text = document.text if with_text else None
            identifier = types.TextDocumentIdentifier(uri)
            params = types.DidSaveTextDocumentParams(identifier, text)
            self.client.text_document_did_save(params)

    def tell_changes(self, kind: types.FileChangeType, *paths: Path) -> None:
        """Tell the server, which has registered for it, that files changed on disk."""
        registered = self.client.protocol.conversation.registered
        assert types.WORKSPACE_DID_CHANGE_WATCHED_FILES in registered
        events = [types.FileEvent(path.as_uri(), kind) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    def edit(self, uri: str, start: int, end: int, new: str) -> None:
        """Replace the characters from offset `start` to `end`, as typing does."""
        document = self.documents[uri]
        where = self.range(uri, start, end)
        document.text = document.text[:start] + new + document.text[end:]
        self._send_change(document, [types.TextDocumentContentChangePartial(range=where, text=new)])

    def append(self, uri: str, text: str) -> None:
        end = len(self.documents[uri].text)
        self.edit(uri, end, end, text)

    def position(self, uri: str, at: int) -> types.Position:
        """The position of an offset, as this editor counts."""
        return position(self.documents[uri].text, at, self.encoding)

    def range(self, uri: str, start: int, end: int) -> types.Range:
        return types.Range(self.position(uri, start), self.position(uri, end))

    def span(self, uri: str, where: types.Range) -> tuple[int, int]:
        """The offsets of a range, in a document that is open or on disk."""
        text = self.text_of(uri)
        return offset(text, where.start, self.encoding), offset(text, where.end, self.encoding)

    def text_of(self, uri: str) -> str:
        """The text of a document; on disk if it is not open."""
        if uri in self.documents:
            return self.documents[uri].text
        return path_of(uri).read_bytes().decode()

    def range_of(self, uri: str, part: str) -> types.Range:
        """Where `part` stands in the document."""
        start = self.documents[uri].text.index(part)
        return self.range(uri, start, start + len(part))

    def cursor_in(self, uri: str, part: str) -> types.Range:
        start = self.range_of(uri, part).start
        return types.Range(start, start)

    def at(self, uri: str, offset: int) -> dict[str, Any]:
        """The parameters of a request about an offset of a document, as plain JSON."""
        where = self.position(uri, offset)
        return {"textDocument": {"uri": uri}, "position": _converter.unstructure(where)}

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """Carry out `edit` in the order of the protocol, in open documents and on disk.

        Every edit of an open document has to carry the version that it is for, and no other.
        """
        for uri, edits in (edit.changes or {}).items():
            self._apply_edits(uri, list(edits))
        for change in edit.document_changes or []:
            if isinstance(change, types.TextDocumentEdit):
                uri, version = change.text_document.uri, change.text_document.version
                document = self.documents.get(uri)
                assert version == (document.version if document else None), change.text_document
                self._apply_edits(uri, list(change.edits))
            elif isinstance(change, types.CreateFile):
                path_of(change.uri).touch(exist_ok=False)
            elif isinstance(change, types.RenameFile):
                self._rename(change)
            else:
                path_of(change.uri).unlink()

    def _rename(self, change: types.RenameFile) -> None:
        path, new = path_of(change.old_uri), path_of(change.new_uri)
        assert not new.exists()
        path.rename(new)
        document = self.documents.get(change.old_uri)
        if document is not None:
            self.close(document.uri)
            self.open(new, document.text)

    def _apply_edits(self, uri: str, edits: list[Any]) -> None:
        document = self.documents.get(uri)
        if document is None:
            text, _ = edited(self.text_of(uri), edits, self.encoding)
            path_of(uri).write_bytes(text.encode())
        else:
            document.text, changes = edited(document.text, edits, self.encoding)
            self._send_change(document, changes)

    def _send_change(self, document: Opened, changes: list[Any]) -> None:
        document.version += 1
        identifier = types.VersionedTextDocumentIdentifier(document.version, document.uri)
        if document.notebook is not None:
            document.notebook.change_text(identifier, changes)
            return
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, changes))


def path_of(uri: str) -> Path:
    """The path of a `file:` URI."""
    return Path(os.fsdecode(unquote_to_bytes(urlsplit(uri).path)))
