"""`textDocument/prepareCallHierarchy` and `callHierarchy/*`: who calls whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.hierarchy import (
    Call,
    CallItemsQuestion,
    IncomingCallsQuestion,
    OutgoingCallsQuestion,
)
from jedimind.lsp.hierarchy_items import place_of_item, protocol_item, view_of_item
from jedimind.lsp.search import ask_or_refuse, search_budget, searched_folders
from jedimind.lsp.session import Session
from jedimind.lsp.views import View

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

_FEATURE = "call_hierarchy"


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY, prepare, feature=_FEATURE)
    server.on(types.CALL_HIERARCHY_INCOMING_CALLS, incoming, feature=_FEATURE)
    server.on(types.CALL_HIERARCHY_OUTGOING_CALLS, outgoing, feature=_FEATURE)


async def prepare(
    session: Session, params: types.CallHierarchyPrepareParams
) -> list[types.CallHierarchyItem] | None:
    view = await session.view(params.text_document.uri, _FEATURE)
    if view is None:
        return None
    place = view.place(session.position_in(view, params.position))
    answer = await ask_or_refuse(session, CallItemsQuestion(place))
    items = [protocol_item(session, view, item, types.CallHierarchyItem) for item in answer.items]
    return [item for item in items if item is not None]


async def incoming(
    session: Session, params: types.CallHierarchyIncomingCallsParams
) -> list[types.CallHierarchyIncomingCall] | None:
    view = await view_of_item(session, params.item, _FEATURE)
    place = place_of_item(view, params.item) if view is not None else None
    if view is None or place is None:
        return None
    folders, budget = searched_folders(session, view), search_budget(view.settings)
    question = IncomingCallsQuestion(place, params.item.name, folders, budget)
    answer = await ask_or_refuse(session, question)
    if answer.incomplete is not None:
        session.client.show_warning(answer.incomplete)
    calls: list[types.CallHierarchyIncomingCall] = []
    for call in answer.calls:
        item = protocol_item(session, view, call.item, types.CallHierarchyItem)
        if item is not None:
            calls.append(types.CallHierarchyIncomingCall(item, _ranges(session, view, call)))
    return calls


async def outgoing(
    session: Session, params: types.CallHierarchyOutgoingCallsParams
) -> list[types.CallHierarchyOutgoingCall] | None:
    view = await view_of_item(session, params.item, _FEATURE)
    place = place_of_item(view, params.item) if view is not None else None
    if view is None or place is None:
        return None
    answer = await ask_or_refuse(session, OutgoingCallsQuestion(place, params.item.name))
    calls: list[types.CallHierarchyOutgoingCall] = []
    for call in answer.calls:
        item = protocol_item(session, view, call.item, types.CallHierarchyItem)
        if item is not None:
            calls.append(types.CallHierarchyOutgoingCall(item, _ranges(session, view, call)))
    return calls


def _ranges(session: Session, view: View, call: Call) -> list[types.Range]:
    places = (session.location_in(view, place) for place in call.places)
    return [place.range for place in places if place is not None]
