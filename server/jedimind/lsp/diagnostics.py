"""Diagnostics of a document: what reading it tells, and what its runs told.

The client pulls the former if it can, and else is sent it after a pause in typing; it never gets
both. Results of runs are always pushed: nobody else knows them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import attrs
from lsprotocol import types

from jedimind.analysis.problems import Problems, ProblemsQuestion
from jedimind.analysis.unresolved import Unresolved
from jedimind.lsp.conversion import to_range
from jedimind.lsp.documents import Document
from jedimind.lsp.listener import Listener
from jedimind.lsp.results import Finding, Severity
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.text import Position

SOURCE = "jedimind"

# Seconds without an edit after which a document is read again for a client that does not pull.
_PAUSE = 0.4
# What IPython defines in every cell.
_IPYTHON_NAMES = frozenset(
    {"In", "Out", "_", "__", "___", "display", "exit", "get_ipython", "quit"}
)


def publish(session: Session, document: Document) -> None:
    """Send all that is to be pushed for `document` as it is now, if it is still open."""
    if session.documents.find(document.uri) is not document:
        return
    findings = _to_push(document)
    document.pushed = findings
    params = types.PublishDiagnosticsParams(
        uri=document.uri,
        version=document.version,
        diagnostics=[diagnostic(session, document, finding) for finding in findings],
    )
    session.client.notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)


def _to_push(document: Document) -> list[Finding]:
    return [*document.results.findings, *document.problems]


def withdraw(session: Session, uri: str) -> None:
    """Take back everything that was published for `uri`."""
    params = types.PublishDiagnosticsParams(uri=uri, diagnostics=[])
    session.client.notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)


async def find_problems(session: Session, view: View) -> list[Finding] | None:
    """What is wrong with a document as far as reading it tells; None if that is not known."""
    lines = view.lines_in_whole(range(len(view.text.lines)))
    question = ProblemsQuestion(view.place(Position(0, 0)), lines.start, lines.stop)
    uri = view.document.uri
    answer: Problems | None = Problems(going_on=True)
    while answer is not None and answer.going_on:
        answer = await session.ask(
            question, latest=("problems", uri), lane=session.lanes.background, in_passing=True
        )
    if answer is None:
        return None
    is_cell = view.document.notebook_path is not None
    return list(_findings(view, _of_cell(answer) if is_cell else answer))


@attrs.define(eq=False)
class Checking(Listener):
    """Reads documents again after edits, for a client that does not pull."""

    _session: Session
    _waiting: dict[str, asyncio.Task[None]] = attrs.field(factory=dict)

    def edited(self, document: Document) -> None:
        """Read `document` once it was left alone for a moment."""
        self.closed(document)
        self._waiting[document.uri] = self._session.keep(self._check(document.uri))

    def closed(self, document: Document) -> None:
        waiting = self._waiting.pop(document.uri, None)
        if waiting is not None:
            waiting.cancel()

    def files_changed(self, paths: Sequence[Path]) -> None:
        self.everything()

    def everything(self) -> None:
        for document in self._session.documents.all():
            self.edited(document)

    async def _check(self, uri: str) -> None:
        await asyncio.sleep(_PAUSE)
        view = await self._session.view(uri, "diagnostics")
        found = await find_problems(self._session, view) if view is not None else []
        document = self._session.documents.find(uri)
        if document is None or found is None:
            return
        if view is not None and view.version != document.version:
            return  # the next reading is on its way
        document.problems = found
        if _to_push(document) != document.pushed:
            publish(self._session, document)


def diagnostic(session: Session, document: Document, finding: Finding) -> types.Diagnostic:
    """A finding about the present text of `document` as the client takes it."""
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
        data={"known": finding.known} if finding.known else None,
    )


def _findings(view: View, problems: Problems) -> Iterator[Finding]:
    for syntax in problems.syntax:
        span = view.to_document(syntax.span)
        if span is not None:
            yield Finding(span, Severity.ERROR, "syntax", syntax.sentence)
    for unresolved in problems.unresolved:
        span = view.to_document(unresolved.span)
        if span is not None:
            code = f"unresolved.{unresolved.kind}"
            known = () if unresolved.kind == "keyword" else unresolved.known
            yield Finding(span, Severity.WARNING, code, unresolved.sentence, known=known)


def _of_cell(problems: Problems) -> Problems:
    """Without what IPython takes and Python does not."""
    return Problems(
        tuple(each for each in problems.syntax if "await" not in each.sentence),
        tuple(_without_ipython(problems.unresolved)),
    )


def _without_ipython(unresolved: Iterable[Unresolved]) -> Iterator[Unresolved]:
    for each in unresolved:
        if each.kind != "name" or each.name not in _IPYTHON_NAMES:
            yield each


def _whole_line(line: int) -> types.Range:
    return types.Range(types.Position(line, 0), types.Position(line + 1, 0))
