"""What an editor selects when it expands the selection: from the word outwards to the module."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter

from jedimind.syntax import Tree
from jedimind.text import Position, Span

_WORD = re.compile(r"\w+")
_OPENING = ("(", "[", "{", "string_start")
_CLOSING = (")", "]", "}", "string_end")
_BLANK = " \t\f"


def selections(tree: Tree, position: Position) -> list[Span]:
    """What can be selected around `position`, from the smallest to all of the document.

    Each is larger than the one before it, and all touch `position`. There is at least one.
    """
    position = tree.text.clamp(position)
    found: list[Span] = []
    for span in _candidates(tree, position):
        touches = span.start <= position <= span.end and not span.empty
        if touches and (not found or _grows(found[-1], span)):
            found.append(span)
    everything = Span(Position(0, 0), tree.text.end)
    if not found or _grows(found[-1], everything):
        found.append(everything)
    return found


def _grows(inner: Span, outer: Span) -> bool:
    return outer != inner and outer.start <= inner.start and inner.end <= outer.end


def _candidates(tree: Tree, position: Position) -> Iterator[Span]:
    touched = _touched(tree, position)
    if _WORD.fullmatch(tree.text.slice(touched)):
        yield touched  # a word of a string or a comment has no node of its own
    node: tree_sitter.Node | None = tree.at(touched.start, touched.end)
    while node is not None and node.parent is not None:
        inside = _inside(tree, node)
        if inside is not None:
            yield _trimmed(tree, inside)
            if inside.start <= position <= inside.end:
                yield inside
        if node.type == "string_content":
            yield _trimmed(tree, tree.span(node))
        if node.type not in (*_OPENING, *_CLOSING):
            yield tree.span(node)
        if node.type == "comment":
            yield _comment_block(tree, node)
        node = node.parent


def _touched(tree: Tree, position: Position) -> Span:
    """The word at `position`, else the character before or after it that is not blank."""
    line = tree.text.line(position.line)
    for match in _WORD.finditer(line):
        if match.start() <= position.column <= match.end():
            return _on_line(position.line, *match.span())
    column = position.column
    if line[column : column + 1].strip(_BLANK):
        return _on_line(position.line, column, column + 1)
    if line[:column][-1:].strip(_BLANK):
        return _on_line(position.line, column - 1, column)
    return Span(position, position)


def _on_line(line: int, start: int, end: int) -> Span:
    return Span(Position(line, start), Position(line, end))


def _inside(tree: Tree, node: tree_sitter.Node) -> Span | None:
    """What stands between the brackets or quotes of `node`."""
    opening = next((child for child in node.children if child.type in _OPENING), None)
    closing = next((child for child in reversed(node.children) if child.type in _CLOSING), None)
    if opening is None or closing is None or closing.start_byte < opening.end_byte:
        return None
    return Span(tree.span(opening).end, tree.span(closing).start)


def _trimmed(tree: Tree, span: Span) -> Span:
    """`span` without the blanks and line ends around what is in it."""
    rows = range(span.start.line, span.end.line + 1)
    written = [row for row in rows if tree.text.slice(_part(tree, span, row)).strip()]
    if not written:
        return Span(span.start, span.start)
    first, last = _part(tree, span, written[0]), _part(tree, span, written[-1])
    head, tail = tree.text.slice(first), tree.text.slice(last)
    return Span(
        Position(written[0], first.end.column - len(head.lstrip())),
        Position(written[-1], last.start.column + len(tail.rstrip())),
    )


def _part(tree: Tree, span: Span, row: int) -> Span:
    """The part of `span` that is in line `row`."""
    start = span.start.column if row == span.start.line else 0
    end = span.end.column if row == span.end.line else len(tree.text.line(row))
    return _on_line(row, start, end)


def _comment_block(tree: Tree, comment: tree_sitter.Node) -> Span:
    """The lines of comments that `comment` is among."""
    first = last = comment
    while (above := first.prev_sibling) is not None and _adjoins(tree, above, first):
        first = above
    while (below := last.next_sibling) is not None and _adjoins(tree, last, below):
        last = below
    return Span(tree.span(first).start, tree.span(last).end)


def _adjoins(tree: Tree, upper: tree_sitter.Node, lower: tree_sitter.Node) -> bool:
    return (
        upper.type == lower.type == "comment"
        and upper.start_point.row + 1 == lower.start_point.row
        and all(
            tree.text.line(node.start_point.row).lstrip().startswith("#") for node in (upper, lower)
        )
    )
