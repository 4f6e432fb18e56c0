"""The places where a hint would tell something that the code does not say already."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import tree_sitter

from jedimind.analysis.worker.hints.endings import Ending, ending
from jedimind.syntax import Tree
from jedimind.text import Position, Span

Node = tree_sitter.Node

# What says its own type, and what Jedi may know only the half of.
_NOT_ASKED = frozenset(
    {"string", "concatenated_string", "integer", "float", "true", "false", "none", "lambda"}
    | {"list", "dictionary", "set", "tuple", "expression_list", "ellipsis", "assignment"}
    | {"conditional_expression", "boolean_operator", "binary_operator", "yield"}
)


@attrs.frozen
class Assigned:
    """A variable without an annotation. `made_by` is the name of what is called for its value."""

    name: Span
    made_by: str
    insertable: bool


@attrs.frozen
class Defined:
    """A function without a return annotation, which would stand at `end`."""

    name: Position
    end: Position
    ending: Ending


@attrs.frozen
class Argument:
    position: Position
    source: str


@attrs.frozen
class Called:
    """A call with its positional arguments up to the first with a star. `name` is the last name
    of what is called, and `inside` a place between the brackets."""

    name: str
    inside: Position
    arguments: tuple[Argument, ...]
    has_more: bool


Place = Assigned | Defined | Called


def places(tree: Tree, lines: range) -> Iterator[Place]:
    """All places in `lines`, in order."""
    rest = [tree.root]
    while rest:
        node = rest.pop()
        if node.end_point.row < lines.start or node.start_point.row >= lines.stop:
            continue
        rest.extend(reversed(node.named_children))
        place = _place(tree, node)
        if place is not None:
            yield place


def _place(tree: Tree, node: Node) -> Place | None:
    if node.type == "assignment":
        return _assigned(tree, node)
    if node.type == "function_definition":
        return _defined(tree, node)
    if node.type == "call":
        return _called(tree, node)
    return None


def _assigned(tree: Tree, node: Node) -> Assigned | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or left.type != "identifier":
        return None
    if node.child_by_field_name("type") is not None or right.type in _NOT_ASKED:
        return None
    name = tree.source(left)
    if name.startswith("_"):
        return None
    made_by = ""
    if right.type == "call":
        called = _last_name(right.child_by_field_name("function"))
        made_by = tree.source(called) if called is not None else ""
    statement = node.parent
    alone = statement is not None and statement.type == "expression_statement"
    return Assigned(tree.span(left), made_by, alone and not _is_outward(tree, node, name))


def _is_outward(tree: Tree, node: Node, name: str) -> bool:
    """Whether `name` is declared `global` or `nonlocal`: then it must not be annotated."""
    around = node.parent
    while around is not None and around.type not in ("function_definition", "class_definition"):
        around = around.parent
    body = around.child_by_field_name("body") if around is not None else None
    rest = list(body.named_children) if body is not None else []
    while rest:
        inner = rest.pop()
        if inner.type in ("global_statement", "nonlocal_statement"):
            if name in [tree.source(child) for child in inner.named_children]:
                return True
        elif inner.type.endswith(("_statement", "_clause", "block")):
            rest.extend(inner.named_children)
    return False


def _defined(tree: Tree, node: Node) -> Defined | None:
    name, parameters = node.child_by_field_name("name"), node.child_by_field_name("parameters")
    body = node.child_by_field_name("body")
    if name is None or parameters is None or body is None or node.has_error:
        return None
    if node.child_by_field_name("return_type") is not None or tree.source(name) == "__init__":
        return None
    return Defined(tree.span(name).start, tree.span(parameters).end, ending(body))


def _called(tree: Tree, node: Node) -> Called | None:
    callee = _last_name(node.child_by_field_name("function"))
    arguments = node.child_by_field_name("arguments")
    if callee is None or arguments is None or arguments.type != "argument_list":
        return None
    positional: list[Argument] = []
    rest = [child for child in arguments.named_children if child.type != "comment"]
    for child in rest:
        if child.type in ("keyword_argument", "list_splat", "dictionary_splat"):
            break
        positional.append(Argument(tree.span(child).start, tree.source(child)))
    if not positional:
        return None
    inside = tree.span(arguments.children[0]).end
    return Called(tree.source(callee), inside, tuple(positional), len(rest) > len(positional))


def _last_name(node: Node | None) -> Node | None:
    if node is not None and node.type == "attribute":
        return node.child_by_field_name("attribute")
    return node if node is not None and node.type == "identifier" else None
