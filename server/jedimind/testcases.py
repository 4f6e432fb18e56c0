"""The tests in a file, as pytest would collect them with its default names.

A function whose name begins with ``test``, and such a method of a class whose name begins with
``Test`` or that is a `unittest.TestCase`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

import attrs
import tree_sitter

from jedimind.syntax import Tree

_FILE = re.compile(r"test_.*\.py|.*_test\.py")
_UNITTEST = re.compile(r"\b\w*TestCase\b")


@attrs.frozen
class Test:
    """One test. `id` is what pytest calls it within its file, such as ``TestCart::test_empty``.

    `lines` are its own, with decorators; `header` is the line with its name.
    """

    id: str
    name: str
    lines: range
    header: int


def is_test_file(path: PurePath) -> bool:
    """Whether pytest looks for tests in a file of this name."""
    return _FILE.fullmatch(path.name) is not None


def tests(tree: Tree) -> list[Test]:
    """All tests of a file, in order."""
    return list(_tests(tree, tree.root.named_children, ""))


def test_at(tree: Tree, line: int) -> Test | None:
    """The test that `line` is in."""
    return next(_tests(tree, tree.root.named_children, "", line), None)


def _tests(
    tree: Tree, nodes: list[tree_sitter.Node], around: str, line: int | None = None
) -> Iterator[Test]:
    """The tests among `nodes` and in them; only the one at `line`, if that is given."""
    for node in nodes:
        if line is not None and not node.start_point.row <= line <= node.end_point.row:
            continue
        definition = node
        if node.type == "decorated_definition":
            definition = node.child_by_field_name("definition") or node
        named = definition.child_by_field_name("name")
        if named is None:
            continue
        name = tree.source(named)
        if definition.type == "class_definition" and _is_collected(tree, definition, name):
            body = definition.child_by_field_name("body")
            inside = body.named_children if body is not None else []
            yield from _tests(tree, inside, f"{around}{name}::", line)
        elif definition.type == "function_definition" and name.startswith("test"):
            lines = tree.span(node).lines
            if line is None or line in lines:
                yield Test(around + name, name, lines, named.start_point.row)


def _is_collected(tree: Tree, definition: tree_sitter.Node, name: str) -> bool:
    bases = definition.child_by_field_name("superclasses")
    return name.startswith("Test") or (
        bases is not None and _UNITTEST.search(tree.source(bases)) is not None
    )
