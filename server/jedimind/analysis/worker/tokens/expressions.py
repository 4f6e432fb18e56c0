"""Names, attributes, calls, and the expressions that have scopes of their own."""

from __future__ import annotations

from jedimind.analysis.semantic_tokens import TokenType
from jedimind.analysis.worker.tokens import definitions, looks, type_hints
from jedimind.analysis.worker.tokens.scopes import Scope
from jedimind.analysis.worker.tokens.uses import Source
from jedimind.analysis.worker.tokens.walk import Node, Visit, Walk


def _identifier(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    walk.use(node, scope, source)


def _attribute(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    walk.chain(node, scope, source)


def _call(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    function = node.child_by_field_name("function")
    arguments = node.child_by_field_name("arguments")
    walk.next([arguments], scope, source)
    if function is None:
        return
    if function.type in ("identifier", "attribute"):
        walk.chain(function, scope, source, "called")
        if looks.last_word(source.of(function)) == "cast" and arguments is not None:
            type_hints.quoted(walk, arguments.named_children[:1], scope, source)
    else:
        walk.next([function], scope, source)


def _keyword_argument(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    name = node.child_by_field_name("name")
    if name is not None:
        walk.use(name, scope, source, type_=TokenType.PARAMETER)
    walk.next([node.child_by_field_name("value")], scope, source)


def _lambda(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    inner = Scope("function", scope)
    walk.next([node.child_by_field_name("body")], inner, source)
    definitions.parameters(walk, node.child_by_field_name("parameters"), scope, inner, source, None)


def _comprehension(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    inner = Scope("comprehension", scope)
    clauses = [child for child in node.named_children if child.type == "for_in_clause"]
    for child in reversed(node.named_children):
        if child.type != "for_in_clause":
            walk.next([child], inner, source)
            continue
        # The first iterable is evaluated outside.
        iterated = scope if child is clauses[0] else inner
        walk.next([child.child_by_field_name("right")], iterated, source)
        walk.bind(child.child_by_field_name("left"), inner, source)


def _named_expression(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    target = scope
    while target.kind == "comprehension" and target.parent is not None:
        target = target.parent
    walk.bind(node.child_by_field_name("name"), target, source)
    walk.next([node.child_by_field_name("value")], scope, source)


VISITS: dict[str, Visit] = {
    "identifier": _identifier,
    "attribute": _attribute,
    "call": _call,
    "keyword_argument": _keyword_argument,
    "lambda": _lambda,
    "named_expression": _named_expression,
    "list_comprehension": _comprehension,
    "set_comprehension": _comprehension,
    "dictionary_comprehension": _comprehension,
    "generator_expression": _comprehension,
}
