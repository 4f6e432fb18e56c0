"""Functions, classes and assignments of a syntax tree as stub-like Python.

Nothing is inferred: annotations and defaults are copied, so a stub costs microseconds and never
says more than the source does.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

from parso.python import tree
from parso.tree import BaseNode, Leaf, NodeOrLeaf

_LONGEST_DEFAULT = 30
_LONGEST_VALUE = 60
_LONGEST_DOC = 200
_MOST_MEMBERS = 24

# Decorators that change how a function is called, or what it gives back.
_TELLING = frozenset(
    {"classmethod", "staticmethod", "property", "cached_property"}
    | {"contextmanager", "asynccontextmanager", "overload"}
)


def function_stub(node: tree.Function) -> str:
    """``def name(parameters) -> result`` on one line, telling decorators before it."""
    lines = [f"@{name}" for name in decorators(node) if name in _TELLING]
    prefix = "async def" if _is_async(node) else "def"
    result = f" -> {code(node.annotation)}" if node.annotation is not None else ""
    lines.append(f"{prefix} {node.name.value}{_parameters(node)}{result}")
    return "\n".join(lines)


def class_stub(node: tree.Class, wants: Callable[[str], bool], *, private: bool = False) -> str:
    """The class with its fields and the signatures of its methods.

    Members that are wanted come before others when there are too many. `private` includes those
    whose name starts with an underscore.
    """
    arguments = node.get_super_arglist()
    bases = f"({code(arguments)})" if arguments is not None else ""
    lines = [f"@{name}" for name in decorators(node) if "dataclass" in name or "attr" in name]
    members = list(_members(node, private=private))
    if len(members) > _MOST_MEMBERS:
        best = sorted(members, key=lambda member: not wants(member[0]))[:_MOST_MEMBERS]
        members = [member for member in members if member in best]
    body = "\n".join(f"    {line}" for _, text in members for line in text.splitlines())
    header = f"class {node.name.value}{bases}:"
    return "\n".join([*lines, header, body] if body else [*lines, f"{header} ..."])


def variable_stub(name: str, node: NodeOrLeaf) -> str:
    """``name: annotation = value`` of an assignment, the value shortened."""
    if not isinstance(node, tree.ExprStmt):
        return name
    annotation = next((c for c in node.children if c.type == "annassign"), None)
    if annotation is not None:
        return f"{name}{_shortened(code(annotation), _LONGEST_VALUE)}"
    if code(node.children[0]) != name:
        return name
    return f"{name} = {_shortened(code(node.children[-1]), _LONGEST_VALUE)}"


def doc(node: tree.Function | tree.Class | tree.Module) -> str:
    """The first paragraph of the docstring on one line, without quotes that would end it."""
    leaf = node.get_doc_node()
    if leaf is None:
        return ""
    text = inspect.cleandoc(_string_content(leaf))
    paragraph = " ".join(text.partition("\n\n")[0].split()).replace('"""', "'''")
    return _shortened(paragraph, _LONGEST_DOC)


def decorators(node: tree.Function | tree.Class) -> list[str]:
    """The last part of each decorator's name: ``dataclass`` for ``@dataclasses.dataclass(…)``."""
    names = []
    for decorator in node.get_decorators():
        dotted = code(decorator.children[1]).partition("(")[0]
        names.append(dotted.rpartition(".")[2])
    return names


def code(node: NodeOrLeaf) -> str:
    """The source of `node` on one line, without comments."""
    parts: list[str] = []
    before = ""
    for leaf in _leaves(node):
        opens_or_closes = before in ("", "(", "[", "{") or leaf.value in (")", "]", "}")
        if leaf.prefix and not opens_or_closes:
            parts.append(" ")
        # A trailing comma belongs to one item a line, except in a tuple of one.
        in_tuple = leaf.parent is not None and leaf.parent.type == "atom"
        if leaf.value in (")", "]") and before == "," and not in_tuple:
            parts.pop()
        parts.append(leaf.value)
        before = leaf.value
    return "".join(parts)


def _parameters(node: tree.Function) -> str:
    parts = []
    for child in node.children[2].children[1:-1]:
        if isinstance(child, tree.Param):
            parts.append(parameter_stub(child))
        elif child.type == "operator" and child.value in ("*", "/"):
            parts.append(child.value)
    return f"({', '.join(parts)})"


