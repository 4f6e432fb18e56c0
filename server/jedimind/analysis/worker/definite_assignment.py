"""Which variables of a function may be read before they have a value.

A definite assignment analysis in one pass: a variable has a value after a branch if it has one
after each of its arms, and after a loop if it had one before. Where that is not clear, the variable
counts as unset.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Bound = frozenset[str]
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def maybe_unset(function: _Function) -> set[str]:
    """The local variables of `function` that it may read too early."""
    parameters = [node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)]
    flow = _Flow({name for statement in function.body for name in _stored(statement)})
    flow.block(function.body, frozenset(parameters))
    return flow.unset


class _Flow:
    def __init__(self, local: set[str]) -> None:
        self._local = local
        self.unset: set[str] = set()

    def block(self, statements: Iterable[ast.stmt], bound: _Bound) -> _Bound | None:
        """What is bound after `statements`; None if nothing comes after them."""
        for statement in statements:
            after = self._statement(statement, bound)
            if after is None:
                return None
            bound = after
        return bound

    def _statement(self, node: ast.stmt, bound: _Bound) -> _Bound | None:
        if isinstance(node, (ast.Return, ast.Raise)):
            self._reads(node, bound)
            return None
        if isinstance(node, (ast.Break, ast.Continue)):
            return None
        if isinstance(node, ast.If):
            self._reads(node.test, bound)
            return _after(self.block(node.body, bound), self.block(node.orelse, bound))
        if isinstance(node, (ast.For, ast.AsyncFor)):
            self._reads(node.iter, bound)
            self.block(node.body, bound | _stored(node.target))
            return self.block(node.orelse, bound)
        if isinstance(node, ast.While):
            self._reads(node.test, bound)
            self.block(node.body, bound)
            return self.block(node.orelse, bound)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._reads(item, bound)
                bound |= _stored(item)
            return self.block(node.body, bound)
        if isinstance(node, ast.Match):
            self._reads(node.subject, bound)
            arms = [self.block(case.body, bound | _stored(case.pattern)) for case in node.cases]
            return _after(bound, *arms)
        if isinstance(node, ast.Try):
            done = self.block(node.body, bound)
            whole = self.block(node.orelse, done) if done is not None else None
            arms = [
                self.block(each.body, bound | ({each.name} if each.name else set()))
                for each in node.handlers
            ]
            after = _after(whole, *arms)
            last = self.block(node.finalbody, bound)
            return after | last if after is not None and last is not None else None
        self._reads(node, bound)
        return bound | _stored(node)

    def _reads(self, node: ast.AST, bound: _Bound) -> None:
        """Note what `node` reads of what is not bound. Code of inner scopes runs later."""
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            self._read(node.target.id, bound)
        rest = [node]
        while rest:
            each = rest.pop()
            if isinstance(each, ast.Name) and isinstance(each.ctx, (ast.Load, ast.Del)):
                self._read(each.id, bound)
            if isinstance(each, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
                names = {name for clause in each.generators for name in _stored(clause.target)}
                own = _Flow(self._local - names)
                for child in ast.iter_child_nodes(each):
                    own._reads(child, bound)
                self.unset |= own.unset
            elif not isinstance(each, _SCOPES):
                rest += ast.iter_child_nodes(each)

    def _read(self, name: str, bound: _Bound) -> None:
        if name in self._local and name not in bound:
            self.unset.add(name)


def _after(*arms: _Bound | None) -> _Bound | None:
    """What is bound where several ways meet, of which some may end before."""
    reached = [arm for arm in arms if arm is not None]
    return frozenset.intersection(*reached) if reached else None


def _stored(node: ast.AST) -> _Bound:
    """The names that `node` binds in its scope."""
    found: set[str] = set()
    rest = [node]
    while rest:
        each = rest.pop()
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            found.add(each.id)
        elif isinstance(each, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in each.names}
        elif isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(each.name)
            continue
        elif isinstance(each, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and each.name:
            found.add(each.name)
        elif isinstance(each, ast.MatchMapping) and each.rest:
            found.add(each.rest)
        if not isinstance(
            each, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
        ):
            rest += ast.iter_child_nodes(each)
    return frozenset(found)
