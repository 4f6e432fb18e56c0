"""`textDocument/documentSymbol`: the outline of a document, a tree if the client shows trees."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.lsp.conversion import to_range
from jedimind.lsp.session import Session
from jedimind.lsp.symbol_kinds import symbol_kind, symbol_tags
from jedimind.outline import Symbol, outline
from jedimind.syntax import Tree
from jedimind.text import Encoding, Text

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, document_symbol, feature="document_symbol")


async def document_symbol(
    session: Session, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    view = await session.view(params.text_document.uri, "document_symbol")
    if view is None:
        return None
    tree = await view.document.tree(view.text)
    if session.client.shows_symbol_trees:
        return await asyncio.to_thread(_tree, tree, session.encoding)
    return await asyncio.to_thread(_list, tree, view.document.uri, session.encoding)


def _tree(tree: Tree, encoding: Encoding) -> list[types.DocumentSymbol]:
    return _nested(outline(tree), tree.text, encoding)


def _nested(
    symbols: Sequence[Symbol], text: Text, encoding: Encoding
) -> list[types.DocumentSymbol]:
    return [
        types.DocumentSymbol(
            name=symbol.name,
            kind=symbol_kind(symbol.kind),
            range=to_range(text, symbol.span, encoding),
            selection_range=to_range(text, symbol.name_span, encoding),
            tags=symbol_tags(deprecated=symbol.deprecated),
            children=_nested(symbol.children, text, encoding),
        )
        for symbol in symbols
    ]


def _list(tree: Tree, uri: str, encoding: Encoding) -> list[types.SymbolInformation]:
    return [
        types.SymbolInformation(
            name=symbol.name,
            kind=symbol_kind(symbol.kind),
            location=types.Location(uri, to_range(tree.text, symbol.span, encoding)),
            container_name=container or None,
            tags=symbol_tags(deprecated=symbol.deprecated),
        )
        for symbol, container in _flat(outline(tree))
    ]


def _flat(symbols: Sequence[Symbol], container: str = "") -> Iterator[tuple[Symbol, str]]:
    for symbol in symbols:
        yield symbol, container
        yield from _flat(symbol.children, symbol.name)
