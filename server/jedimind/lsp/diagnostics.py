"""Findings as published diagnostics. Results of runs are always pushed: nobody else knows them."""

from __future__ import annotations

from lsprotocol import types

from jedimind.lsp.conversion import to_range
from jedimind.lsp.documents import Document
from jedimind.lsp.results import Finding
from jedimind.lsp.session import Session

SOURCE = "jedimind"


def publish(session: Session, document: Document) -> None:
    """Send all findings of `document` as it is now, if it is still open."""
    if session.documents.find(document.uri) is not document:
        return
    params = types.PublishDiagnosticsParams(
        uri=document.uri,
        version=document.version,
        diagnostics=[
            _diagnostic(session, document, finding) for finding in document.results.findings
        ],
    )
    session.client.notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)


def withdraw(session: Session, uri: str) -> None:
    """Take back everything that was published for `uri`."""
    params = types.PublishDiagnosticsParams(uri=uri, diagnostics=[])
    session.client.notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)


def _diagnostic(session: Session, document: Document, finding: Finding) -> types.Diagnostic:
    related = [
        types.DiagnosticRelatedInformation(
            location=types.Location(uri=item.uri, range=_whole_line(item.line)),
            message=item.message,
        )
        for item in finding.related
    ]
    return types.Diagnostic(
        range=to_range(document.text, finding.span, session.encoding),
        severity=types.DiagnosticSeverity(finding.severity.value),
        source=SOURCE,
        code=finding.code,
        message=finding.message,
        related_information=related if session.client.shows_related_information else None,
    )


def _whole_line(line: int) -> types.Range:
    return types.Range(types.Position(line, 0), types.Position(line + 1, 0))
