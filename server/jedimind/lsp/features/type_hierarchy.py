"""`textDocument/prepareTypeHierarchy` and `typeHierarchy/*`: what a class derives from, and what
derives from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.hierarchy import (
    HierarchyItems,
    SubtypesQuestion,
    SupertypesQuestion,
    TypeItemsQuestion,
)
from jedimind.lsp.hierarchy_items import place_of_item, protocol_item, view_of_item
from jedimind.lsp.search import ask_or_refuse, search_budget, searched_folders
from jedimind.lsp.session import Session
from jedimind.lsp.views import View

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

_FEATURE = "type_hierarchy"


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_PREPARE_TYPE_HIERARCHY, prepare, feature=_FEATURE)
    server.on(types.TYPE_HIERARCHY_SUPERTYPES, supertypes, feature=_FEATURE)
    server.on(types.TYPE_HIERARCHY_SUBTYPES, subtypes, feature=_FEATURE)


async def prepare(
    session: Session, params: types.TypeHierarchyPrepareParams
) -> list[types.TypeHierarchyItem] | None:
    view = await session.view(params.text_document.uri, _FEATURE)
    if view is None:
        return None
    place = view.place(session.position_in(view, params.position))
    return _items(session, view, await ask_or_refuse(session, TypeItemsQuestion(place)))


async def supertypes(
    session: Session, params: types.TypeHierarchySupertypesParams
) -> list[types.TypeHierarchyItem] | None:
    view = await view_of_item(session, params.item, _FEATURE)
    place = place_of_item(view, params.item) if view is not None else None
    if view is None or place is None:
        return None
    question = SupertypesQuestion(place, params.item.name)
    return _items(session, view, await ask_or_refuse(session, question))


async def subtypes(
    session: Session, params: types.TypeHierarchySubtypesParams
) -> list[types.TypeHierarchyItem] | None:
    view = await view_of_item(session, params.item, _FEATURE)
    place = place_of_item(view, params.item) if view is not None else None
    if view is None or place is None:
        return None
    folders, budget = searched_folders(session, view), search_budget(view.settings)
    question = SubtypesQuestion(place, params.item.name, folders, budget)
    return _items(session, view, await ask_or_refuse(session, question))


def _items(session: Session, view: View, answer: HierarchyItems) -> list[types.TypeHierarchyItem]:
    if answer.incomplete is not None:
        session.client.show_warning(answer.incomplete)
    items = (protocol_item(session, view, item, types.TypeHierarchyItem) for item in answer.items)
    return [item for item in items if item is not None]
