"""Which names of a source are the same variable, by Python's own rules and without Jedi.

Only plain names are told of: variables, parameters, and what assignments, imports and definitions
bind where they stand as such; not attributes and not the arguments of calls.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

import attrs

Spot = tuple[int, int]  # line from 0, column in UTF-16 units
_Scope = ast.AST

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def variables(source: str) -> dict[Spot, object]:
    """For each plain name where it stands, what is equal for the same variable only."""
    lines = source.split("\n")
    reader = _Reader()
    tree = ast.parse(source)
    reader.read(tree, (tree,))
    return {
        (row - 1, len(lines[row - 1].encode()[:column].decode().encode("utf-16-le")) // 2): (
            reader.owner(name, scopes),
            name,
        )
        for row, column, name, scopes in reader.found
    }


@attrs.define
class _Reader:
    found: list[tuple[int, int, str, tuple[_Scope, ...]]] = attrs.field(factory=list)
    _bound: dict[_Scope, set[str]] = attrs.field(factory=lambda: defaultdict(set))
    _elsewhere: dict[_Scope, dict[str, str]] = attrs.field(factory=lambda: defaultdict(dict))

    def read(self, node: ast.AST, scopes: tuple[_Scope, ...]) -> None:
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                self._bound[scopes[-1]].add(node.id)
            self.found.append((node.lineno, node.col_offset, node.id, scopes))
        elif isinstance(node, ast.arg):
            self._bound[scopes[-1]].add(node.arg)
            self.found.append((node.lineno, node.col_offset, node.arg, scopes))
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            for name in node.names:
                self._elsewhere[scopes[-1]][name] = type(node).__name__
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self._bound[scopes[-1]].add(node.name)
        elif isinstance(node, ast.alias):
            name = (node.asname or node.name).partition(".")[0]
            self._bound[scopes[-1]].add(name)
            if node.asname is None:
                self.found.append((node.lineno, node.col_offset, name, scopes))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self._bound[scopes[-1]].add(node.name)
        for child, inside in _children(node):
            self.read(child, (*scopes, node) if inside else scopes)

    def owner(self, name: str, scopes: tuple[_Scope, ...]) -> _Scope:
        """The scope that the variable belongs to."""
        for scope in reversed(scopes):
            kind = self._elsewhere[scope].get(name)
            if kind == "Global":
                return scopes[0]
            hidden = isinstance(scope, ast.ClassDef) and scope is not scopes[-1]
            if kind is None and name in self._bound[scope] and not hidden:
                return scope
        return scopes[0]


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, bool]]:
    """What a node consists of, and whether it is in a scope of its own."""
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
                yield child, field in ("body", "args")
            else:
                yield child, isinstance(node, _COMPREHENSIONS)
