"""The edit that brings a name into a module: a new import, or a longer one."""

from __future__ import annotations

import tree_sitter

from jedimind.difference import Replacement
from jedimind.syntax import Tree, import_line
from jedimind.text import Position, Span


def added_import(tree: Tree, module: str, name: str, before: int) -> Replacement:
    """What makes ``from module import name`` hold above line `before`.

    Without `module` it is ``import name``. A statement that imports from the module already is made
    longer; a new one goes below the others.
    """
    for node in tree.root.children:
        if module and node.end_point.row < before and _imports_from(tree, node, module):
            *_, last = node.children_by_field_name("name")
            end = tree.span(last).end
            return Replacement(Span(end, end), f", {name}")
    statement = f"from {module} import {name}" if module else f"import {name}"
    line = import_line(tree, before)
    return Replacement(Span(*[_start(tree, line)] * 2), _with_breaks(tree, line, statement))


def _imports_from(tree: Tree, node: tree_sitter.Node, module: str) -> bool:
    """Whether `node` is ``from module import`` with names, not with a star."""
    if node.type != "import_from_statement":
        return False
    of = node.child_by_field_name("module_name")
    names = node.children_by_field_name("name")
    return of is not None and tree.source(of) == module and bool(names)


def _start(tree: Tree, line: int) -> Position:
    return Position(line, 0) if line < len(tree.text.lines) else tree.text.end


def _with_breaks(tree: Tree, line: int, statement: str) -> str:
    """The statement as a line of its own, apart from code that is no import."""
    text = tree.text
    newline = text.newline
    above = text.line(line - 1) if 0 < line <= len(text.lines) else ""
    below = text.line(line) if line < len(text.lines) else ""
    # The end of a text without a last line break is no beginning of a line.
    opening = newline if line >= len(text.lines) and text.end.column > 0 else ""
    if above.strip() and not _begins_import(above) and not above.lstrip().startswith("#"):
        opening += newline
    apart = bool(below.strip()) and not _begins_import(below)
    return f"{opening}{statement}{newline}{newline if apart else ''}"


def _begins_import(line: str) -> bool:
    return line.startswith(("import ", "from "))
