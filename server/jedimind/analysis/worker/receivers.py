"""What an expression certainly is, by the scoping rules and by what sources and stubs declare.

An expression counts as certain only if every value it can have is: a variable, if every assignment
to it is; a parameter, if it is annotated; a call, if it makes an instance or is annotated.
Anything tested with `isinstance` and the like can be more than it is declared to be.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import jedi
from jedi.inference.imports import Importer
from jedi.inference.syntax_tree import tree_name_to_values
from parso.python import tree

from jedimind.analysis.worker.scopes import Bindings, Scope
from jedimind.analysis.worker.things import (
    Thing,
    Things,
    all_known,
    annotated,
    class_thing,
    function_thing,
    instance_thing,
    module_thing,
    returned,
    union,
)

_DEEPEST = 12
_MOST_ASSIGNMENTS = 4
_NARROWING = frozenset(
    {"isinstance", "issubclass", "hasattr", "getattr", "setattr", "type", "vars"}
)
_DISPLAYS: dict[type[ast.expr], str] = {
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
    ast.JoinedStr: "str",
}
_SLICEABLE = frozenset({"str", "bytes", "list", "tuple"})
# A class so named is made to be completed by others.
_INCOMPLETE = ("mixin", "base", "abstract", "protocol")


class Receivers:
    """Answers for one module. `column` turns a row and ast's byte column into code points."""

    def __init__(
        self,
        script: jedi.Script,
        module: ast.Module,
        bindings: Bindings,
        column: Callable[[int, int], int],
    ) -> None:
        self._script = script
        self._state = script._inference_state
        self._context = script._get_module_context()
        self._tree: tree.Module = script._module_node
        self._bindings = bindings
        self._column = column
        self._parents = {c: p for p in ast.walk(module) for c in ast.iter_child_nodes(p)}
        self._narrowed = set(_narrowed(module))
        self._extended = set(_extended(module))
        self._depth = 0

    def of(self, node: ast.expr, scope: Scope) -> Things:
        """What `node`, evaluated in `scope`, can be."""
        if self._depth > _DEEPEST:
            return None
        self._depth += 1
        try:
            return self._of(node, scope)
        finally:
            self._depth -= 1

    def module(self, dotted: str, level: int = 0) -> list[Any]:
        """Jedi's values of a module; empty if it finds no source of it."""
        parts = tuple(dotted.split(".")) if dotted else ()
        return list(Importer(self._state, parts, self._context, level).follow())

    def _of(self, node: ast.expr, scope: Scope) -> Things:
        if isinstance(node, ast.Name):
            return self._name(node.id, scope)
        if isinstance(node, ast.Constant):
            return [] if node.value is None else self._builtin(type(node.value).__name__)
        if type(node) in _DISPLAYS:
            return self._builtin(_DISPLAYS[type(node)])
        if isinstance(node, ast.Attribute):
            return _each(self.of(node.value, scope), lambda thing: thing.member(node.attr))
        if isinstance(node, ast.Call):
            return _each(self.of(node.func, scope), _called)
        if isinstance(node, ast.IfExp):
            return union([self.of(node.body, scope), self.of(node.orelse, scope)])
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            return _each(self.of(node.value, scope), _sliced)
        return None

    def _name(self, name: str, scope: Scope) -> Things:
        owner = scope.owner(name)
        if owner is None:
            return self._builtin_name(name)
        bindings = owner.bindings[name]
        if name in self._bindings.shared or name in self._narrowed:
            return None
        if len(bindings) > _MOST_ASSIGNMENTS:
            return None
        return union(self._bound(binding, name, owner) for binding in bindings)

    def _bound(self, node: ast.AST, name: str, owner: Scope) -> Things:
        """What one binding makes of a name."""
        if isinstance(node, (ast.Import, ast.ImportFrom)) and self._conditional(node):
            return None
        if isinstance(node, ast.Import):
            return self._imported_module(node, name)
        if isinstance(node, ast.ImportFrom):
            return self._imported_name(node, name)
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            return self._defined(node)
        if isinstance(node, ast.arg):
            return self._parameter(node, owner)
        if isinstance(node, ast.NamedExpr):
            return self.of(node.value, owner)
        parent = self._parents.get(node)
        if isinstance(parent, ast.Assign) and node in parent.targets:
            return self.of(parent.value, owner)
        if isinstance(parent, ast.AnnAssign) and parent.target is node:
            return self._annotation(parent.annotation)
        return None

    def _conditional(self, node: ast.AST) -> bool:
        """Whether a statement is under an ``if`` of its own scope, and may not be in force."""
        parent = self._parents.get(node)
        while isinstance(parent, (ast.If, ast.Try, ast.With)):
            if isinstance(parent, ast.If):
                return True
            parent = self._parents.get(parent)
        return False

    def _imported_module(self, node: ast.Import, name: str) -> Things:
        for alias in node.names:
            if alias.asname == name:
                return all_known(module_thing(value) for value in self.module(alias.name))
            if alias.asname is None and alias.name.partition(".")[0] == name:
                return all_known(module_thing(value) for value in self.module(name))
        return None

    def _imported_name(self, node: ast.ImportFrom, name: str) -> Things:
        original = next(a.name for a in node.names if (a.asname or a.name) == name)
        dotted = node.module or ""
        modules = all_known(module_thing(value) for value in self.module(dotted, node.level))
        found = _each(modules, lambda thing: thing.member(original))
        if found is not None:
            return found
        if modules is not None and any(thing.has(original) for thing in modules):
            return None
        submodule = f"{dotted}.{original}".lstrip(".")
        return all_known(module_thing(value) for value in self.module(submodule, node.level))

    def _defined(self, node: ast.ClassDef | ast.FunctionDef) -> Things:
        for leaf in self._tree.get_used_names().get(node.name, []):
            definition = leaf.parent
            if definition is None or leaf.start_pos[0] != node.lineno:
                continue
            if isinstance(definition, (tree.Class, tree.Function)) and definition.name is leaf:
                values = tree_name_to_values(self._state, self._context.create_context(leaf), leaf)
                make = class_thing if isinstance(definition, tree.Class) else function_thing
                return all_known(make(value) for value in values)
        return None

    def _parameter(self, node: ast.arg, owner: Scope) -> Things:
        function = owner.node
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        if node in (function.args.vararg, function.args.kwarg):
            return None
        if node.annotation is not None:
            return self._annotation(node.annotation)
        positional = [*function.args.posonlyargs, *function.args.args]
        outer = self._parents.get(function)
        if isinstance(outer, ast.ClassDef) and positional[:1] == [node]:
            return self._self(function, outer)
        return None

    def _self(self, method: ast.FunctionDef | ast.AsyncFunctionDef, outer: ast.ClassDef) -> Things:
        """The instance a method works on, if nobody is expected to extend its class."""
        incomplete = any(sign in outer.name.lower() for sign in _INCOMPLETE)
        if method.decorator_list or incomplete or outer.name in self._extended:
            return None
        text = ast.unparse(outer)
        if "abstractmethod" in text or "NotImplementedError" in text:
            return None
        classes = self._defined(outer)
        return _each(classes, lambda thing: all_known([instance_thing(thing.value)]))

    def _annotation(self, node: ast.expr) -> Things:
        start = (node.lineno, self._column(node.lineno, node.col_offset))
        end_line = node.end_lineno or node.lineno
        end = (end_line, self._column(end_line, node.end_col_offset or 0))
        found = self._tree.get_leaf_for_position(start)
        if found is None:
            return None
        context = self._context.create_context(found)
        while found is not None and (found.start_pos != start or found.end_pos != end):
            found = found.parent
        return None if found is None else annotated(context, found)

    def _builtin(self, name: str) -> Things:
        classes = self._state.builtins_module.py__getattribute__(name)
        return all_known(instance_thing(value) for value in classes)

    def _builtin_name(self, name: str) -> Things:
        module = module_thing(self._state.builtins_module)
        return None if module is None else module.member(name)


