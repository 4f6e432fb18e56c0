"""`textDocument/codeAction`: what can be done here, from the syntax tree and never the model.

Editors ask at every move of the cursor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import attrs
from lsprotocol import types

from jedimind.lsp.conversion import to_range, to_span
from jedimind.lsp.session import Session
from jedimind.syntax import Tree, definition_at, generate_target, statement_at
from jedimind.text import Span

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

GENERATE = "refactor.rewrite.jedimind.generate"
EXPLAIN = "jedimind.explain"
RUN = "jedimind.run"


@attrs.frozen
class Offer:
    """An action of a kind, carried out by a command on a span; None is the whole document."""

    title: str
    kind: str
    command: str
    span: Span | None


def register(server: Server) -> None:
    kinds = [GENERATE, EXPLAIN, RUN]
    options = types.CodeActionOptions(code_action_kinds=kinds)
    server.on(types.TEXT_DOCUMENT_CODE_ACTION, code_action, options)


async def code_action(
    session: Session, params: types.CodeActionParams
) -> list[types.CodeAction | types.Command]:
    document = session.documents.find(params.text_document.uri)
    if document is None:
        return []
    if await session.is_too_large(document):
        return []
    version = document.version
    tree = await document.tree(document.text)
    span = to_span(tree.text, params.range, session.encoding)
    actions: list[types.CodeAction | types.Command] = []
    for offer in offers(tree, span, edits=session.client.applies_edits):
        if not _wanted(offer.kind, params.context.only):
            continue
        argument: dict[str, Any] = {"uri": document.uri, "version": version}
        if offer.span is not None:
            argument["range"] = to_range(tree.text, offer.span, session.encoding)
        command = types.Command(offer.title, offer.command, arguments=[argument])
        if session.client.has_code_action_literals:
            actions.append(types.CodeAction(offer.title, kind=offer.kind, command=command))
        else:
            actions.append(command)
    return actions


def offers(tree: Tree, span: Span, *, edits: bool) -> Iterator[Offer]:
    """What can be done at `span`; without `edits` nothing that would change the document."""
    target = generate_target(tree, span) if edits else None
    if target is not None:
        of_stub = f"Generate body of `{target.name}`"
        title = "Generate from comment" if target.kind == "comment" else of_stub
        yield Offer(title, GENERATE, "jedimind.generate", span)
    line = span.start.line
    definition = definition_at(tree, line)
    statement = statement_at(tree, line)
    if not span.empty:
        yield Offer("Explain selection", EXPLAIN, "jedimind.explain", span)
        yield Offer("Run selection", RUN, "jedimind.run", span)
    else:
        if definition is not None:
            name, around = definition
            yield Offer(f"Explain `{name}`", EXPLAIN, "jedimind.explain", around)
        elif statement is not None:
            yield Offer("Explain statement", EXPLAIN, "jedimind.explain", statement)
        if statement is not None:
            yield Offer("Run statement", RUN, "jedimind.run", statement)
    if tree.root.named_child_count:
        yield Offer("Run file", RUN, "jedimind.run", None)


def _wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether `only` asks for `kind` or for a kind that it is under (``refactor`` for ours)."""
    if not only:
        return True
    names = [item.value if isinstance(item, types.CodeActionKind) else item for item in only]
    return any(name == "" or kind == name or kind.startswith(f"{name}.") for name in names)
