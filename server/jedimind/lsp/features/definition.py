"""`textDocument/definition`, `declaration` and `typeDefinition`: where a name leads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.navigation import NavigationQuestion, Target
from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

_Answer = list[types.Location] | list[types.LocationLink] | None
_Handler = Callable[[Session, types.TextDocumentPositionParams], Awaitable[_Answer]]


def register(server: Server) -> None:
    methods: dict[str, Target] = {
        types.TEXT_DOCUMENT_DEFINITION: "definition",
        types.TEXT_DOCUMENT_DECLARATION: "declaration",
        types.TEXT_DOCUMENT_TYPE_DEFINITION: "type_definition",
    }
    for method, target in methods.items():
        server.on(method, _leads_to(target), feature="definition")


def _leads_to(target: Target) -> _Handler:
    async def handler(session: Session, params: types.TextDocumentPositionParams) -> _Answer:
        view = await session.view(params.text_document.uri, "definition")
        if view is None:
            return None
        position = session.position_in(view, params.position)
        question = NavigationQuestion(view.place(position), target)
        answer = await session.ask(question, latest=(target, view.document.uri))
        if answer is None:
            return None
        places = (session.location_in(view, place) for place in answer.found)
        found = [place for place in places if place is not None]
        if answer.origin is None or not session.client.follows_links(target):
            return found
        origin = session.range_in(view, answer.origin.span)
        return [types.LocationLink(place.uri, place.range, place.range, origin) for place in found]

    return handler
