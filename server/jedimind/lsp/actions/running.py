"""Offers to run what is at the cursor, from the syntax tree alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from jedimind.cells import cell_at
from jedimind.doctests import docstring_at
from jedimind.lsp.actions.offer import Occasion, Offer
from jedimind.lsp.documents import Document
from jedimind.lsp.session import Session
from jedimind.lsp.targets import What
from jedimind.lsp.views import View
from jedimind.syntax import Tree, statement_at, whole_lines
from jedimind.testcases import is_test_file, test_at
from jedimind.text import Span

RUN = "jedimind.run"
KINDS = (RUN,)


async def offers(_session: Session, occasion: Occasion) -> list[Offer]:
    tree, span = occasion.tree, occasion.span
    if not tree.root.named_child_count:
        return []
    document = occasion.view.document
    found = [_offer("Run selection", "selection", span)] if not span.empty else []
    found += _at_cursor(tree, span, document)
    if document.notebook_path is not None:
        return [*found, _offer("Run cell", "cell", span)]
    return [*found, *_above(tree, span), _offer("Run file", "file", None)]


async def edit(
    _session: Session, _view: View, _argument: dict[str, Any]
) -> types.WorkspaceEdit | None:
    return None  # all of these are commands


def _at_cursor(tree: Tree, span: Span, document: Document) -> Iterator[Offer]:
    line = span.start.line
    docstring = docstring_at(tree, line)
    if docstring is not None:
        yield _offer("Run doctest", "doctest", docstring.span)
        if len(docstring.examples) > 1 and docstring.upto(line) is not None:
            yield _offer("Run example", "doctest", Span(span.start, span.start))
    test = test_at(tree, line) if is_test_file(document.path) else None
    if test is not None and document.notebook_path is None:
        yield _offer(f"Run test {test.name}", "test", whole_lines(tree.text, test.lines))
    statement = statement_at(tree, line) if span.empty else None
    if statement is not None:
        yield _offer("Run statement", "statement", statement)


def _above(tree: Tree, span: Span) -> Iterator[Offer]:
    """The cell at `span`, and what is above it or above the statement."""
    cell = cell_at(tree, span.start.line)
    first = span.start.line
    if cell is not None:
        around = whole_lines(tree.text, cell.lines)
        first = cell.lines.start
        if cell.has_code:
            yield _offer("Run cell", "cell", around)
    else:
        statement = statement_at(tree, first)
        first = statement.start.line if statement is not None else first
    if span.empty and code_above(tree, first):
        yield _offer("Run above", "above", Span(span.start, span.start))


def code_above(tree: Tree, line: int) -> bool:
    """Whether there is code above `line`."""
    nodes = (node for node in tree.root.named_children if node.type != "comment")
    first = next(nodes, None)
    return first is not None and first.start_point.row < line


def _offer(title: str, what: What, span: Span | None) -> Offer:
    return Offer(title, RUN, "jedimind.run", span, {"what": what})
