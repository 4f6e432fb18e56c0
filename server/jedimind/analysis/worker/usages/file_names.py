"""The names of one file: where they stand, and to which scope of the file they belong."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from jedimind.analysis.location import Location
from jedimind.analysis.semantic_tokens import TokenType
from jedimind.analysis.worker.tokens.names import names
from jedimind.analysis.worker.tokens.scopes import Scope
from jedimind.analysis.worker.tokens.uses import Use
from jedimind.analysis.worker.tokens.walk import Names
from jedimind.syntax import Tree, parse
from jedimind.text import Position, Span, Text

Site = Literal["plain", "attribute", "keyword", "pattern", "import", "imported", "package"]

_WORD = re.compile(r"[^\W\d]\w*")


def site(use: Use) -> Site:
    """How a name is written where it stands.

    ``import`` is a name that an import binds, ``imported`` what it takes under another name, and
    ``package`` a part of a dotted module that is only gone through.
    """
    if use.type is TokenType.PARAMETER:
        return "keyword"
    if use.type is TokenType.PROPERTY:
        return "pattern"
    if use.type is TokenType.NAMESPACE:
        return "import" if use.role == "bound" else "package"
    if use.symbol is not None:
        return "import" if use.role == "bound" else "imported"
    return "plain" if len(use.chain) == 1 else "attribute"


class FileNames:
    """A file of the workspace, by its names."""

    def __init__(self, path: Path, source: str) -> None:
        self.path = path
        self.text = Text.of(source)
        # What was found out about a name, for all scopes of the file, by their identity.
        self._homes: dict[str, dict[int, tuple[int, int]]] = {}
        self._set: dict[str, frozenset[int]] = {}

    @functools.cached_property
    def tree(self) -> Tree:
        return parse(self.text)

    @functools.cached_property
    def names(self) -> Names:
        found = names(self.tree)
        found.uses += _exported(self.tree, found.module)
        return found

    @functools.cached_property
    def _by_name(self) -> dict[str, list[Use]]:
        by_name: dict[str, list[Use]] = defaultdict(list)
        for use in self.names.uses:
            by_name[use.name].append(use)
        return by_name

    @functools.cached_property
    def _by_line(self) -> dict[int, list[Use]]:
        by_line: dict[int, list[Use]] = defaultdict(list)
        for use in self.names.uses:
            by_line[use.line].append(use)
        return by_line

    def called(self, name: str) -> list[Use]:
        """The places where `name` stands."""
        return self._by_name.get(name, [])

    def at(self, position: Position) -> Use | None:
        """The name that `position` is in or, if it is in none, at the end of."""
        touched = [
            use
            for use in self._by_line.get(position.line, [])
            if use.column <= position.column <= use.column + len(use.name)
        ]
        return max(touched, key=lambda use: use.column, default=None)

    def location(self, use: Use) -> Location:
        start = Position(use.line, use.column)
        end = Position(use.line, use.column + len(use.name))
        return Location(self.path, Span(start, end), self.text.line(use.line))

    def owner(self, use: Use) -> Scope | None:
        """The scope of this file whose name it is; None if the file alone does not tell.

        An attribute of ``self`` belongs to the class where the class binds it.
        """
        written = site(use)
        if written in ("plain", "import"):
            return use.scope.binder(use.name)
        if written != "attribute" or not use.chain:
            return None
        body = self._members(use)
        if body is None:
            return None
        if use.role == "bound" or use.name in body.symbols:
            return body
        return body if id(body) in self._set_on_self(use.name) else None

    def home(self, scope: Scope, name: str) -> tuple[int, int] | None:
        """Line and column where `scope` first binds `name`."""
        if name not in self._homes:
            homes: dict[int, tuple[int, int]] = {}
            for use in self.called(name):
                owner = self.owner(use) if use.role == "bound" else None
                if owner is not None:
                    place = use.line, use.column
                    homes[id(owner)] = min(place, homes.get(id(owner), place))
            self._homes[name] = homes
        return self._homes[name].get(id(scope))

    def class_body(self, line: int, column: int) -> Scope | None:
        """The scope of the class whose name stands there."""
        use = self.at(Position(line, column))
        symbol = use.scope.find(use.name) if use is not None else None
        return symbol.members if symbol is not None else None

    def _members(self, use: Use) -> Scope | None:
        """The body of the class that `use` is an attribute of, as far as names tell."""
        symbol = use.scope.find(use.chain[0])
        for attribute in use.chain[1:-1]:
            body = symbol.members if symbol is not None else None
            symbol = body.symbols.get(attribute) if body is not None else None
        return symbol.members if symbol is not None else None

    def _set_on_self(self, name: str) -> frozenset[int]:
        """The bodies of the classes that bind `name` on their objects."""
        if name not in self._set:
            bodies = (
                self._members(use)
                for use in self.called(name)
                if use.role == "bound" and len(use.chain) > 1
            )
            self._set[name] = frozenset(id(body) for body in bodies if body is not None)
        return self._set[name]


def _exported(tree: Tree, module: Scope) -> Iterator[Use]:
    """The names that strings in ``__all__`` hold."""
    for statement in tree.root.named_children:
        if not (statement.text or b"").startswith(b"__all__"):
            continue
        rest = list(statement.named_children)
        while rest:
            node = rest.pop()
            if node.type == "string_content":
                place = tree.span(node).start
                name = tree.source(node)
                if _WORD.fullmatch(name):
                    yield Use(place.line, place.column, (name,), name, module)
            rest += node.named_children
