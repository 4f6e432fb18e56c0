"""Functions and classes, their decorators, parameters and type parameters."""

from __future__ import annotations

from collections.abc import Iterable

from jedimind.analysis.semantic_tokens import Modifier, TokenType
from jedimind.analysis.worker.tokens import looks
from jedimind.analysis.worker.tokens.scopes import Scope, Symbol
from jedimind.analysis.worker.tokens.uses import Source
from jedimind.analysis.worker.tokens.walk import Node, Visit, Walk


def _decorated(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    decorators = [child for child in node.named_children if child.type == "decorator"]
    definition = node.child_by_field_name("definition")
    words = [looks.last_word(source.of(decorator)) for decorator in decorators]
    if definition is not None and definition.type == "function_definition":
        _function(walk, definition, scope, source, words)
    elif definition is not None and definition.type == "class_definition":
        _class(walk, definition, scope, source, words)
    for decorator in reversed(decorators):
        _decorator(walk, decorator, scope, source)


def _decorator(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    expression = next((c for c in node.named_children if c.type != "comment"), None)
    if expression is not None and expression.type == "call":
        walk.next([expression.child_by_field_name("arguments")], scope, source)
        expression = expression.child_by_field_name("function")
    if expression is None:
        return
    if expression.type in ("identifier", "attribute"):
        walk.chain(expression, scope, source, "decorates")
    else:
        walk.next([expression], scope, source)


def _function(
    walk: Walk, node: Node, scope: Scope, source: Source, decorators: Iterable[str] = ()
) -> None:
    name = node.child_by_field_name("name")
    if name is not None:
        is_async = node.children[0].type == "async"
        symbol = looks.function(decorators, scope, is_async=is_async)
        scope.declare(source.of(name), symbol)
        walk.use(name, scope, source, role="bound")
    outer = _type_parameters(walk, node.child_by_field_name("type_parameters"), scope, source)
    inner = Scope("function", outer)
    walk.next([node.child_by_field_name("body")], inner, source)
    walk.next([node.child_by_field_name("return_type")], outer, source)
    receiver = None
    if scope.kind == "class" and "staticmethod" not in decorators:
        receiver = scope
    parameters(walk, node.child_by_field_name("parameters"), outer, inner, source, receiver)


def parameters(
    walk: Walk,
    node: Node | None,
    outer: Scope,
    inner: Scope,
    source: Source,
    receiver: Scope | None,
) -> None:
    """Bind parameters. The first is an object of `receiver`, or that class itself."""
    for parameter in node.named_children if node is not None else []:
        target: Node | None = parameter
        if parameter.type in ("default_parameter", "typed_default_parameter"):
            target = parameter.child_by_field_name("name")
        elif parameter.type == "typed_parameter":
            target = parameter.named_children[0]
        elif parameter.type in ("keyword_separator", "positional_separator", "comment"):
            continue
        symbol = Symbol(TokenType.PARAMETER)
        if receiver is not None and target is not None and target.type == "identifier":
            symbol = Symbol(TokenType.PARAMETER, Modifier.SELF, members=receiver)
        receiver = None
        walk.bind(target, inner, source, symbol)
        walk.next(
            [parameter.child_by_field_name("type"), parameter.child_by_field_name("value")],
            outer,
            source,
        )


def _class(
    walk: Walk, node: Node, scope: Scope, source: Source, decorators: Iterable[str] = ()
) -> None:
    outer = _type_parameters(walk, node.child_by_field_name("type_parameters"), scope, source)
    bases = node.child_by_field_name("superclasses")
    inner = Scope("class", outer)
    inner.bases = [source.of(base) for base in (bases.named_children if bases is not None else [])]
    inner.is_enum = looks.is_enum(inner)
    name = node.child_by_field_name("name")
    if name is not None:
        symbol = looks.class_(decorators, inner)
        scope.declare(source.of(name), symbol)
        walk.use(name, scope, source, role="bound")
    walk.next([node.child_by_field_name("body")], inner, source)
    walk.next([bases], outer, source)


def _type_parameters(walk: Walk, node: Node | None, scope: Scope, source: Source) -> Scope:
    """The scope of the type parameters at `node`; without any that is `scope`."""
    if node is None:
        return scope
    inner = Scope("type parameters", scope)
    for parameter in node.named_children:
        first, *bounds = _innermost(parameter)
        inner.declare(source.of(first), Symbol(TokenType.TYPE_PARAMETER))
        walk.use(first, inner, source, role="bound")
        walk.next(bounds, inner, source)
    return inner


def _type_alias(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    left = node.child_by_field_name("left")
    named = left.named_children[0] if left is not None and left.named_children else None
    inner = scope
    if named is not None and named.type == "generic_type":
        parameters = named.named_children[1] if named.named_child_count > 1 else None
        inner = _type_parameters(walk, parameters, scope, source)
        named = named.named_children[0]
    walk.bind(named, scope, source, Symbol(TokenType.CLASS))
    walk.next([node.child_by_field_name("right")], inner, source)


def _innermost(parameter: Node) -> tuple[Node, ...]:
    """The name of a type parameter, and its bounds."""
    name = parameter
    bounds: list[Node] = []
    while name.named_children:
        name, *others = name.named_children
        bounds.extend(others)
    return (name, *bounds)


VISITS: dict[str, Visit] = {
    "function_definition": _function,
    "class_definition": _class,
    "decorated_definition": _decorated,
    "type_alias_statement": _type_alias,
}
