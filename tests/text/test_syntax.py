"""What a place in a document means; `$0` marks the cursor, `«…»` a selection."""

import pytest

from jedimind.syntax import (
    GenerateTarget,
    Tree,
    definition_at,
    generate_target,
    parse,
    statement_at,
)
from jedimind.text import Position, Span, Text


def marked(source: str) -> tuple[Tree, Span]:
    positions = []
    for mark in ("$0", "«", "»"):
        if mark in source:
            before = source[: source.index(mark)]
            source = source.replace(mark, "", 1)
            lines = before.split("\n")
            positions.append(Position(len(lines) - 1, len(lines[-1])))
    return parse(Text.of(source)), Span(positions[0], positions[-1])


def target(source: str) -> GenerateTarget | None:
    return generate_target(*marked(source))


@pytest.mark.parametrize(
    ("source", "instruction", "replaced", "indent"),
    [
        ("# add two$0 numbers\n", "add two numbers", range(1, 1), ""),
        ("x = 1\n\n#first line$0\n#   second\ny = 2\n", "first line\nsecond", range(4, 4), ""),
        ("# 写一个函数计算两个数的和$0", "写一个函数计算两个数的和", range(1, 1), ""),
        ("def f(x):\n    # double$0 it\n\ny = 1\n", "double it", range(2, 2), "    "),
        ("# notes\n# TODO: read the file$0\n", "read the file", range(2, 2), ""),
        ("x = load()  # TODO(ann) sort x$0\n", "sort x", range(1, 1), ""),
        ("x = 1\n«y = 2\n# then\n»\n", "then", range(3, 3), ""),
        ("x = [  # broken\n# make$0 a list\n", "make a list", range(2, 2), ""),
        ("a = '\f'\n\f\n# sum$0 it\n", "sum it", range(3, 3), ""),
        ("if x:\n\t# go$0\n\tpass\n", "go", range(2, 2), "\t"),
    ],
)
def test_code_can_be_generated_below_a_comment(
    source: str, instruction: str, replaced: range, indent: str
) -> None:
    found = target(source)
    assert found is not None
    assert found.kind == "comment"
    assert (found.instruction, found.replaced, found.indent) == (instruction, replaced, indent)


@pytest.mark.parametrize(
    "source",
    [
        "#!/usr/bin/env python$0\n",
        "# %% load$0\n",
        "# -*- coding: utf-8 -*-$0\n",
        "x = 1  # type: ignore$0\n",
        "x = 1  # an aside$0\n",
        "# ------------$0\n",
        "'''\n# in a string$0\n'''\n",
        "x = [\n    # the first$0\n    1,\n]\n",
        "f(  # why$0\n)\n",
        "$0\n",
        "",
    ],
)
def test_nothing_is_offered_where_no_code_is_described(source: str) -> None:
    assert target(source if "$0" in source else "$0") is None


@pytest.mark.parametrize(
    ("source", "name", "header", "replaced", "indent", "instruction"),
    [
        (
            'def add(a, b):\n    """Sum.$0"""\n\nx = 1\n',
            "add",
            'def add(a, b):\n    """Sum."""',
            range(2, 2),
            "    ",
            "Sum.",
        ),
        (
            'def add(a, b):\n  """Sum."""\n  raise NotImplementedError("later")$0\n',
            "add",
            'def add(a, b):\n  """Sum."""',
            range(2, 3),
            "  ",
            "Sum.",
        ),
        ("def add(a, b): ...$0\n", "add", "def add(a, b):", range(1), "    ", ""),
        (
            "# adds\n@cache\ndef add($0\n    a,\n    b,\n):\n    pass\n",
            "add",
            "@cache\ndef add(\n    a,\n    b,\n):",
            range(6, 7),
            "    ",
            "adds",
        ),
        (
            'class A:\n    def go(self):$0\n        """Go."""\n        # fast\n        pass\n',
            "go",
            '    def go(self):\n        """Go."""',
            range(4, 5),
            "        ",
            "Go.",
        ),
    ],
)
def test_a_stub_can_be_completed(
    source: str, name: str, header: str, replaced: range, indent: str, instruction: str
) -> None:
    found = target(source)
    assert found is not None
    assert found.kind == "stub"
    assert (found.name, found.header, found.replaced) == (name, header, replaced)
    assert (found.indent, found.instruction) == (indent, instruction)


def test_a_comment_in_a_stub_adds_to_what_its_docstring_asks() -> None:
    found = target('def go():\n    """Go."""\n    # quickly$0\n    ...\n')
    assert found is not None
    assert (found.kind, found.instruction) == ("stub", "Go.\nquickly")


def test_a_finished_function_is_no_stub() -> None:
    assert target('def add(a, b):\n    """Sum.$0"""\n    return a + b\n') is None


def test_the_statement_at_a_line_is_the_whole_top_level_one() -> None:
    tree, _ = marked("$0x = 1\n@d\ndef f():\n    for i in y:\n        pass\n\nz = 3\n")
    assert statement_at(tree, 3) == Span(Position(1, 0), Position(4, 12))
    assert statement_at(tree, 6) == Span(Position(6, 0), Position(6, 5))
    assert statement_at(tree, 5) is None


def test_the_definition_around_a_line_is_the_innermost() -> None:
    tree, _ = marked("$0class A:\n    x = 1\n    @d\n    def f(self):\n        return '😀'\n")
    assert definition_at(tree, 4) == ("f", Span(Position(2, 0), Position(4, 18)))
    assert definition_at(tree, 2) == ("f", Span(Position(2, 0), Position(4, 18)))
    assert definition_at(tree, 1) == ("A", Span(Position(0, 0), Position(4, 18)))


def test_rows_of_the_tree_are_lines_of_the_document_whatever_ends_them() -> None:
    tree, _ = marked("$0a = 1\rb = '\u2028'\r\n# c\n\fd = 2\n")
    assert statement_at(tree, 1) == Span(Position(1, 0), Position(1, 7))
    assert statement_at(tree, 3) is not None
