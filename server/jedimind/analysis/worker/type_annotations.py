"""Reads string annotations as the code that they hold, and annotations before their definitions.

Jedi infers the types of string annotations, but finds no names in them: not to complete, not to go
to, not to rename. Where an annotation is one plain string, its quotes are read as spaces here, so
that what is inside is code for everything, in the same columns. An annotation may also name what
is defined further down, which Jedi only looks for above.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from jedi.inference.context import AbstractContext
from parso.python import tree
from parso.tree import BaseNode, NodeOrLeaf

# Where a string annotation may stand: after a colon or an arrow, with parts of a type between. The
# tree tells which of these are annotations.
_CANDIDATE = re.compile(r"(?:\w\s*:|->)[\w\s.,|\[\]()]*[\"']")
_STRING = re.compile(r"\"([^\"\\\r\n]*)\"|'([^'\\\r\n]*)'")
# What is in their brackets is data.
_DATA = frozenset({"Literal", "Annotated"})


def unquoted(source: str, grammar: Any, path: Path | None) -> str:
    """`source` with spaces for the quotes of string annotations."""
    candidates = list(_CANDIDATE.finditer(source))
    if not candidates:
        return source
    # Under another name, so that each of the two texts is compared with its own predecessor.
    raw = None if path is None else path.with_name(path.name + "#")
    module = grammar.parse(source, path=raw, cache=False, diff_cache=raw is not None)
    pieces: list[str] = []
    done = 0
    starts = _line_starts(source)
    lines = {_row(starts, match.end() - 1) for match in candidates}
    for row in sorted(lines):
        begin = starts[row]
        end = starts[row + 1] if row + 1 < len(starts) else len(source)
        for match in _STRING.finditer(source, begin, end):
            # Inside it: at its very start the leaf before would be found.
            leaf = module.get_leaf_for_position((row + 1, match.start() - begin + 1))
            is_string = leaf is not None and leaf.type == "string" and leaf.value == match[0]
            content = match[0][1:-1]
            if is_string and _in_annotation(leaf) and _is_expression(content):
                pieces += [source[done : match.start()], " ", content, " "]
                done = match.end()
    return "".join([*pieces, source[done:]])


def _line_starts(source: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", source))]


def _row(starts: list[int], offset: int) -> int:
    low, high = 0, len(starts)
    while high - low > 1:
        middle = (low + high) // 2
        if starts[middle] <= offset:
            low = middle
        else:
            high = middle
    return low


def _in_annotation(leaf: NodeOrLeaf) -> bool:
    """Whether a leaf is an annotation or a type in one."""
    node = leaf
    while node.parent is not None:
        parent = node.parent
        if parent.type == "annassign":
            return parent.children[1] is node
        if parent.type == "tfpdef":
            return parent.children[-1] is node
        if isinstance(parent, tree.Function):
            return parent.annotation is node
        if parent.type not in _TYPE_NODES or _is_data(parent):
            return False
        node = parent
    return False


def _is_data(node: BaseNode) -> bool:
    if node.type != "trailer" or node.children[0].get_code(include_prefix=False) != "[":
        return False
    before = node.get_previous_leaf()
    return before is not None and before.value in _DATA


# What types are made of: ``a.b[c, d] | e``, in parentheses and lists, too.
_TYPE_NODES = frozenset(
    {"atom_expr", "power", "trailer", "subscriptlist", "subscript", "expr", "arith_expr", "atom"}
    | {"testlist_comp", "testlist"}
)


def _is_expression(content: str) -> bool:
    try:
        ast.parse(content.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def find_later_definitions() -> None:
    """Have annotations name what is defined after them."""
    goto = AbstractContext.goto

    def goto_also_below(self: Any, name_or_str: Any, position: Any) -> Any:
        names = goto(self, name_or_str, position)
        is_name = isinstance(name_or_str, tree.Name)
        if not names and position is not None and is_name and _in_annotation(name_or_str):
            return goto(self, name_or_str, None)
        return names

    AbstractContext.goto = goto_also_below
