"""`textDocument/semanticTokens`: colours by what a name stands for; all, a range, or what changed.

Tokens are names, so none spans lines and none overlaps another, which not all clients could take.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import attrs
from lsprotocol import types

from jedimind.analysis.semantic_tokens import (
    Modifier,
    SemanticTokens,
    SemanticTokensQuestion,
    Token,
    TokenType,
)
from jedimind.lsp.conversion import to_span
from jedimind.lsp.documents import Document
from jedimind.lsp.refreshing import Refresh
from jedimind.lsp.refusal import NothingNewer
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.text import Encoding, Position, Text

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

_TYPES = {
    TokenType.NAMESPACE: "namespace",
    TokenType.CLASS: "class",
    TokenType.ENUM: "enum",
    TokenType.ENUM_MEMBER: "enumMember",
    TokenType.TYPE_PARAMETER: "typeParameter",
    TokenType.PARAMETER: "parameter",
    TokenType.VARIABLE: "variable",
    TokenType.PROPERTY: "property",
    TokenType.FUNCTION: "function",
    TokenType.METHOD: "method",
    TokenType.DECORATOR: "decorator",
}
_MODIFIERS = {
    Modifier.DECLARATION: "declaration",
    Modifier.DEFINITION: "definition",
    Modifier.READONLY: "readonly",
    Modifier.STATIC: "static",
    Modifier.ASYNC: "async",
    Modifier.DEPRECATED: "deprecated",
    Modifier.DEFAULT_LIBRARY: "defaultLibrary",
    Modifier.SELF: "self",
}
# What is shown to a client in the place of what it does not know.
_INSTEAD = {
    TokenType.ENUM: TokenType.CLASS,
    TokenType.TYPE_PARAMETER: TokenType.CLASS,
    TokenType.ENUM_MEMBER: TokenType.PROPERTY,
    TokenType.PARAMETER: TokenType.VARIABLE,
    TokenType.PROPERTY: TokenType.VARIABLE,
    TokenType.METHOD: TokenType.FUNCTION,
    TokenType.DECORATOR: TokenType.FUNCTION,
}

_refresh = Refresh(
    types.WORKSPACE_SEMANTIC_TOKENS_REFRESH, "workspace.semantic_tokens.refresh_support"
)


def register(server: Server) -> None:
    tokens = _Tokens()
    legend = types.SemanticTokensLegend(list(_TYPES.values()), list(_MODIFIERS.values()))
    for method, handler in (
        (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, tokens.full),
        (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, tokens.delta),
        (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, tokens.part),
    ):
        server.on(method, handler, legend, feature="semantic_tokens")


def begin(session: Session) -> None:
    """Have the client ask again when settings change."""
    _refresh.begin(session)


@attrs.frozen(eq=False)
class _Sent:
    """What a client was sent for a document last; `result` names it."""

    result: str
    data: list[int]


class _Tokens:
    """The handlers. They remember what was sent, so that only what changed is sent again."""

    def __init__(self) -> None:
        self._sent: WeakKeyDictionary[Document, _Sent] = WeakKeyDictionary()
        self._results = itertools.count(1)

    async def full(
        self, session: Session, params: types.SemanticTokensParams
    ) -> types.SemanticTokens | None:
        view = await session.view(params.text_document.uri, "semantic_tokens")
        if view is None:
            return None
        sent = await self._all(session, view)
        return types.SemanticTokens(sent.data, sent.result)

    async def delta(
        self, session: Session, params: types.SemanticTokensDeltaParams
    ) -> types.SemanticTokens | types.SemanticTokensDelta | None:
        view = await session.view(params.text_document.uri, "semantic_tokens")
        if view is None:
            return None
        before = self._sent.get(view.document)
        sent = await self._all(session, view)
        if before is None or before.result != params.previous_result_id:
            return types.SemanticTokens(sent.data, sent.result)
        edits = await asyncio.to_thread(_edits, before.data, sent.data)
        return types.SemanticTokensDelta(edits, sent.result)

    async def part(
        self, session: Session, params: types.SemanticTokensRangeParams
    ) -> types.SemanticTokens | None:
        view = await session.view(params.text_document.uri, "semantic_tokens")
        if view is None:
            return None
        lines = to_span(view.text, params.range, session.encoding).lines
        return types.SemanticTokens(await self._data(session, view, lines, "part"))

    async def _all(self, session: Session, view: View) -> _Sent:
        lines = range(len(view.text.lines))
        sent = _Sent(str(next(self._results)), await self._data(session, view, lines, "all"))
        self._sent[view.document] = sent
        return sent

    async def _data(self, session: Session, view: View, lines: range, purpose: str) -> list[int]:
        """The protocol's numbers for the names in `lines` of the document.

        A newer question for the same `purpose` and lines takes the place of an older one.

        Raises:
            NothingNewer: there is no answer; the client keeps the colours that it has.
        """
        wanted = view.lines_in_whole(lines)
        question = SemanticTokensQuestion(view.place(Position(0, 0)), wanted.start, wanted.stop)
        # In the background: a completion must not wait for colours.
        answer = await session.ask(
            question,
            latest=("semantic tokens", view.document.uri, purpose, lines),
            lane=session.lanes.background,
        )
        if answer is None:
            raise NothingNewer
        if not answer.complete:
            _refresh.once(session, view)
        known = _known(session)
        return await asyncio.to_thread(_encoded, answer, view, session.encoding, known)


@attrs.frozen
class _Known:
    """What the client can show: by our types its index in the legend, and the modifiers."""

    types: Sequence[int]
    modifiers: int


def _known(session: Session) -> _Known:
    capability = session.client.capability("text_document.semantic_tokens")
    if capability is None:
        return _Known([type_.value for type_ in TokenType], sum(Modifier))
    shown = set(capability.token_types)
    indices = []
    for type_ in TokenType:
        best = type_
        while _TYPES[best] not in shown and best in _INSTEAD:
            best = _INSTEAD[best]
        indices.append(best.value)
    modifiers = set(capability.token_modifiers)
    return _Known(indices, sum(flag for flag, name in _MODIFIERS.items() if name in modifiers))


def _encoded(answer: SemanticTokens, view: View, encoding: Encoding, known: _Known) -> list[int]:
    """Five numbers for each token, lines and columns relative to the token before."""
    data: list[int] = []
    line = column = 0
    for token in _of_document(answer, view):
        start, length = _in_units(view.text, token, encoding)
        if token.line != line:
            column = 0
        modifiers = token.modifiers & known.modifiers
        data += (token.line - line, start - column, length, known.types[token.type], modifiers)
        line, column = token.line, start
    return data


def _of_document(answer: Iterable[Token], view: View) -> Iterable[Token]:
    if view.first_line == 0:
        return answer
    return (token._replace(line=token.line - view.first_line) for token in answer)


def _in_units(text: Text, token: Token, encoding: Encoding) -> tuple[int, int]:
    """Column and length in the client's units."""
    if text.lines[token.line].isascii():
        return token.column, token.length
    start = text.encode(Position(token.line, token.column), encoding)[1]
    end = text.encode(Position(token.line, token.column + token.length), encoding)[1]
    return start, end - start


def _edits(before: list[int], after: list[int]) -> list[types.SemanticTokensEdit]:
    """The one edit that makes `after` of `before`, or none."""
    if before == after:
        return []
    shorter = min(len(before), len(after))
    head = 0
    while head < shorter and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shorter - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    added = after[head : len(after) - tail]
    return [types.SemanticTokensEdit(head, len(before) - head - tail, added)]
