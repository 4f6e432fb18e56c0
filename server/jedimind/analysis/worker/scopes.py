"""Which names a module binds, in which scope, and which it reads: Python's own scoping rules.

See *Resolution of names* in the language reference. Order is ignored: a name bound anywhere in a
scope counts as bound, so a use before its assignment is not reported.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from typing import Literal, cast

import attrs

_MODULE_NAMES = frozenset(
    {"__annotations__", "__builtins__", "__cached__", "__doc__", "__file__", "__loader__"}
    | {"__name__", "__package__", "__path__", "__spec__", "__debug__"}
)
_CLASS_NAMES = frozenset({"__module__", "__qualname__", "__annotations__", "__doc__"})
# `gettext.install` puts `_` among the builtins; `WindowsError` is one on Windows only.
_BUILTINS = frozenset(dir(builtins)) | {"_", "WindowsError"}

# The guard of code under a test of the Python version, the platform, or what an object has.
_PLATFORM = "a platform test"
_PLATFORM_TESTS = frozenset({"version_info", "platform", "hasattr", "name", "implementation"})

ScopeKind = Literal["module", "class", "function", "comprehension", "type parameters"]


@attrs.define(eq=False)
class Scope:
    """One scope: the nodes that bind each of its names, and which names it leaves to outer ones."""

    kind: ScopeKind
    node: ast.AST
    parent: Scope | None = None
    bindings: dict[str, list[ast.AST]] = attrs.Factory(dict)
    outward: set[str] = attrs.Factory(set)

    def owner(self, name: str) -> Scope | None:
        """The scope whose `name` is meant by code in this one; None if there is none."""
        scope: Scope | None = self
        first = True
        while scope is not None:
            bound = name in scope.bindings and name not in scope.outward
            if bound and (first or scope.kind != "class"):
                return scope
            # A comprehension or type parameters directly in a class see the class' names only
            # in part; which part does not matter for whether the name exists.
            first = first and scope.kind in ("comprehension", "type parameters")
            scope = scope.parent
        return None

    def visible(self) -> Iterator[str]:
        scope: Scope | None = self
        while scope is not None:
            if scope is self or scope.kind != "class":
                yield from scope.bindings
            scope = scope.parent
        yield from _BUILTINS


@attrs.define(eq=False)
class Bindings:
    """All scopes of a module, and what reads names."""

    module: Scope
    reads: list[ast.Name] = attrs.Factory(list)
    scope_of: dict[ast.AST, Scope] = attrs.Factory(dict)
    star_imports: list[ast.ImportFrom] = attrs.Factory(list)
    # Names that a nested function may rebind, with `global` or `nonlocal`.
    shared: set[str] = attrs.Factory(set)
    guards: dict[ast.AST, frozenset[str]] = attrs.Factory(dict)

    def exists(self, read: ast.Name) -> bool:
        return self.scope_of[read].owner(read.id) is not None or is_builtin(read.id)

    def guarded(self, node: ast.AST, *exceptions: str) -> bool:
        """Whether the code expects `node` to fail so, or runs it on some platforms only."""
        guards = self.guards.get(node, frozenset())
        return not guards.isdisjoint({_PLATFORM, *exceptions})


def is_builtin(name: str) -> bool:
    return name in _BUILTINS or name in _MODULE_NAMES


def analyse(tree: ast.Module) -> Bindings:
    """The scopes of `tree`, and in which scope each name, attribute and call is evaluated."""
    visitor = _Visitor(Scope("module", tree))
    visitor.visit(tree)
    return visitor.result


class _Visitor(ast.NodeVisitor):
    """Walks a module in one pass; `self._scope` is where the visited node is evaluated."""

    def __init__(self, module: Scope) -> None:
        self._scope = module
        self._guards: frozenset[str] = frozenset()
        self.result = Bindings(module)

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Import, ast.ImportFrom)):
            self.result.scope_of[node] = self._scope
            if self._guards:
                self.result.guards[node] = self._guards
        super().visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.result.reads.append(node)
        else:
            self._bind(node.id, node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._bind(node.name, node)
        self._visit_all(node.decorator_list)
        self._visit_all([*node.args.defaults, *filter(None, node.args.kw_defaults)])
        outer = self._enter_type_parameters(node)
        arguments = _arguments(node.args)
        self._visit_all([a.annotation for a in arguments if a.annotation is not None])
        if node.returns is not None:
            self.visit(node.returns)
        self._enter("function", node)
        if self._in_class():
            self._bind("__class__", node)
        for argument in arguments:
            self._bind(argument.arg, argument)
        self._visit_all(node.body)
        self._scope = outer

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_all([*node.args.defaults, *filter(None, node.args.kw_defaults)])
        outer = self._scope
        self._enter("function", node)
        for argument in _arguments(node.args):
            self._bind(argument.arg, argument)
        self.visit(node.body)
        self._scope = outer

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name, node)
        self._visit_all(node.decorator_list)
        outer = self._enter_type_parameters(node)
        self._visit_all([*node.bases, *node.keywords])
        self._enter("class", node)
        for name in _CLASS_NAMES:
            self._bind(name, node)
        self._visit_all(node.body)
        self._scope = outer

    def _visit_comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> None:
        # The first iterable is evaluated outside.
        self.visit(node.generators[0].iter)
        outer = self._scope
        self._enter("comprehension", node)
        for number, generator in enumerate(node.generators):
            self.visit(generator.target)
            if number:
                self.visit(generator.iter)
            self._visit_all(generator.ifs)
        if isinstance(node, ast.DictComp):
            self._visit_all([node.key, node.value])
        else:
            self.visit(node.elt)
        self._scope = outer

    visit_ListComp = visit_SetComp = _visit_comprehension  # noqa: N815
    visit_DictComp = visit_GeneratorExp = _visit_comprehension  # noqa: N815

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        inner = self._scope
        while self._scope.kind == "comprehension" and self._scope.parent is not None:
            self._scope = self._scope.parent
        self._bind(node.target.id, node)
        self._scope = inner

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name is not None:
            self._bind(node.name, node)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._bind(alias.asname or alias.name.partition(".")[0], node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.result.star_imports.append(node)
            else:
                self._bind(alias.asname or alias.name, node)

    def visit_Global(self, node: ast.Global) -> None:
        self._share(node)
        for name in node.names:
            self.result.module.bindings.setdefault(name, []).append(node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self._share(node)

    def _share(self, node: ast.Global | ast.Nonlocal) -> None:
        self._scope.outward.update(node.names)
        self.result.shared.update(node.names)

    def visit_Try(self, node: ast.Try) -> None:
        outer = self._guards
        self._guards = outer | {name for handler in node.handlers for name in _caught(handler)}
        self._visit_all(node.body)
        self._guards = outer
        self._visit_all([*node.handlers, *node.orelse, *node.finalbody])

    def visit_If(self, node: ast.If | ast.IfExp) -> None:
        self.visit(node.test)
        outer = self._guards
        if any(_word(part) in _PLATFORM_TESTS for part in ast.walk(node.test)):
            self._guards = outer | {_PLATFORM}
        for branch in (node.body, node.orelse):
            self._visit_all(branch if isinstance(branch, list) else [branch])
        self._guards = outer

    visit_IfExp = visit_If  # noqa: N815

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self._capture(node, node.name)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self._capture(node, node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self._capture(node, node.rest)

    def visit_TypeAlias(self, node: ast.AST) -> None:
        self.visit(node.name)  # type: ignore[attr-defined]
        outer = self._enter_type_parameters(node)
        self.visit(node.value)  # type: ignore[attr-defined]
        self._scope = outer

    def _capture(self, node: ast.AST, name: str | None) -> None:
        if name is not None:
            self._bind(name, node)
        self.generic_visit(node)

    def _enter_type_parameters(self, node: ast.AST) -> Scope:
        """Enter the scope of ``[T]`` after a name (Python 3.12), if any; returns the outer one."""
        outer = self._scope
        parameters = cast("list[ast.AST]", getattr(node, "type_params", []))
        if parameters:
            self._enter("type parameters", node)
            for parameter in parameters:
                self._bind(parameter.name, parameter)  # type: ignore[attr-defined]
                self.generic_visit(parameter)
        return outer

    def _enter(self, kind: ScopeKind, node: ast.AST) -> None:
        self._scope = Scope(kind, node, self._scope)

    def _in_class(self) -> bool:
        scope = self._scope.parent
        while scope is not None:
            if scope.kind == "class":
                return True
            scope = scope.parent
        return False

    def _bind(self, name: str, node: ast.AST) -> None:
        self._scope.bindings.setdefault(name, []).append(node)

    def _visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return every + [a for a in (arguments.vararg, arguments.kwarg) if a is not None]


def _caught(handler: ast.ExceptHandler) -> Iterator[str]:
    if handler.type is None:
        yield "BaseException"
        return
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    yield from filter(None, map(_word, kinds))


def _word(node: ast.AST) -> str | None:
    """The last word of a name or attribute."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None
