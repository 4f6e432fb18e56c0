"""Edits of several files are for the documents as they were, or there are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from jedimind.analysis.rename import FileMove
from jedimind.lsp.client import Client
from jedimind.lsp.documents import Documents
from jedimind.lsp.refusal import ContentModified, RequestRefused
from jedimind.lsp.workspace_edits import Versions, workspace_edit

URI, OTHER = "file:///a.py", "file:///b.py"
EDIT = types.TextEdit(types.Range(types.Position(0, 0), types.Position(0, 1)), "y")


class Window:
    """As much of a session as edits need."""

    def __init__(self) -> None:
        capabilities = types.ClientCapabilities(
            workspace=types.WorkspaceClientCapabilities(
                workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
            )
        )
        nobody: Any = None
        self.client = Client(nobody, types.InitializeParams(capabilities=capabilities))
        self.documents = Documents()
        self.documents.open(URI, 7, "x = 1\n")


def test_open_documents_have_their_version_and_others_none() -> None:
    window: Any = Window()
    edit = workspace_edit(window, Versions.now(window), [(URI, EDIT), (OTHER, EDIT)])
    assert edit.document_changes is not None
    assert [
        (each.text_document.uri, each.text_document.version)
        for each in edit.document_changes
        if isinstance(each, types.TextDocumentEdit)
    ] == [(URI, 7), (OTHER, None)]


def test_a_document_that_changed_is_not_edited() -> None:
    window: Any = Window()
    versions = Versions.now(window)
    window.documents[URI].edit(None, "x = 2\n", 8)
    assert workspace_edit(window, versions, [(OTHER, EDIT)])
    with pytest.raises(ContentModified):
        workspace_edit(window, versions, [(URI, EDIT)])


def test_a_document_that_was_closed_or_opened_is_not_edited() -> None:
    window: Any = Window()
    versions = Versions.now(window)
    window.documents.open(OTHER, 1, "")
    with pytest.raises(ContentModified):
        workspace_edit(window, versions, [(OTHER, EDIT)])
    window.documents.close(URI)
    with pytest.raises(ContentModified):
        workspace_edit(window, versions, [(URI, EDIT)])


def test_files_are_moved_only_by_clients_that_can() -> None:
    window: Any = Window()
    move = FileMove(Path("/a.py"), Path("/c.py"))
    with pytest.raises(RequestRefused, match=r"a\.py would have to become c\.py"):
        workspace_edit(window, Versions.now(window), [(URI, EDIT)], [move])
