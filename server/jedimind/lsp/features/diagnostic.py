"""`textDocument/diagnostic`: what reading a document tells, for clients that ask for it.

For those that do not, documents are read again after edits, and what was found is pushed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.lsp.diagnostics import Checking, diagnostic, find_problems
from jedimind.lsp.listener import Listener
from jedimind.lsp.refusal import AskAgain
from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    options = types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=False, identifier="jedimind"
    )
    server.on(types.TEXT_DOCUMENT_DIAGNOSTIC, pull, options, feature="diagnostics")


def begin(session: Session) -> None:
    """Push to a client that does not pull, from now on."""
    if session.client.capability("text_document.diagnostic") is None:
        session.listen(Checking(session))
    elif session.client.capability("workspace.diagnostics.refresh_support"):
        session.listen(_Refreshing(session))


class _Refreshing(Listener):
    """Has the client pull again when something changed that is in no open document."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def files_changed(self, paths: Sequence[Path]) -> None:
        self.everything()

    def everything(self) -> None:
        self._session.client.refresh(types.WORKSPACE_DIAGNOSTIC_REFRESH)


async def pull(
    session: Session, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    view = await session.view(params.text_document.uri, "diagnostics")
    if view is None:
        return types.RelatedFullDocumentDiagnosticReport(items=[])
    found = await find_problems(session, view)
    if view.version != view.document.version:
        raise AskAgain(data=types.DiagnosticServerCancellationData(retrigger_request=True))
    if found is None and params.previous_result_id is not None:
        return types.RelatedUnchangedDocumentDiagnosticReport(params.previous_result_id)
    return types.RelatedFullDocumentDiagnosticReport(
        items=[diagnostic(session, view.document, finding) for finding in found or ()],
        result_id=str(view.version),
    )
