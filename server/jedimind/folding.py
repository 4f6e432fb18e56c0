"""What a reader can fold away, from the syntax tree: bodies, brackets, strings, comments, cells.

A body is folded from its colon on, so that its header stays in sight, and the parameters of a
header of several lines are folded by themselves; rust-analyzer and gopls do the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal

import attrs
import tree_sitter

from jedimind.syntax import Tree
from jedimind.text import Position, Span, Text

Kind = Literal["comment", "imports", "region"]

_WITH_BODY = frozenset(
    {"function_definition", "class_definition", "with_statement", "match_statement", "case_clause"}
    | {"if_statement", "elif_clause", "else_clause", "for_statement", "while_statement"}
    | {"try_statement", "except_clause", "finally_clause"}
)
_CLAUSES = frozenset({"elif_clause", "else_clause", "except_clause", "finally_clause"})
_IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})

_REGION = re.compile(r"#\s*region\b")
_END_OF_REGION = re.compile(r"#\s*endregion\b")
# The cell marks of Spyder and VS Code, and what nbconvert writes.
_CELL = re.compile(r"#\s*(%%|In\s?\[[ \d]*\])")

_CLOSERS = (")", "]", "}", '"', "'")
_BRACKETS = " \t\f)]}"


@attrs.frozen
class Fold:
    """Something to fold. `span` is what disappears: neither brackets nor quotes are in it."""

    span: Span
    kind: Kind | None = None


def folds(tree: Tree) -> list[Fold]:
    """All folds of a document, in order; of those that begin at one place the longest first."""
    comments: list[tree_sitter.Node] = []
    found: list[Fold] = []
    rest = [tree.root]
    while rest:  # not by recursion: code can be nested deeper than Python's stack
        node = rest.pop()
        if node.type == "comment":
            comments.append(node)
        elif node.start_point.row != node.end_point.row:
            children = node.children
            found.extend(_of_node(tree, node, children))
            rest.extend(reversed(children))
    found.extend(_of_comments(tree.text, [comment.start_point.row for comment in comments]))
    return _ordered(fold for fold in found if fold.span.start.line < fold.span.end.line)


def by_lines(text: Text, found: Iterable[Fold]) -> list[Fold]:
    """The folds for an editor that hides whole lines, all below the first one of a fold.

    A line that begins with the closing bracket or quotes, or goes on after them, stays in sight.
    There is one fold a line, and each is all inside or all outside of another, because editors
    drop what is not.
    """
    kept: list[Fold] = []
    around: list[range] = []
    for fold in _ordered(_in_whole_lines(text, found)):
        lines = range(fold.span.start.line, fold.span.end.line + 1)
        while around and around[-1].stop <= lines.start:
            around.pop()
        if around and (around[-1].start == lines.start or around[-1].stop < lines.stop):
            continue
        kept.append(fold)
        around.append(lines)
    return kept


def outermost(found: Sequence[Fold], limit: int) -> list[Fold]:
    """At most `limit` of the ordered folds `found`, in order; those deep inside others go first."""
    if len(found) <= limit:
        return list(found)
    depths: list[int] = []
    around: list[Position] = []
    for fold in found:
        while around and around[-1] <= fold.span.start:
            around.pop()
        depths.append(len(around))
        around.append(fold.span.end)
    chosen = sorted(range(len(found)), key=lambda number: depths[number])[:limit]
    return [found[number] for number in sorted(chosen)]


def _of_node(
    tree: Tree, node: tree_sitter.Node, children: list[tree_sitter.Node]
) -> Iterator[Fold]:
    if node.type in _WITH_BODY:
        yield from _body(tree, children)
    if node.type == "string":
        yield from _between(tree, children[0], children[-1])
    else:
        yield from _brackets(tree, children)
    yield from _import_blocks(tree, children)


def _body(tree: Tree, children: list[tree_sitter.Node]) -> Iterator[Fold]:
    """From the colon to what the header governs; that is no block while it is half typed."""
    colon = next((at for at, child in enumerate(children) if child.type == ":"), None)
    if colon is None:
        return
    start = tree.span(children[colon]).end
    line = tree.text.line(start.line)
    if line[start.column :].lstrip().startswith("#"):
        start = Position(start.line, len(line))
    end = start
    for child in children[colon + 1 :]:
        if child.type in _CLAUSES:
            break
        end = tree.span(child).end
    yield Fold(Span(start, end))


def _brackets(tree: Tree, children: list[tree_sitter.Node]) -> Iterator[Fold]:
    opened: tree_sitter.Node | None = None
    for child in children:
        if child.type in ("(", "[", "{"):
            opened = child
        elif child.type in (")", "]", "}") and opened is not None:
            yield from _between(tree, opened, child)
            opened = None


def _between(tree: Tree, opening: tree_sitter.Node, closing: tree_sitter.Node) -> Iterator[Fold]:
    if not closing.is_missing and opening.start_point.row != closing.start_point.row:
        yield Fold(Span(tree.span(opening).end, tree.span(closing).start))


def _import_blocks(tree: Tree, children: list[tree_sitter.Node]) -> Iterator[Fold]:
    """Imports that follow each other; the comments between them do not part them."""
    block: list[tree_sitter.Node] = []
    for child in [*children, None]:
        if child is not None and child.type in _IMPORTS:
            block.append(child)
        elif child is None or child.type != "comment":
            if len(block) > 1:
                last = tree.span(block[-1]).end
                yield Fold(Span(tree.span(block[0]).end, last), "imports")
            block = []


def _of_comments(text: Text, rows: list[int]) -> Iterator[Fold]:
    """What the comments in `rows` are or mark, of those that have their lines to themselves."""
    alone = {row: line for row in rows if (line := text.line(row)).lstrip().startswith("#")}
    marks = [row for row, line in alone.items() if _is_mark(line.lstrip())]
    yield from _comment_blocks(text, [row for row in alone if row not in set(marks)])
    yield from _regions(text, marks)
    yield from _cells(text, [row for row in marks if _CELL.match(text.line(row))])


def _is_mark(comment: str) -> bool:
    return any(mark.match(comment) for mark in (_REGION, _END_OF_REGION, _CELL))


def _comment_blocks(text: Text, rows: list[int]) -> Iterator[Fold]:
    first: int | None = None
    for row, following in pairwise([*rows, -1]):
        first = row if first is None else first
        if following != row + 1 or _indent(text, following) != _indent(text, row):
            yield Fold(_below(text, first, row), "comment")
            first = None


def _regions(text: Text, marks: list[int]) -> Iterator[Fold]:
    """From each ``# region`` to its ``# endregion``; the marks of VS Code."""
    opened: list[int] = []
    for row in marks:
        comment = text.line(row).lstrip()
        if _REGION.match(comment):
            opened.append(row)
        elif _END_OF_REGION.match(comment) and opened:
            yield Fold(_below(text, opened.pop(), row), "region")


