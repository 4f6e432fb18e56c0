"""Moving code to another indentation without changing what its strings say.

Lines end at line feeds only. A line that begins inside a string belongs to the string's value and
is left alone, except in a docstring (any string that is a statement of its own): its readers take
its indentation for the code's, see PEP 257.
"""

from __future__ import annotations

import contextlib
import functools
import io
import tokenize
from collections.abc import Callable

# From Python 3.12 an f-string is several tokens; before, it was one STRING.
_OPENS = {getattr(tokenize, name, None) for name in ("FSTRING_START", "TSTRING_START")} - {None}
_CLOSES = {getattr(tokenize, name, None) for name in ("FSTRING_END", "TSTRING_END")} - {None}
_INVISIBLE = {tokenize.NL, tokenize.COMMENT}
_BETWEEN_STATEMENTS = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}


def dedented(code: str) -> str:
    """`code` without the indentation that its lines share; blank lines become empty."""
    inside = _rows_inside_strings(code)
    indents = [
        line[: len(line) - len(line.lstrip(" \t"))]
        for row, line in enumerate(code.split("\n"))
        if line.strip() and row not in inside
    ]
    margin = functools.reduce(_shared, indents) if indents else ""

    def moved(line: str) -> str:
        return line[len(_shared(line, margin)) :] if line.strip() else ""

    return _each_line(code, inside, moved)


def indented(code: str, indent: str) -> str:
    """`code` with `indent` before each line that is not blank."""

    def moved(line: str) -> str:
        return indent + line if line.strip() else line

    return _each_line(code, _rows_inside_strings(code), moved)


def _shared(one: str, other: str) -> str:
    """What both begin with."""
    length = min(len(one), len(other))
    while one[:length] != other[:length]:
        length -= 1
    return one[:length]


def _each_line(code: str, inside: dict[int, bool], moved: Callable[[str], str]) -> str:
    lines = code.split("\n")
    return "\n".join(
        moved(line) if inside.get(row, True) else line for row, line in enumerate(lines)
    )


def _rows_inside_strings(code: str) -> dict[int, bool]:
    """The rows, from 0, that begin inside a string, and whether that is a docstring."""
    tokens = _visible_tokens(code)
    rows: dict[int, bool] = {}
    first = depth = 0
    for number, token in enumerate(tokens):
        if token.type in _OPENS:
            first = first if depth else token.start[0]
            depth += 1
        elif token.type in _CLOSES:
            depth -= 1
            if not depth:
                rows.update(dict.fromkeys(range(first, token.end[0]), False))
        elif token.type == tokenize.STRING and not depth:
            begins = number == 0 or tokens[number - 1].type in _BETWEEN_STATEMENTS
            ends = number + 1 < len(tokens) and tokens[number + 1].type == tokenize.NEWLINE
            rows.update(dict.fromkeys(range(token.start[0], token.end[0]), begins and ends))
    return rows


def _visible_tokens(code: str) -> list[tokenize.TokenInfo]:
    """The tokens without blank lines and comments, as far as there are any: code may be broken."""
    tokens: list[tokenize.TokenInfo] = []
    with contextlib.suppress(tokenize.TokenError, SyntaxError, ValueError, MemoryError):
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type not in _INVISIBLE:
                tokens.append(token)
    return tokens
