"""Items of call and type hierarchies, and the way back from one to what it stands for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import attrs
from lsprotocol import types

from jedimind.analysis.hierarchy import HierarchyItem
from jedimind.analysis.place import SourcePlace
from jedimind.lsp.conversion import range_in_line, uri_to_path
from jedimind.lsp.documents import Document
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.text import Position, Span, Text

_Item = TypeVar("_Item", types.CallHierarchyItem, types.TypeHierarchyItem)

_KINDS = {
    "class": types.SymbolKind.Class,
    "function": types.SymbolKind.Function,
    "method": types.SymbolKind.Method,
    "module": types.SymbolKind.Module,
}


def protocol_item(
    session: Session, view: View, item: HierarchyItem, make: Callable[..., _Item]
) -> _Item | None:
    """`item` as `make` makes it. Its data are the place of its name, from 0, in code points."""
    place = session.location_in(view, item.location)
    if place is None:
        return None
    start = item.location.span.start
    shift = place.range.start.line - start.line  # in a notebook lines count from the cell
    last = range_in_line(item.last_line, Span(item.span.end, item.span.end), session.encoding)
    # What is before a definition on its line are blanks, which count the same for everybody.
    first = types.Position(item.span.start.line + shift, item.span.start.column)
    end = types.Position(last.end.line + shift, last.end.character)
    return make(
        name=item.name,
        kind=_KINDS[item.kind],
        detail=item.detail,
        uri=place.uri,
        range=types.Range(first, end),
        selection_range=place.range,
        data={"line": start.line, "column": start.column},
    )


async def view_of_item(
    session: Session, item: types.CallHierarchyItem | types.TypeHierarchyItem, feature: str
) -> View | None:
    """The file of an item, which need not be open."""
    if session.documents.find(item.uri) is not None:
        return await session.view(item.uri, feature)
    path = uri_to_path(item.uri)
    reading = await session.reading_at(path)
    if not reading.settings.features.allow(feature):
        return None
    text = Text.of(await asyncio.to_thread(_read, path))
    return View(Document(item.uri, 0, text), 0, text, text, 0, path, reading)


def place_of_item(
    view: View, item: types.CallHierarchyItem | types.TypeHierarchyItem
) -> SourcePlace | None:
    """Where the name of an item is, or was before edits above it; None if nobody can tell."""
    data = item.data
    if not isinstance(data, dict):
        return None
    line, column = data.get("line"), data.get("column")
    if not isinstance(line, int) or not isinstance(column, int):
        return None
    start = view.place(Position(0, 0))
    return attrs.evolve(start, position=Position(line, column))


def _read(path: Path) -> str:
    """The text of a file, or none where it is gone."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