def _cells(text: Text, marks: list[int]) -> Iterator[Fold]:
    for row, following in pairwise([*marks, len(text.lines)]):
        last = following - 1
        while not text.line(last).strip():
            last -= 1
        yield Fold(_below(text, row, last), "region")


def _below(text: Text, first: int, last: int) -> Span:
    """All of the lines from `first` to `last` but for what is on the first."""
    return Span(Position(first, len(text.line(first))), Position(last, len(text.line(last))))


def _indent(text: Text, row: int) -> str:
    line = text.line(row)
    return line[: len(line) - len(line.lstrip())]


def _in_whole_lines(text: Text, found: Iterable[Fold]) -> Iterator[Fold]:
    for fold in found:
        first, end = fold.span.start.line, fold.span.end
        last = end.line
        before, after = text.line(last)[: end.column], text.line(last)[end.column :]
        if after.startswith(_CLOSERS):
            behind = after.lstrip(f"{_BRACKETS}\"',")
            if not before.strip(_BRACKETS) or (behind and not behind.startswith("#")):
                last -= 1
        if last > first:
            yield attrs.evolve(fold, span=_below(text, first, last))


def _ordered(found: Iterable[Fold]) -> list[Fold]:
    return sorted(
        found, key=lambda fold: (fold.span.start, -fold.span.end.line, -fold.span.end.column)
    )
