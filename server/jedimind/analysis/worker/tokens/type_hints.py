"""Annotations, and the types that are quoted in them."""

from __future__ import annotations

from collections.abc import Iterable

from jedimind.analysis.worker.tokens import looks
from jedimind.analysis.worker.tokens.scopes import Scope
from jedimind.analysis.worker.tokens.uses import Source
from jedimind.analysis.worker.tokens.walk import Node, Visit, Walk
from jedimind.syntax import parse
from jedimind.text import Text


def _type(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    walk.next(node.named_children, scope, source)
    quoted(walk, node.named_children, scope, source)


def _generic_type(walk: Walk, node: Node, scope: Scope, source: Source) -> None:
    """``Literal["a"]`` quotes no type, and of ``Annotated`` only the first is one."""
    generic, *arguments = node.named_children
    walk.next([generic], scope, source)
    word = looks.last_word(source.of(generic))
    types = arguments[0].named_children if arguments and word != "Literal" else []
    for at, type_ in enumerate(types):
        if word == "Annotated" and at > 0:
            walk.next(type_.named_children, scope, source)
        else:
            walk.next([type_], scope, source)


def quoted(walk: Walk, nodes: Iterable[Node], scope: Scope, source: Source) -> None:
    """Visit the types that are quoted by those of `nodes` that are strings."""
    for node in nodes:
        if node.type == "subscript":
            value = node.child_by_field_name("value")
            if value is not None and looks.last_word(source.of(value)) != "Literal":
                quoted(walk, node.children_by_field_name("subscript"), scope, source)
        contents = node.named_children[1:-1] if node.type == "string" else []
        if len(contents) == 1 and not contents[0].child_count:
            line, column = source.place(contents[0])
            inner = parse(Text.of(source.of(contents[0])))
            if len(inner.text.lines) == 1 and not inner.root.has_error:
                walk.next([inner.root], scope, Source.of_tree(inner, line, column))


VISITS: dict[str, Visit] = {
    "type": _type,
    "generic_type": _generic_type,
}
