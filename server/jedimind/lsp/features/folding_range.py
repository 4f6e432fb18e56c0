"""`textDocument/foldingRange`: what can be folded away, from the syntax tree."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.folding import Fold, by_lines, folds, outermost
from jedimind.lsp.conversion import to_range
from jedimind.lsp.session import Session
from jedimind.syntax import Tree
from jedimind.text import Encoding, Text

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_FOLDING_RANGE, folding_range, feature="folding_range")


async def folding_range(
    session: Session, params: types.FoldingRangeParams
) -> list[types.FoldingRange] | None:
    view = await session.view(params.text_document.uri, "folding_range")
    if view is None:
        return None
    tree = await view.document.tree(view.text)
    client = session.client.capability("text_document.folding_range")
    whole_lines = client is not None and bool(client.line_folding_only)
    limit = client.range_limit if client is not None else None
    return await asyncio.to_thread(
        _ranges, tree, session.encoding, whole_lines=whole_lines, limit=limit
    )


def _ranges(
    tree: Tree, encoding: Encoding, *, whole_lines: bool, limit: int | None
) -> list[types.FoldingRange]:
    found = folds(tree)
    if whole_lines:
        found = by_lines(tree.text, found)
    if limit is not None:
        found = outermost(found, limit)
    return [_range(tree.text, fold, encoding) for fold in found]


def _range(text: Text, fold: Fold, encoding: Encoding) -> types.FoldingRange:
    span = to_range(text, fold.span, encoding)
    return types.FoldingRange(
        start_line=span.start.line,
        start_character=span.start.character,
        end_line=span.end.line,
        end_character=span.end.character,
        kind=fold.kind,
    )
