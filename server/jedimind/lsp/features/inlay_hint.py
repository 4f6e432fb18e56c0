"""`textDocument/inlayHint`: types and parameter names between the code, and at the ends of lines
that ran their values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.inlay_hints import InlayHint, InlayHintsQuestion, Kind
from jedimind.lsp.conversion import to_protocol_position, to_span
from jedimind.lsp.documents import Document
from jedimind.lsp.refreshing import Refresh
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.settings import InlayHintSettings
from jedimind.text import Encoding, Position, Span

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

_LONGEST_LABEL = 60


_refresh = Refresh(types.WORKSPACE_INLAY_HINT_REFRESH, "workspace.inlay_hint.refresh_support")


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_INLAY_HINT, inlay_hint)


def begin(session: Session) -> None:
    """Have the client ask again when settings change."""
    _refresh.begin(session)


async def inlay_hint(
    session: Session, params: types.InlayHintParams
) -> list[types.InlayHint] | None:
    document = session.documents.find(params.text_document.uri)
    if document is None:
        return None
    inferred = await _inferred(session, params)
    settings = await session.settings_for(document)
    # Last, so that they are as recent as can be.
    values = _values(document, params.range, session) if settings.execution.value_hints else []
    return [*(inferred or []), *values] if inferred is not None or values else None


def _values(document: Document, range_: types.Range, session: Session) -> list[types.InlayHint]:
    """The values of lines, whatever the settings of Jedi's hints are."""
    hints = []
    for value in document.results.values:
        line = value.lines[-1]
        if value.hint and range_.start.line <= line <= range_.end.line:
            end = Position(line, len(document.text.line(line).rstrip("\r\n")))
            position = to_protocol_position(document.text, end, session.encoding)
            hints.append(types.InlayHint(position, value.hint, padding_left=True))
    return hints


async def _inferred(
    session: Session, params: types.InlayHintParams
) -> list[types.InlayHint] | None:
    """What Jedi knows; None if that is nothing or is switched off."""
    view = await session.view(params.text_document.uri, "inlay_hint")
    if view is None:
        return None
    settings = view.settings.inlay_hints
    kinds = _kinds(settings)
    if not kinds:
        return None
    span = to_span(view.text, params.range, session.encoding)
    lines = view.lines_in_whole(span.lines)
    place = view.place(Position(0, 0))
    question = InlayHintsQuestion(place, lines.start, lines.stop, kinds, settings.most)
    # In the background: a completion must not wait for hints.
    answer = await session.ask(
        question,
        latest=("inlay hints", view.document.uri, lines),
        lane=session.lanes.background,
    )
    if answer is None:
        return None
    if not answer.complete:
        _refresh.once(session, view)
    shown = [_shown(hint, view, session.encoding) for hint in answer.hints]
    return [hint for hint in shown if hint is not None]


def _kinds(settings: InlayHintSettings) -> frozenset[Kind]:
    switches: dict[Kind, bool] = {
        "variable": settings.types,
        "return": settings.returns,
        "parameter": settings.parameters,
    }
    return frozenset(kind for kind, on in switches.items() if on)


def _shown(hint: InlayHint, view: View, encoding: Encoding) -> types.InlayHint | None:
    span = view.to_document(Span(hint.position, hint.position))
    if span is None:
        return None
    position = to_protocol_position(view.text, span.start, encoding)
    label = _label(hint)
    cut = len(label) > _LONGEST_LABEL
    edit = types.TextEdit(types.Range(position, position), f"{_before(hint)}{label}")
    return types.InlayHint(
        position=position,
        label=f"{label[: _LONGEST_LABEL - 1]}…" if cut else label,
        kind=types.InlayHintKind.Parameter
        if hint.kind == "parameter"
        else types.InlayHintKind.Type,
        text_edits=[edit] if hint.insertable else None,
        tooltip=label if cut else None,
        padding_left=hint.kind == "return",
        padding_right=hint.kind == "parameter",
    )


def _label(hint: InlayHint) -> str:
    if hint.kind == "variable":
        return f": {hint.text}"
    return f"-> {hint.text}" if hint.kind == "return" else f"{hint.text}:"


def _before(hint: InlayHint) -> str:
    return " " if hint.kind == "return" else ""
