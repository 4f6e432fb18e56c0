"""What a name stands for by its definition, or else by how it is written (PEP 8)."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable

import tree_sitter

from jedimind.analysis.semantic_tokens import Modifier, TokenType
from jedimind.analysis.worker.tokens.scopes import Scope, Symbol
from jedimind.analysis.worker.tokens.uses import Source

_WORD = re.compile(r"[^\W\d]\w*")
_CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]*")
_CAPITALISED = re.compile(r"_*[A-Z]\w*[a-z]\w*")
_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"})
_TYPE_VARIABLES = frozenset({"TypeVar", "ParamSpec", "TypeVarTuple"})
_CLASS_FACTORIES = frozenset({"namedtuple", "NamedTuple", "TypedDict", "NewType", *_ENUMS})
_PROPERTIES = frozenset({"property", "cached_property", "setter", "getter", "deleter"}) | frozenset(
    {"abstractproperty"}
)
_STATIC = frozenset({"staticmethod", "classmethod"})
# What can be an alias of a class, if the name says so.
_ALIASES = frozenset({"identifier", "attribute", "subscript", "binary_operator"})
_MODULE_NAMES = frozenset({"__name__", "__file__", "__doc__", "__package__", "__spec__"}) | (
    frozenset({"__path__", "__loader__", "__builtins__", "__debug__"})
)


def last_word(source: str) -> str:
    """The last name of a dotted one, without what it is called with: ``route`` of
    ``@app.route("/")``."""
    words = _WORD.findall(re.split(r"[(\[]", source, maxsplit=1)[0])
    return words[-1] if words else ""


def variable(name: str, scope: Scope) -> Symbol:
    """A name that is bound to some value."""
    if scope.kind == "class":
        if scope.is_enum and not name.startswith("_"):
            return Symbol(TokenType.ENUM_MEMBER, Modifier.READONLY)
        return Symbol(TokenType.PROPERTY, constancy(name))
    in_function = scope.kind in ("function", "comprehension")
    return Symbol(TokenType.VARIABLE, Modifier.NONE if in_function else constancy(name))


def assigned(
    source: Source,
    target: tree_sitter.Node,
    annotation: tree_sitter.Node | None,
    value: tree_sitter.Node | None,
    scope: Scope,
) -> Symbol:
    """The name `target`, which is bound by an assignment."""
    name = source.of(target)
    plain = variable(name, scope)
    if plain.type is TokenType.ENUM_MEMBER:
        return plain
    declared = last_word(source.of(annotation)) if annotation is not None else ""
    if declared == "TypeAlias":
        return Symbol(TokenType.CLASS)
    if declared == "Final":
        return Symbol(plain.type, plain.modifiers | Modifier.READONLY)
    if value is None:
        return plain
    if value.type == "call":
        maker = last_word(source.of(value))
        if maker in _TYPE_VARIABLES:
            return Symbol(TokenType.TYPE_PARAMETER)
        if maker in _CLASS_FACTORIES:
            return Symbol(TokenType.CLASS)
    if value.type == "lambda":
        return Symbol(TokenType.METHOD if scope.kind == "class" else TokenType.FUNCTION)
    if value.type == "identifier" and annotation is None:
        aliased = scope.find(source.of(value))
        if aliased is not None and aliased.type is TokenType.CLASS and aliased.members is not None:
            return aliased
    if value.type in _ALIASES and _CAPITALISED.fullmatch(name) and annotation is None:
        return Symbol(TokenType.CLASS)
    return plain


def function(decorators: Iterable[str], scope: Scope, *, is_async: bool) -> Symbol:
    words = set(decorators)
    modifiers = Modifier.DEFINITION
    if is_async:
        modifiers |= Modifier.ASYNC
    if "deprecated" in words:
        modifiers |= Modifier.DEPRECATED
    if scope.kind != "class":
        return Symbol(TokenType.FUNCTION, modifiers)
    if words & _PROPERTIES:
        return Symbol(TokenType.PROPERTY, modifiers)
    if words & _STATIC:
        modifiers |= Modifier.STATIC
    return Symbol(TokenType.METHOD, modifiers)


def class_(decorators: Iterable[str], body: Scope) -> Symbol:
    modifiers = Modifier.DEFINITION
    if "deprecated" in decorators:
        modifiers |= Modifier.DEPRECATED
    type_ = TokenType.ENUM if body.is_enum else TokenType.CLASS
    return Symbol(type_, modifiers, members=body)


def is_enum(body: Scope) -> bool:
    """Whether the class with this body is an enumeration, by its bases."""
    for base in body.bases:
        symbol = body.parent.find(base) if body.parent is not None else None
        if last_word(base) in _ENUMS or (symbol is not None and symbol.type is TokenType.ENUM):
            return True
    return False


def constancy(name: str) -> Modifier:
    return Modifier.READONLY if _CONSTANT.fullmatch(name) else Modifier.NONE


def unknown(name: str, *, called: bool) -> Symbol:
    """What a name is likely to be of which nothing else is known."""
    if _CAPITALISED.fullmatch(name) or (len(name) == 1 and name.isupper()):
        return Symbol(TokenType.CLASS)
    return Symbol(TokenType.FUNCTION if called else TokenType.VARIABLE, constancy(name))


def attribute(name: str, *, called: bool) -> Symbol:
    """What an attribute of an unknown object is likely to be."""
    if not called:
        return Symbol(TokenType.PROPERTY, constancy(name))
    return Symbol(TokenType.CLASS if _CAPITALISED.fullmatch(name) else TokenType.METHOD)


def builtin(name: str) -> Symbol | None:
    """What `name` is among the builtins of the Python that this runs on."""
    if name in _MODULE_NAMES:
        return Symbol(TokenType.VARIABLE, Modifier.DEFAULT_LIBRARY | Modifier.READONLY)
    value = getattr(builtins, name, None)
    if value is None:
        return None
    type_ = TokenType.FUNCTION if callable(value) else TokenType.VARIABLE
    if isinstance(value, type):
        type_ = TokenType.CLASS
    return Symbol(type_, Modifier.DEFAULT_LIBRARY)
