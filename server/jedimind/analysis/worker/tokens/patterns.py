"""The patterns of `match`."""

from __future__ import annotations

from collections.abc import Iterable

from jedimind.analysis.semantic_tokens import TokenType
from jedimind.analysis.worker.tokens.scopes import Scope
from jedimind.analysis.worker.tokens.uses import Role, Source
from jedimind.analysis.worker.tokens.walk import Node, Visit, Walk


def _case_pattern(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    _captures(walk, node.named_children, scope, source)


def _captures(walk: Walk, patterns: Iterable[Node], scope: Scope, source: Source) -> None:
    """Visit `patterns`; a name without a dot is bound."""
    for pattern in patterns:
        if pattern.type == "dotted_name" and pattern.named_child_count == 1:
            walk.bind(pattern.named_children[0], scope, source)
        else:
            walk.next([pattern], scope, source)


def _class_pattern(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    class_, *arguments = node.named_children
    walk.next(arguments, scope, source)
    _dotted(walk, class_, scope, source, "called")


def _keyword_pattern(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    name, *values = node.named_children
    walk.use(name, scope, source, type_=TokenType.PROPERTY)
    _captures(walk, values, scope, source)


def _splat_pattern(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    for child in node.named_children:
        walk.bind(child, scope, source)


def _dotted_name(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    _dotted(walk, node, scope, source, None)


def _dotted(walk: Walk, node: Node, scope: Scope, source: Source, role: Role) -> None:
    chain: tuple[str, ...] = ()
    for part in node.named_children:
        chain = (*chain, source.of(part))
        last = role if part is node.named_children[-1] else None
        walk.use(part, scope, source, chain, last)


VISITS: dict[str, Visit] = {
    "case_pattern": _case_pattern,
    "class_pattern": _class_pattern,
    "keyword_pattern": _keyword_pattern,
    "splat_pattern": _splat_pattern,
    "dotted_name": _dotted_name,
}
