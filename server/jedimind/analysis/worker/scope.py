"""What is visible at the place itself: parameters, locals, ``self``, and the file's definitions."""

from __future__ import annotations

import time
from collections.abc import Iterator

import attrs
import jedi
from parso.python import tree
from parso.tree import NodeOrLeaf

from jedimind.analysis.context import Definition, Kind
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.worker import stubs
from jedimind.analysis.worker.words import Wanted
from jedimind.text import split_lines

_PLACEHOLDER = "pass"
# Inferring the type of a local takes milliseconds or seconds; the rest of the answer never waits.
_INFERENCE_SECONDS = 0.2
_LONGEST_TYPE = 60
_UNTELLING_TYPES = frozenset({"None", "Any", "object"})


def with_placeholder(place: SourcePlace) -> str:
    """The source with a statement at the place.

    It gives a bare ``def`` header a body, so that the tree around the place is whole.
    """
    lines = split_lines(place.source)
    before, after = lines[: place.position.line], lines[place.position.line :]
    if before and not before[-1].endswith(("\n", "\r")):
        before[-1] += "\n"
    return "".join([*before, _indent(before, place.position.column), _PLACEHOLDER, "\n", *after])


def _indent(before: list[str], column: int) -> str:
    """White space of `column` characters, as the nearest line that has as much wrote it."""
    for line in reversed(before):
        white = line[: len(line) - len(line.lstrip(" \t"))]
        if len(white) >= column and line.strip():
            return white[:column]
    return " " * column


class Scope:
    """The functions and classes around the placeholder, innermost first."""

    def __init__(self, script: jedi.Script, module: tree.Module, place: SourcePlace) -> None:
        self._script = script
        self._module = module
        self._path = place.path
        self._row = min(place.position.line, len(split_lines(place.source))) + 1
        # Inside the placeholder: at its very start the line break before it would be found.
        leaf = module.get_leaf_for_position((self._row, place.position.column + 1))
        self._around = [] if leaf is None else list(_enclosing(leaf))

    @property
    def functions(self) -> list[tree.Function]:
        return [node for node in self._around if isinstance(node, tree.Function)]

    @property
    def own_class(self) -> tree.Class | None:
        """The class in whose body, or in whose method, the place is."""
        return next((node for node in self._around if isinstance(node, tree.Class)), None)

    def locals(self) -> Iterator[Definition]:
        """Parameters and earlier locals of the functions around the place."""
        until = time.monotonic() + _INFERENCE_SECONDS
        seen: set[str] = set()
        for function in self.functions:
            for leaf in _bound_in(function, self._row):
                if leaf.value not in seen:
                    seen.add(leaf.value)
                    yield self._local(leaf, until)

    def members(self, wanted: Wanted) -> Iterator[Definition]:
        """The class around the place, with its private members too."""
        node = self.own_class
        if node is not None:
            stub = stubs.class_stub(node, wanted.wants, private=True)
            yield self._in_this_file(
                Definition(node.name.value, "class", "", stub, stubs.doc(node)), node
            )

    def file_definitions(self, wanted: Wanted) -> Iterator[Definition]:
        """The module's own functions, classes and constants, but for those around the place."""
        for node in top_level(self._module):
            if node not in self._around:
                for definition in define(node, wanted):
                    yield self._in_this_file(definition, node)

    def _in_this_file(self, definition: Definition, node: NodeOrLeaf) -> Definition:
        return attrs.evolve(definition, home="this file", path=self._path, line=self._line(node))

    def _line(self, node: NodeOrLeaf) -> int:
        """The line of `node`, from 0, in the source without the placeholder."""
        row: int = node.start_pos[0]
        return row - 2 if row > self._row else row - 1

    def _local(self, leaf: tree.Name, until: float) -> Definition:
        node = leaf.get_definition()
        kind: Kind = "variable"
        if isinstance(node, tree.Function):
            kind, stub = "function", stubs.function_stub(node)
        elif isinstance(node, tree.Param) and (node.annotation is not None or node.star_count):
            stub = stubs.parameter_stub(node)
        else:
            hint = self._type_hint(leaf) if time.monotonic() < until else None
            if hint is not None:
                stub = f"{leaf.value}: {hint}"
            else:
                stub = leaf.value if node is None else stubs.variable_stub(leaf.value, node)
        return Definition(leaf.value, kind, "this function", stub, "", self._path, self._line(leaf))

    def _type_hint(self, leaf: tree.Name) -> str | None:
        """What Jedi takes a local to be, if that is short and says something."""
        for name in self._script.goto(*leaf.start_pos):
            try:
                hint = name.get_type_hint()
            except (TypeError, AttributeError):  # Jedi's own, on types it cannot write
                continue
            if hint and len(hint) <= _LONGEST_TYPE and hint not in _UNTELLING_TYPES:
                return str(hint)
        return None


def top_level(module: tree.Module) -> Iterator[NodeOrLeaf]:
    """The functions, classes and assignments of a module, out of their wrappers."""
    for child in module.children:
        if child.type == "simple_stmt":
            yield from (part for part in child.children if isinstance(part, tree.ExprStmt))
        else:
            node = stubs.innermost_definition(child)
            if isinstance(node, (tree.Function, tree.Class)):
                yield node


def define(node: NodeOrLeaf, wanted: Wanted) -> Iterator[Definition]:
    """The definitions that a top-level node makes; the caller says from where."""
    if isinstance(node, tree.Function):
        stub = stubs.function_stub(node)
        yield Definition(node.name.value, "function", "", stub, stubs.doc(node))
    elif isinstance(node, tree.Class):
        stub = stubs.class_stub(node, wanted.wants)
        yield Definition(node.name.value, "class", "", stub, stubs.doc(node))
    elif isinstance(node, tree.ExprStmt):
        for leaf in stubs.assigned_names(node):
            yield Definition(leaf.value, "variable", "", stubs.variable_stub(leaf.value, node))


def _enclosing(leaf: NodeOrLeaf) -> Iterator[tree.Function | tree.Class]:
    node = leaf.parent
    while node is not None:
        if isinstance(node, (tree.Function, tree.Class)):
            yield node
        node = node.parent


def _bound_in(function: tree.Function, row: int) -> list[tree.Name]:
    """Parameters and the first binding of each local above a row (from 1), in source order."""
    parameters = function.get_params()
    found = {parameter.name.value: parameter.name for parameter in parameters}
    if parameters and isinstance(next(_enclosing(function), None), tree.Class):
        del found[parameters[0].name.value]
    body = function.children[-1]
    for name, leaves in function.get_root_node().get_used_names().items():
        for leaf in leaves:
            inside = body.start_pos <= leaf.start_pos and leaf.start_pos[0] < row
            if name in found or not inside or not leaf.is_definition():
                continue
            definition = leaf.get_definition()
            imported = isinstance(definition, (tree.ImportName, tree.ImportFrom))
            attribute = leaf.parent is not None and leaf.parent.type == "trailer"
            owner = definition if isinstance(definition, tree.Function) else leaf
            if not imported and not attribute and next(_enclosing(owner), None) is function:
                found[name] = leaf
    return sorted(found.values(), key=lambda leaf: leaf.start_pos)
