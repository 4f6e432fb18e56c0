"""Statements that bind names: assignments, loops, imports."""

from __future__ import annotations

from itertools import accumulate

from jedimind.analysis.semantic_tokens import TokenType
from jedimind.analysis.worker.tokens import looks
from jedimind.analysis.worker.tokens.scopes import Origin, Scope, Symbol
from jedimind.analysis.worker.tokens.uses import Role, Source
from jedimind.analysis.worker.tokens.walk import Node, Visit, Walk


def _assignment(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    type_ = node.child_by_field_name("type")
    symbol = None
    if left is not None and left.type == "identifier":
        symbol = looks.assigned(source, left, type_, right, scope)
    walk.next([type_, right], scope, source)
    walk.bind(left, scope, source, symbol)


def _augmented_assignment(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    walk.next([node.child_by_field_name("right")], scope, source)
    walk.bind(node.child_by_field_name("left"), scope, source)


def _for(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    left = node.child_by_field_name("left")
    walk.next([child for child in node.named_children if child != left], scope, source)
    walk.bind(left, scope, source)


def _as_pattern(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    *values, target = node.named_children
    walk.next(values, scope, source)
    walk.bind(target, scope, source)


def _global(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    for child in node.named_children:
        name = source.of(child)
        scope.outward[name] = "global" if node.type == "global_statement" else "nonlocal"
        walk.use(child, scope, source)


def _import(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    for child in node.named_children:
        alias = child.child_by_field_name("alias")
        dotted = child.child_by_field_name("name") if alias is not None else child
        if dotted is None or dotted.type != "dotted_name":
            continue
        parts = dotted.named_children
        *packages, path = accumulate(map(source.of, parts), "{}.{}".format)
        walk.found.modules.update((*packages, path))
        named, module = (alias, path) if alias is not None else (parts[0], source.of(parts[0]))
        origin = Origin(module, "", *source.place(parts[-1] if alias else parts[0]))
        scope.declare(source.of(named), Symbol(TokenType.NAMESPACE, origin=origin))
        for part in parts:
            role: Role = "bound" if part is named else None
            walk.use(part, scope, source, role=role, type_=TokenType.NAMESPACE)
        if alias is not None:
            walk.use(alias, scope, source, role="bound", type_=TokenType.NAMESPACE)


def _import_from(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    module = node.child_by_field_name("module_name")
    if module is None:
        return
    for part in _identifiers(module):
        walk.use(part, scope, source, type_=TokenType.NAMESPACE)
    for child in node.named_children:
        if child.type == "wildcard_import":
            walk.found.has_star_imports = True
    for child in node.children_by_field_name("name"):
        alias = child.child_by_field_name("alias")
        name = child.child_by_field_name("name") if alias is not None else child
        if name is None or not name.named_children:
            continue
        name = name.named_children[0]
        origin = Origin(source.of(module), source.of(name), *source.place(name))
        symbol = Symbol(TokenType.VARIABLE, origin=origin)
        scope.declare(source.of(alias or name), symbol)
        role: Role = None if alias is not None else "bound"
        walk.use(name, scope, source, role=role, symbol=symbol)
        if alias is not None:
            walk.use(alias, scope, source, role="bound", symbol=symbol)


def _future_import(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    """It imports nothing; its names stay without a colour."""


def _identifiers(node: Node) -> list[Node]:
    if node.type == "identifier":
        return [node]
    return [found for child in node.named_children for found in _identifiers(child)]


VISITS: dict[str, Visit] = {
    "assignment": _assignment,
    "augmented_assignment": _augmented_assignment,
    "for_statement": _for,
    "as_pattern": _as_pattern,
    "import_statement": _import,
    "import_from_statement": _import_from,
    "future_import_statement": _future_import,
    "global_statement": _global,
    "nonlocal_statement": _global,
}
