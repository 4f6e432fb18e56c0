"""`textDocument/inlayHint`: types and parameter names, shown between the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.inlay_hints import InlayHint, InlayHintsQuestion, Kind
from jedimind.lsp.conversion import to_protocol_position, to_span
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
    server.on(types.TEXT_DOCUMENT_INLAY_HINT, inlay_hint, feature="inlay_hint")


def begin(session: Session) -> None:
    """Have the client ask again when settings change."""
    _refresh.begin(session)


async def inlay_hint(
    session: Session, params: types.InlayHintParams
) -> list[types.InlayHint] | None:
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
