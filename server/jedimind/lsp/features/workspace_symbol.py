"""`workspace/symbol`: symbols of the whole workspace, by a part of their names."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Mapping, Sequence
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.index.found import FoundSymbol
from jedimind.lsp.conversion import range_in_line
from jedimind.lsp.session import Session
from jedimind.lsp.symbol_kinds import symbol_kind, symbol_tags
from jedimind.text import Encoding

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

_MOST = 500  # whoever looks for more types another letter
_PATIENCE = 5.0  # seconds for which a first pass over a folder is waited for


def register(server: Server) -> None:
    server.on(types.WORKSPACE_SYMBOL, workspace_symbol, feature="workspace_symbol")


async def workspace_symbol(
    session: Session, params: types.WorkspaceSymbolParams
) -> list[types.SymbolInformation]:
    indexes = [
        index
        for index in await session.indexes.ready(_PATIENCE)
        if (await session.workspace.settings(index.folder)).features.allow("workspace_symbol")
    ]
    found = await asyncio.gather(*(index.symbols(params.query, _MOST) for index in indexes))
    open_uris = {document.path: document.uri for document in session.documents.all()}
    return await asyncio.to_thread(_information, found, open_uris, session.encoding)


def _information(
    found: Sequence[Sequence[FoundSymbol]], open_uris: Mapping[Path, str], encoding: Encoding
) -> list[types.SymbolInformation]:
    """The best of what was found in all folders, open documents by the names that clients use."""
    best = heapq.merge(*found, key=attrgetter("rank"))
    return [
        types.SymbolInformation(
            name=symbol.name,
            kind=symbol_kind(symbol.kind),
            location=types.Location(
                open_uris.get(symbol.path) or symbol.path.as_uri(),
                range_in_line(symbol.before, symbol.name_span, encoding),
            ),
            container_name=symbol.container or None,
            tags=symbol_tags(deprecated=symbol.deprecated),
        )
        for symbol in islice(best, _MOST)
    ]
