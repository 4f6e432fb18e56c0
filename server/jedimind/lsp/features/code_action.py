"""`textDocument/codeAction` and `codeAction/resolve`: what can be done at a place.

What is offered is told by the files in `lsp/actions`. Editors ask at every move of the cursor, so
the edits themselves are made when the user has chosen, where the client can ask for them then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from jedimind.lsp.actions import assistance, examples, imports, installing, refactoring, running
from jedimind.lsp.actions.offer import Occasion, Offer, Provider
from jedimind.lsp.conversion import to_range, to_span
from jedimind.lsp.session import Session
from jedimind.lsp.views import View

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

_PROVIDERS: dict[str, Provider] = {
    "assistance": cast("Provider", assistance),
    "examples": cast("Provider", examples),
    "imports": cast("Provider", imports),
    "installing": cast("Provider", installing),
    "refactoring": cast("Provider", refactoring),
    "running": cast("Provider", running),
}


def register(server: Server) -> None:
    kinds = [kind for provider in _PROVIDERS.values() for kind in provider.KINDS]
    options = types.CodeActionOptions(code_action_kinds=kinds, resolve_provider=True)
    server.on(types.TEXT_DOCUMENT_CODE_ACTION, code_action, options)
    server.on(types.CODE_ACTION_RESOLVE, resolve)


async def code_action(
    session: Session, params: types.CodeActionParams
) -> list[types.CodeAction | types.Command]:
    view = await session.view(params.text_document.uri)
    if view is None:
        return []
    tree = await view.document.tree(view.text)
    occasion = Occasion(
        view=view,
        tree=tree,
        span=to_span(tree.text, params.range, session.encoding),
        diagnostics=params.context.diagnostics,
        only=_names(params.context.only),
    )
    actions: list[types.CodeAction | types.Command] = []
    for name, provider in _PROVIDERS.items():
        if not any(map(occasion.wants, provider.KINDS)):
            continue
        for offer in await provider.offers(session, occasion):
            if occasion.wants(offer.kind):
                actions += await _action(session, occasion, name, offer)
    return actions


async def resolve(session: Session, action: types.CodeAction) -> types.CodeAction:
    """Add the edit of an action that the user chose."""
    data = action.data
    if action.edit is None and isinstance(data, dict):
        view = await session.view(data["uri"])
        if view is not None:
            provider = _PROVIDERS[data["provider"]]
            action.edit = await provider.edit(session, view, data["argument"])
    return action


async def _action(
    session: Session, occasion: Occasion, provider: str, offer: Offer
) -> list[types.CodeAction | types.Command]:
    """The offer as the client takes it; nothing if it cannot."""
    view = occasion.view
    literals = session.client.has_code_action_literals
    if offer.command is not None:
        command = types.Command(
            offer.title, offer.command, arguments=[_place(session, view, offer)]
        )
        if not literals:
            return [command]
        shown = offer.diagnostics or None
        return [types.CodeAction(offer.title, offer.kind, command=command, diagnostics=shown)]
    if not literals or offer.argument is None:
        return []
    made = types.CodeAction(
        offer.title,
        offer.kind,
        diagnostics=offer.diagnostics or None,
        is_preferred=offer.preferred or None,
    )
    if "edit" in (session.client.capability(_RESOLVED) or []):
        uri = view.document.uri
        made.data = {"uri": uri, "provider": provider, "argument": offer.argument}
    else:
        made.edit = await _PROVIDERS[provider].edit(session, view, offer.argument)
    return [made]


_RESOLVED = "text_document.code_action.resolve_support.properties"


def _place(session: Session, view: View, offer: Offer) -> dict[str, Any]:
    """The argument of a command: the place that it is to be carried out on."""
    argument: dict[str, Any] = {"uri": view.document.uri, "version": view.version}
    if offer.span is not None:
        argument["range"] = to_range(view.text, offer.span, session.encoding)
    return {**argument, **offer.also}


def _names(only: Sequence[types.CodeActionKind | str] | None) -> list[str]:
    return [kind.value if isinstance(kind, types.CodeActionKind) else kind for kind in only or ()]
