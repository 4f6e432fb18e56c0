"""What the names of a file stand for. These types travel to and from the worker."""

from __future__ import annotations

import base64
import enum
import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question

_FORMAT = struct.Struct("<5I")


class TokenType(enum.IntEnum):
    """What a name stands for, in the protocol's words."""

    NAMESPACE = 0
    CLASS = 1
    ENUM = 2
    ENUM_MEMBER = 3
    TYPE_PARAMETER = 4
    PARAMETER = 5
    VARIABLE = 6
    PROPERTY = 7
    FUNCTION = 8
    METHOD = 9
    DECORATOR = 10


class Modifier(enum.IntFlag):
    """What else is known of a name. `SELF` is a method's first parameter, and no word of the
    protocol's."""

    NONE = 0
    DECLARATION = 1
    DEFINITION = 2
    READONLY = 4
    STATIC = 8
    ASYNC = 16
    DEPRECATED = 32
    DEFAULT_LIBRARY = 64
    SELF = 128


class Token(NamedTuple):
    """A name at `line` and `column`, from 0; columns and `length` are code points.

    A tuple, because a file has tens of thousands. `type` is a `TokenType`, `modifiers` a
    `Modifier`.
    """

    line: int
    column: int
    length: int
    type: int
    modifiers: int


@attrs.frozen
class SemanticTokens:
    """The tokens of a file, in order.

    They travel as the base64 of five little-endian 32-bit numbers each: as JSON they took the
    server's loop many times as long. They are not `complete` if there was no time to ask Jedi for
    all of them; another question finds out more.
    """

    packed: str
    complete: bool = True

    @classmethod
    def of(cls, tokens: Iterable[Token], *, complete: bool) -> SemanticTokens:
        numbers = b"".join(_FORMAT.pack(*token) for token in tokens)
        return cls(base64.b64encode(numbers).decode(), complete)

    def __iter__(self) -> Iterator[Token]:
        return map(Token._make, _FORMAT.iter_unpack(base64.b64decode(self.packed)))


@attrs.frozen
class SemanticTokensQuestion(Question[SemanticTokens]):
    """Asks about the names in the lines from `first` up to but excluding `stop`, from 0."""

    place: SourcePlace
    first: int
    stop: int
