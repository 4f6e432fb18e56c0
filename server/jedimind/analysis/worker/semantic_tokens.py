"""Answers what every name of a file stands for.

Scopes are bound in one walk through the syntax tree; Jedi is asked only what imports bring in.
A question to Jedi for each use would take seconds for a file of a thousand lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from jedimind.analysis.semantic_tokens import (
    Modifier,
    SemanticTokens,
    SemanticTokensQuestion,
    Token,
    TokenType,
)
from jedimind.analysis.worker.tokens import looks
from jedimind.analysis.worker.tokens.imported import Imported
from jedimind.analysis.worker.tokens.names import names
from jedimind.analysis.worker.tokens.scopes import Origin, Scope, Symbol
from jedimind.analysis.worker.tokens.uses import Use
from jedimind.syntax import parse
from jedimind.text import Text


def semantic_tokens(question: SemanticTokensQuestion) -> SemanticTokens:
    found = names(parse(Text.of(question.place.source)))
    uses = [use for use in found.uses if question.first <= use.line < question.stop]
    uses.sort(key=lambda use: (use.line, use.column))
    if found.has_star_imports:
        _blame_star_imports(uses)
    imported = Imported(question.place, found.modules)
    complete = imported.ask(_imported_uses(uses))
    return SemanticTokens.of((_token(use, imported) for use in uses if use.name), complete=complete)


def _blame_star_imports(uses: list[Use]) -> None:
    """Take names that are bound nowhere else for imported."""
    for use in uses:
        if use.type is None and use.symbol is None and use.chain:
            name = use.chain[0]
            if use.scope.find(name) is None and looks.builtin(name) is None:
                origin = Origin("*", name, use.line, use.column)
                use.symbol = Symbol(TokenType.VARIABLE, origin=origin)


def _imported_uses(uses: list[Use]) -> Iterator[tuple[Use, Origin]]:
    """The first use of each imported name, and of each chain of its attributes."""
    seen: set[tuple[Origin, tuple[str, ...]]] = set()
    for use in uses:
        if use.type is not None or not use.chain:
            continue
        symbol = use.symbol or use.scope.find(use.chain[0])
        if symbol is None or symbol.origin is None:
            continue
        key = symbol.origin, use.chain[1:]
        if key not in seen:
            seen.add(key)
            yield use, symbol.origin


def _token(use: Use, imported: Imported) -> Token:
    symbol = _symbol(use, imported)
    type_, modifiers = symbol.type, symbol.modifiers
    if use.role == "decorates":
        type_ = TokenType.DECORATOR
    if use.role == "bound":
        modifiers |= Modifier.DECLARATION
    elif modifiers:
        modifiers &= ~Modifier.DEFINITION
    return Token(use.line, use.column, len(use.name), type_.value, modifiers.value)


def _symbol(use: Use, imported: Imported) -> Symbol:
    if use.type is not None:
        return Symbol(use.type)
    called = use.role == "called"
    if not use.chain:
        return looks.attribute(use.name, called=called)
    root = use.symbol or use.scope.find(use.chain[0])
    attributes = use.chain[1:]
    if root is not None and root.origin is not None:
        return imported.symbol(root.origin, attributes, called=called)
    if attributes:
        return _member(root, attributes, called=called)
    return root or looks.builtin(use.name) or looks.unknown(use.name, called=called)


def _member(root: Symbol | None, attributes: tuple[str, ...], *, called: bool) -> Symbol:
    """What the last of `attributes` stands for, as far as classes of the file tell."""
    members: Scope | None = root.members if root is not None else None
    for attribute in attributes[:-1]:
        inner = members.member(attribute) if members is not None else None
        members = inner.members if inner is not None else None
    known = members.member(attributes[-1]) if members is not None else None
    return known or looks.attribute(attributes[-1], called=called)
