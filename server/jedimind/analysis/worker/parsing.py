"""Parses a file for verification even if other lines than those in question are half typed."""

from __future__ import annotations

import ast
import re

import attrs

from jedimind.text import Position, Span, split_lines

_MOST_REPAIRS = 20
_IDENTIFIER = re.compile(r"[^\W\d]\w*")


@attrs.frozen(eq=False)
class Parsed:
    """A syntax tree, the source it is of, and the identifiers of lines that had to go."""

    tree: ast.Module
    source: str
    lines: list[str]
    lost: frozenset[str]

    def column(self, row: int, byte_column: int) -> int:
        """The code point column of `ast`'s UTF-8 column in row `row` (from 1)."""
        line = self.lines[row - 1]
        if line.isascii():
            return byte_column
        return len(line.encode()[:byte_column].decode())

    def span(self, row: int, start: int, end: int) -> Span:
        """The span of byte columns `start` to `end` in row `row` (from 1)."""
        columns = self.column(row, start), self.column(row, end)
        return Span(*(Position(row - 1, column) for column in columns))

    def last_word(self, node: ast.Attribute) -> Span:
        """The span of an attribute's own name."""
        row, end = node.end_lineno or node.lineno, node.end_col_offset or 0
        column = self.column(row, end)
        word = re.search(r"\w+$", self.lines[row - 1][:column])
        return Span(
            Position(row - 1, column if word is None else word.start()), Position(row - 1, column)
        )


def parse(source: str, wanted: range) -> Parsed | None:
    """The tree of `source`; lines that break it are left out, but for those `wanted` (from 0).

    None if the wanted lines are broken themselves, or the rest beyond repair.
    """
    lines = split_lines(source)
    lost: set[str] = set()
    for _ in range(_MOST_REPAIRS):
        text = "".join(lines)
        try:
            return Parsed(ast.parse(text), text, lines, frozenset(lost))
        except SyntaxError as error:
            row = (error.lineno or 0) - 1
            if row in wanted or not 0 <= row < len(lines):
                return None
        except (ValueError, RecursionError):  # a null character, a lone surrogate, absurd nesting
            return None
        line = lines[row]
        content = line.lstrip(" \t\f")
        filler = line[: len(line) - len(content)] + "pass"
        ending = line[len(line.rstrip("\r\n")) :]
        if line == filler + ending:
            return None
        lost.update(_IDENTIFIER.findall(line))
        lines[row] = filler + ending
    return None