def parameter_stub(param: tree.Param) -> str:
    """``*name: annotation = default``."""
    text: str = "*" * param.star_count + param.name.value
    if param.annotation is not None:
        text += f": {code(param.annotation)}"
    if param.default is not None:
        equals = " = " if param.annotation is not None else "="
        default = code(param.default)
        text += equals + (default if len(default) <= _LONGEST_DEFAULT else "...")
    return text


def _members(node: tree.Class, *, private: bool) -> Iterator[tuple[str, str]]:
    """Name and stub of each member, in the order of the source."""
    initialised: list[tuple[str, str]] = []
    for statement in _statements(node):
        if isinstance(statement, tree.Function):
            name = statement.name.value
            if name == "__init__":
                initialised = list(_instance_attributes(statement, private=private))
                yield name, function_stub(statement)
                yield from initialised
            elif _shown(name, private=private):
                yield name, _method_stub(statement)
        elif isinstance(statement, tree.ExprStmt):
            for leaf in assigned_names(statement):
                if _shown(leaf.value, private=private):
                    yield leaf.value, variable_stub(leaf.value, statement)


def assigned_names(statement: tree.ExprStmt) -> Iterator[tree.Name]:
    """The names that an assignment binds; not the attributes and items it sets."""
    for leaf in statement.get_defined_names():
        if leaf.parent is not None and leaf.parent.type != "trailer":
            yield leaf


def _method_stub(node: tree.Function) -> str:
    names = decorators(node)
    if "property" in names or "cached_property" in names:
        annotation = f": {code(node.annotation)}" if node.annotation is not None else ""
        return f"{node.name.value}{annotation}  # property"
    text = function_stub(node)
    summary = doc(node).partition(". ")[0]
    return f'{text}: """{summary}"""' if summary else text


def _instance_attributes(init: tree.Function, *, private: bool) -> Iterator[tuple[str, str]]:
    """What ``__init__`` assigns to ``self``, with the type its parameter or annotation gives."""
    parameters = init.get_params()
    if not parameters:
        return
    annotations = {p.name.value: code(p.annotation) for p in parameters if p.annotation}
    for name, statement in self_assignments(init):
        if not _shown(name, private=private):
            continue
        target = f"{parameters[0].name.value}.{name}"
        text = variable_stub(target, statement)
        value = code(statement.children[-1])
        if value in annotations and " = " in text:
            text = f"{target}: {annotations[value]}"
        yield name, text


def self_assignments(function: tree.Function) -> Iterator[tuple[str, tree.ExprStmt]]:
    """Each ``self.name = …`` of a method, once, in the order of the source."""
    parameters = function.get_params()
    seen = set()
    if not parameters:
        return
    me = parameters[0].name.value
    for statement in _assignments(function):
        for leaf in statement.get_defined_names():
            trailer = leaf.parent
            if trailer is None or trailer.type != "trailer" or leaf.value in seen:
                continue
            owner = trailer.parent
            if owner is not None and code(owner) == f"{me}.{leaf.value}":
                seen.add(leaf.value)
                yield leaf.value, statement


def _assignments(node: NodeOrLeaf) -> Iterator[tree.ExprStmt]:
    if isinstance(node, tree.ExprStmt):
        yield node
    elif isinstance(node, BaseNode):
        for child in node.children:
            yield from _assignments(child)


def _statements(node: tree.Class) -> Iterator[NodeOrLeaf]:
    """The statements directly in a class, out of their wrappers."""
    for child in node.children[-1].children if isinstance(node.children[-1], BaseNode) else ():
        if child.type == "simple_stmt":
            yield from child.children
        elif child.type in ("decorated", "async_stmt", "async_funcdef"):
            yield innermost_definition(child)
        else:
            yield child


def innermost_definition(node: NodeOrLeaf) -> NodeOrLeaf:
    """The function or class in a node of decorators and ``async``."""
    while isinstance(node, BaseNode) and node.type in ("decorated", "async_stmt", "async_funcdef"):
        node = node.children[-1]
    return node


def _is_async(node: tree.Function) -> bool:
    return node.parent is not None and node.parent.type in ("async_stmt", "async_funcdef")


def _shown(name: str, *, private: bool) -> bool:
    if name.startswith("__"):
        return False
    return private or not name.startswith("_")


def _leaves(node: NodeOrLeaf) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, BaseNode):
        for child in node.children:
            yield from _leaves(child)


def _string_content(leaf: NodeOrLeaf) -> str:
    text = code(leaf)
    body = text.lstrip("rRuUbB")
    quote = body[:3] if body[:3] in ('"""', "'''") else body[:1]
    return body[len(quote) : -len(quote)]


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
