"""Edits of several files, in the form that the client understands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import attrs
from lsprotocol import types

from jedimind.analysis.rename import FileMove
from jedimind.lsp.refusal import ContentModified, RequestRefused
from jedimind.lsp.session import Session


@attrs.frozen
class Versions:
    """The versions of the open documents at one moment, by URI."""

    of: Mapping[str, int]

    @classmethod
    def now(cls, session: Session) -> Versions:
        return cls({document.uri: document.version for document in session.documents.all()})

    def require(self, session: Session, uris: Iterable[str]) -> None:
        """
        Raises:
            ContentModified: one of the documents has another version, was opened or was closed.
        """
        for uri in uris:
            document = session.documents.find(uri)
            if self.of.get(uri) != (document.version if document is not None else None):
                raise ContentModified


def workspace_edit(
    session: Session,
    versions: Versions,
    edits: Iterable[tuple[str, types.TextEdit]],
    moves: Iterable[FileMove] = (),
) -> types.WorkspaceEdit:
    """The `edits`, which are for the documents as they were at `versions`, and then the `moves`.

    Raises:
        ContentModified: a document changed since.
        RequestRefused: there are moves, and the client cannot move files.
    """
    by_uri: dict[str, list[types.TextEdit]] = defaultdict(list)
    for uri, edit in edits:
        by_uri[uri].append(edit)
    versions.require(session, by_uri)
    moves = list(moves)
    if moves and not session.client.moves_files:
        raise RequestRefused(
            f"{moves[0].old.name} would have to become {moves[0].new.name}, and this editor does "
            "not rename files for a language server."
        )
    if not session.client.has_versioned_edits:
        return types.WorkspaceEdit(changes=by_uri)
    documents = [
        types.TextDocumentEdit(
            types.OptionalVersionedTextDocumentIdentifier(uri, versions.of.get(uri)), some
        )
        for uri, some in by_uri.items()
    ]
    files = [types.RenameFile(move.old.as_uri(), move.new.as_uri()) for move in moves]
    return types.WorkspaceEdit(document_changes=[*documents, *files])