def _called(thing: Thing) -> Things:
    if thing.kind == "class":
        if _makes_others(thing):
            return None
        return all_known([instance_thing(thing.value)])
    return returned(thing) if thing.kind == "function" else None


def _makes_others(thing: Thing) -> bool:
    """Whether calling the class may give something else than an instance of it."""
    for found in thing.value.goto("__new__"):
        root = found.get_root_context()
        if not root.is_stub() and not root.is_builtins_module():
            return True
    return bool(thing.value.is_typeddict()) if hasattr(thing.value, "is_typeddict") else False


def _sliced(thing: Thing) -> Things:
    if thing.kind == "instance" and thing.describe() in _SLICEABLE:
        return [thing]
    return None


def _each(things: Things, follow: Callable[[Thing], Things]) -> Things:
    return None if not things else union(follow(thing) for thing in things)


def _narrowed(module: ast.Module) -> list[str]:
    """Names whose type the code itself asks for."""
    names = []
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in _NARROWING and node.args and isinstance(node.args[0], ast.Name):
                names.append(node.args[0].id)
        elif isinstance(node, ast.Match) and isinstance(node.subject, ast.Name):
            names.append(node.subject.id)
    return names


def _extended(module: ast.Module) -> Iterator[str]:
    """Names that the file uses as base classes."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            yield from (base.id for base in node.bases if isinstance(base, ast.Name))
