"""What names from other files stand for, asked of Jedi: once for each name, not for each use."""

from __future__ import annotations

import functools
import math
import re
import sys
import sysconfig
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jedi

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.semantic_tokens import Modifier, TokenType
from jedimind.analysis.worker.environment import is_library
from jedimind.analysis.worker.scripts import open_script
from jedimind.analysis.worker.tokens import looks
from jedimind.analysis.worker.tokens.scopes import Origin, Symbol
from jedimind.analysis.worker.tokens.uses import Use

# Seconds for all questions about one file. What is not known then goes by how it is written, and
# is asked the next time.
_BUDGET = 0.5

_TYPES = {
    "module": TokenType.NAMESPACE,
    "namespace": TokenType.NAMESPACE,
    "class": TokenType.CLASS,
    "function": TokenType.FUNCTION,
    "property": TokenType.PROPERTY,
}
_TYPE_VARIABLES = frozenset({"TypeVar", "ParamSpec", "TypeVarTuple"})
_ENUM = re.compile(r"class\s+\w+\s*\(.*\b(Enum|IntEnum|StrEnum|Flag|IntFlag)\b")
_STUBS_OF_STANDARD_LIBRARY = Path(jedi.__file__).parent / "third_party" / "typeshed" / "stdlib"

# A module, a name in it, and attributes from there on.
_Key = tuple[str, str, tuple[str, ...]]


class Imported:
    """Answers of Jedi about the imports of one file."""

    def __init__(self, place: SourcePlace, modules: Iterable[str]) -> None:
        """`modules` are those that the file imports by their full names."""
        self._place = place
        self._modules = frozenset(modules)
        self._symbols: dict[_Key, Symbol] = {}
        self._lasting = _lasting(place.folder, place.interpreter)

    def symbol(self, origin: Origin, attributes: tuple[str, ...], *, called: bool) -> Symbol:
        """What `attributes` of an imported name stand for; without any, the name itself."""
        known = self._known(_key(origin, attributes))
        if known is not None:
            return known
        if not attributes:
            return looks.unknown(origin.name, called=called)
        owner = self.symbol(origin, attributes[:-1], called=False)
        return _member(owner, attributes[-1], called=called)

    def ask(self, uses: Iterable[tuple[Use, Origin]]) -> bool:
        """Find out what `uses` of imported names stand for; False if there was no time for all."""
        script: jedi.Script | None = None
        until = math.inf
        for use, origin in sorted(uses, key=lambda pair: len(pair[0].chain)):
            key = _key(origin, use.chain[1:])
            if self._known(key) is not None:
                continue
            owner = self._known(_key(origin, use.chain[1:-1])) if use.chain[1:] else None
            if owner is not None and owner.type is not TokenType.NAMESPACE:
                continue
            if script is None:
                script = open_script(self._place, self._place.source)
                until = time.monotonic() + _BUDGET
            if time.monotonic() > until:
                return False
            at = (use.line, use.column) if key[2] else (origin.line, origin.column)
            found = script.goto(at[0] + 1, at[1], follow_imports=True, prefer_stubs=True)
            if found:
                self._keep(key, found[0])
            elif origin.module.partition(".")[0] in sys.stdlib_module_names:
                self._lasting[key] = self.symbol(origin, key[2], called=use.role == "called")
        return True

    def _known(self, key: _Key) -> Symbol | None:
        module, name, attributes = key
        if not name and (not attributes or ".".join((module, *attributes)) in self._modules):
            return Symbol(TokenType.NAMESPACE)
        return self._symbols.get(key) or self._lasting.get(key)

    def _keep(self, key: _Key, found: Any) -> None:
        path = found.module_path
        symbol = _symbol(found)
        if path is not None and is_library(Path(path)):
            self._lasting[key] = symbol
        self._symbols[key] = symbol


@functools.lru_cache(maxsize=16)
def _lasting(_folder: Path | None, _interpreter: Path | None) -> dict[_Key, Symbol]:
    """What is known of libraries, which do not change while someone types."""
    return {}


def _key(origin: Origin, attributes: tuple[str, ...]) -> _Key:
    return origin.module, origin.name, attributes


def _symbol(found: Any) -> Symbol:
    """What Jedi's name stands for."""
    modifiers = Modifier.DEFAULT_LIBRARY if _is_standard(found) else Modifier.NONE
    type_ = _TYPES.get(found.type)
    if type_ is None:
        type_ = _value_type(found)
    if type_ is TokenType.CLASS and _ENUM.search(found.get_line_code() or ""):
        type_ = TokenType.ENUM
    if type_ is TokenType.VARIABLE:
        modifiers |= looks.constancy(found.name)
    return Symbol(type_, modifiers)


def _value_type(found: Any) -> TokenType:
    """What a variable of another module stands for, by its value."""
    for value in found.infer():
        if value.type != "instance":
            return _TYPES.get(value.type, TokenType.VARIABLE)
        if value.name in _TYPE_VARIABLES:
            return TokenType.TYPE_PARAMETER
        if value.name == "_SpecialForm":  # such as `Optional` and `Any`
            return TokenType.CLASS
    return TokenType.VARIABLE


def _is_standard(found: Any) -> bool:
    path = found.module_path
    if path is None:
        return bool(found.in_builtin_module())
    if _STUBS_OF_STANDARD_LIBRARY in path.parents:
        return True
    installed = "site-packages" in path.parts or "dist-packages" in path.parts
    return not installed and Path(sysconfig.get_path("stdlib")) in path.parents


def _member(owner: Symbol, name: str, *, called: bool) -> Symbol:
    """What an attribute of something imported is likely to be."""
    if owner.type is TokenType.NAMESPACE:
        likely = looks.unknown(name, called=called)
    elif owner.type is TokenType.ENUM and not called:
        likely = Symbol(TokenType.ENUM_MEMBER, Modifier.READONLY)
    else:
        likely = looks.attribute(name, called=called)
    library = owner.modifiers & Modifier.DEFAULT_LIBRARY
    return Symbol(likely.type, likely.modifiers | library)
