"""Scopes, and what their names stand for as far as the file itself tells.

See *Resolution of names* in the language reference. Order is ignored: a name stands for the same
all over its scope.
"""

from __future__ import annotations

from typing import Literal

import attrs

from jedimind.analysis.semantic_tokens import Modifier, TokenType

Kind = Literal["module", "class", "function", "comprehension", "type parameters"]


@attrs.frozen
class Origin:
    """Where an import takes a name from; `name` is empty for a module that is imported itself.

    For what a star import may bring in, the module is ``*``. `line` and `column` are where the
    file names it first.
    """

    module: str
    name: str
    line: int = attrs.field(eq=False)
    column: int = attrs.field(eq=False)


@attrs.define(eq=False)
class Symbol:
    """What a name stands for. `members` is the body of a class, or of that of a ``self``."""

    type: TokenType
    modifiers: Modifier = Modifier.NONE
    origin: Origin | None = None
    members: Scope | None = None


@attrs.define(eq=False)
class Scope:
    """One scope. `outward` says which names are left to an outer one; `bases` are a class's."""

    kind: Kind
    parent: Scope | None = None
    symbols: dict[str, Symbol] = attrs.field(factory=dict)
    outward: dict[str, Literal["global", "nonlocal"]] = attrs.field(factory=dict)
    bases: list[str] = attrs.field(factory=list)
    is_enum: bool = False

    def declare(self, name: str, symbol: Symbol) -> None:
        """Bind `name` here. What says more than that it is a variable stands, and the first of
        those: ``except ImportError: yaml = None`` leaves `yaml` a module."""
        scope = self._binding(name)
        before = scope.symbols.get(name)
        if before is None or (
            before.type is TokenType.VARIABLE and symbol.type is not TokenType.VARIABLE
        ):
            scope.symbols[name] = symbol

    def find(self, name: str) -> Symbol | None:
        """What `name` stands for to code in this scope; None if the file does not bind it."""
        scope = self.binder(name)
        return scope.symbols[name] if scope is not None else None

    def binder(self, name: str) -> Scope | None:
        """The scope that binds the `name` that code in this scope means, if the file does."""
        scope: Scope | None = self._binding(name)
        sees_class = True
        while scope is not None:
            if (scope.kind != "class" or sees_class) and name in scope.symbols:
                return scope
            # A comprehension or type parameters right in a class see its names, at least in part.
            sees_class = sees_class and scope.kind in ("comprehension", "type parameters")
            scope = scope.parent
        return None

    def member(self, name: str) -> Symbol | None:
        """What the class with this body, or one of its bases in the file, has under `name`."""
        seen: list[Scope] = []
        rest = [self]
        while rest:
            scope = rest.pop(0)
            if scope in seen:
                continue
            seen.append(scope)
            if name in scope.symbols:
                return scope.symbols[name]
            bases = [(scope.parent or scope).find(base) for base in scope.bases]
            rest.extend(base.members for base in bases if base is not None and base.members)
        return None

    def _binding(self, name: str) -> Scope:
        """The scope that is meant here by `global` and `nonlocal`; else this one."""
        where = self.outward.get(name)
        if where is None:
            return self
        scope = self
        while scope.parent is not None:
            scope = scope.parent
            if where == "nonlocal" and scope.kind == "function" and name in scope.symbols:
                return scope
        return scope
