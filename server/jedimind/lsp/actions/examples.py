"""Offers to have a failed example expect what it printed."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from jedimind.lsp.actions.offer import Occasion, Offer
from jedimind.lsp.conversion import to_range
from jedimind.lsp.refusal import ContentModified
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.lsp.workspace_edits import Versions, workspace_edit

ACCEPT = "quickfix.jedimind.acceptActual"
KINDS = (ACCEPT,)


async def offers(session: Session, occasion: Occasion) -> list[Offer]:
    version = occasion.view.version
    return [
        Offer(
            "Accept actual",
            ACCEPT,
            argument={"version": version, "line": finding.span.start.line},
            diagnostics=shown,
            preferred=True,
        )
        for finding, shown in occasion.results(session)
        if finding.accept is not None
    ]


async def edit(
    session: Session, view: View, argument: dict[str, Any]
) -> types.WorkspaceEdit | None:
    """
    Raises:
        ContentModified: the document is not what was run any more.
    """
    if view.version != argument["version"]:
        raise ContentModified
    for finding in view.document.results.findings:
        if finding.accept is not None and finding.span.start.line == argument["line"]:
            span = to_range(view.text, finding.accept.span, session.encoding)
            made = types.TextEdit(span, finding.accept.new)
            return workspace_edit(session, Versions.now(session), [(view.document.uri, made)])
    return None
