"""Offers to generate and explain, from the syntax tree alone and never the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from jedimind.lsp.actions.offer import Occasion, Offer
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.syntax import Tree, definition_at, generate_target, statement_at
from jedimind.text import Span

GENERATE = "refactor.rewrite.jedimind.generate"
EXPLAIN = "jedimind.explain"
KINDS = (GENERATE, EXPLAIN)


async def offers(session: Session, occasion: Occasion) -> list[Offer]:
    return list(_offers(occasion.tree, occasion.span, edits=session.client.applies_edits))


async def edit(
    _session: Session, _view: View, _argument: dict[str, Any]
) -> types.WorkspaceEdit | None:
    return None  # all of these are commands


def _offers(tree: Tree, span: Span, *, edits: bool) -> Iterator[Offer]:
    """What can be done at `span`; without `edits` nothing that would change the document."""
    target = generate_target(tree, span) if edits else None
    if target is not None:
        of_stub = f"Generate body of `{target.name}`"
        title = "Generate from comment" if target.kind == "comment" else of_stub
        yield Offer(title, GENERATE, "jedimind.generate", span)
    line = span.start.line
    if not span.empty:
        yield Offer("Explain selection", EXPLAIN, "jedimind.explain", span)
        return
    definition = definition_at(tree, line)
    statement = statement_at(tree, line)
    if definition is not None:
        name, around = definition
        yield Offer(f"Explain `{name}`", EXPLAIN, "jedimind.explain", around)
    elif statement is not None:
        yield Offer("Explain statement", EXPLAIN, "jedimind.explain", statement)
