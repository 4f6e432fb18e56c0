"""`textDocument/selectionRange`: what the selection grows to, from the syntax tree."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.lsp.conversion import to_range
from jedimind.lsp.session import Session
from jedimind.selection import selections
from jedimind.syntax import Tree
from jedimind.text import Encoding, Position, Span, Text

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_SELECTION_RANGE, selection_range, feature="selection_range")


async def selection_range(
    session: Session, params: types.SelectionRangeParams
) -> list[types.SelectionRange] | None:
    view = await session.view(params.text_document.uri, "selection_range")
    if view is None:
        return None
    text = view.text
    positions = [
        text.decode(place.line, place.character, session.encoding) for place in params.positions
    ]
    tree = await view.document.tree(text)
    chains = await asyncio.to_thread(_chains, tree, positions)
    return [_chain(text, spans, session.encoding) for spans in chains]


def _chains(tree: Tree, positions: Sequence[Position]) -> list[list[Span]]:
    return [selections(tree, position) for position in positions]


def _chain(text: Text, spans: Sequence[Span], encoding: Encoding) -> types.SelectionRange:
    """The smallest of `spans`; each has the next one as its parent."""
    parent: types.SelectionRange | None = None
    for span in reversed(spans):
        parent = types.SelectionRange(to_range(text, span, encoding), parent)
    assert parent is not None, "there is always the whole document"
    return parent
