"""What a command to run means at a place: which lines, and which example or test in them.

Told from the syntax tree alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import attrs
from pygls.exceptions import JsonRpcInvalidParams

from jedimind.cells import cell_at
from jedimind.doctests import Docstring, docstring_at
from jedimind.ipython import ipython_line
from jedimind.lsp.documents import Document
from jedimind.lsp.tasks import TaskFailed
from jedimind.syntax import Tree, statement_at, whole_lines
from jedimind.testcases import Test, test_at
from jedimind.text import Position, Span, Text

What = Literal["selection", "statement", "cell", "above", "file", "doctest", "test"]


@attrs.frozen(eq=False)
class Target:
    """What is to be run. Its results stand on `span`.

    `part` is the docstring or test to run of the file; without one `span` is the code. Of a
    docstring the first `examples` are run, or all.
    """

    span: Span
    part: Docstring | Test | None = None
    examples: int | None = None


def what_argument(argument: Mapping[str, Any]) -> What | None:
    """The command's ``what``, if it has one.

    Raises:
        JsonRpcInvalidParams: there is no such thing.
    """
    what = argument.get("what")
    if what is not None and what not in get_args(What):
        known = ", ".join(f'"{each}"' for each in get_args(What))
        raise JsonRpcInvalidParams(f"`what` must be one of {known}.")
    return what


def target(what: What | None, document: Document, tree: Tree, span: Span | None) -> Target:
    """What `what` means for the tree of `document` at `span`, where the cursor or selection is.

    Without `what` it is the selection, the statement at an empty one, or the file if there is none.

    Raises:
        TaskFailed: there is nothing of the kind.
    """
    whole = Span(Position(0, 0), tree.text.end)
    if span is None:
        return _at(what or "file", document, tree, whole if what == "selection" else _start(whole))
    if what is None:
        what = "statement" if span.empty else "selection"
    return _at(what, document, tree, span)


def _start(span: Span) -> Span:
    return Span(span.start, span.start)


def _at(what: What, document: Document, tree: Tree, span: Span) -> Target:
    line = span.start.line
    is_cell = document.notebook_path is not None
    if what == "selection":
        return _code(tree, span, "There is nothing here to run; select some code.")
    if what == "file" or (what == "cell" and is_cell):
        return _code(tree, Span(Position(0, 0), tree.text.end), "There is no code here to run.")
    if what == "statement":
        statement = statement_at(tree, line)
        if statement is None:
            raise TaskFailed("There is no statement here to run; select some code.")
        return _code(tree, statement, "")
    if what == "cell":
        return _cell(tree, line)
    if what == "doctest":
        return _doctest(tree, span)
    if is_cell:
        raise TaskFailed(
            "Of a notebook only a cell, and what stands in it, can be run here; use the notebook's "
            "own commands for the rest."
        )
    return _above(tree, line) if what == "above" else _test(tree, line)


def _cell(tree: Tree, line: int) -> Target:
    cell = cell_at(tree, line)
    if cell is None:
        raise TaskFailed("There is no cell here; a line `# %%` begins one.")
    if not cell.has_code:
        raise TaskFailed("There is no code in this cell to run.")
    return _code(tree, whole_lines(tree.text, cell.lines), "")


def _above(tree: Tree, line: int) -> Target:
    cell = cell_at(tree, line)
    statement = statement_at(tree, line)
    if cell is not None:
        stop = cell.lines.start
    else:
        stop = statement.start.line if statement is not None else line
    while stop > 0 and not tree.text.line(stop - 1).strip():
        stop -= 1
    nothing = "There is no code above to run."
    if stop == 0:
        raise TaskFailed(nothing)
    return _code(tree, whole_lines(tree.text, range(stop)), nothing)


def _doctest(tree: Tree, span: Span) -> Target:
    found = docstring_at(tree, span.start.line)
    if found is None:
        raise TaskFailed("There is no docstring with examples here; a line `>>> ` begins one.")
    # At one example those above it run as well, because they make the names that it needs.
    return Target(found.span, found, found.upto(span.start.line) if span.empty else None)


def _test(tree: Tree, line: int) -> Target:
    found = test_at(tree, line)
    if found is None:
        raise TaskFailed(
            "There is no test here; the name of a test function begins with `test`, and that of "
            "its class with `Test`."
        )
    return Target(whole_lines(tree.text, found.lines), found)


def _code(tree: Tree, span: Span, nothing: str) -> Target:
    """
    Raises:
        TaskFailed: there is no code at `span`, with the sentence `nothing`, or it is IPython's.
    """
    source = tree.text.slice(span)
    if not source.strip():
        raise TaskFailed(nothing)
    magic = ipython_line(Text.of(source))
    if magic is not None:
        found = tree.text.line(span.start.line + magic).strip()
        raise TaskFailed(
            f"Line {span.start.line + magic + 1} is for IPython ({found[:60]}), and code runs "
            "without it here, also where it is installed; write the line as Python, or comment it "
            "out."
        )
    return Target(span)
