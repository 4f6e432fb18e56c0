"""What the selection grows to from the cursor `$0`, smallest first; line feeds are `⏎`."""

from __future__ import annotations

import random
import sysconfig
from itertools import pairwise
from pathlib import Path

import pytest

from jedimind.selection import selections
from jedimind.syntax import parse
from jedimind.text import Position, Text


def selected(source: str) -> list[str]:
    before, mark, after = source.partition("$0")
    assert mark
    text = Text.of(before + after)
    spans = selections(parse(text), Text.of(before).end)
    return [text.slice(span).replace("\n", "⏎") for span in spans]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "total = add(first, se$0cond.value)\n",
            [
                "second",
                "second.value",
                "first, second.value",
                "(first, second.value)",
                "add(first, second.value)",
                "total = add(first, second.value)",
                "total = add(first, second.value)⏎",
            ],
        ),
        ("f(  a$0  )", ["a", "  a  ", "(  a  )", "f(  a  )"]),
        ("f(  $0 a)", ["   a", "(   a)", "f(   a)"]),
        ("f($0)", ["()", "f()"]),
        ("a = b$0 + 1", ["b", "b + 1", "a = b + 1"]),
        ("a = b.c$0.d", ["c", "b.c", "b.c.d", "a = b.c.d"]),
        ("x = [1, {'a': $02}]", ["2", "'a': 2", "{'a': 2}", "1, {'a': 2}", "[1, {'a': 2}]"]),
    ],
)
def test_expressions_grow_outwards(source: str, expected: list[str]) -> None:
    assert selected(source)[: len(expected)] == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("s = 'one tw$0o'", ["two", "one two", "'one two'", "s = 'one two'"]),
        ("s = 'a' 'b$0'", ["b", "'b'", "'a' 'b'", "s = 'a' 'b'"]),
        ("f'{na$0me!r} x'", ["name", "name!r", "{name!r}", "{name!r} x", "f'{name!r} x'"]),
        ('"""\nOn$0e.\n"""', ["One", "One.", "⏎One.⏎", '"""⏎One.⏎"""']),
        ("''$0", ["''"]),
        (
            "x  # z\n# one tw$0o\n# three\n\n# four\n",
            ["two", "# one two", "# one two⏎# three", "x  # z⏎# one two⏎# three⏎⏎# four⏎"],
        ),
    ],
)
def test_strings_and_comments_grow_by_word_contents_and_quotes(
    source: str, expected: list[str]
) -> None:
    assert selected(source) == expected


def test_statements_grow_to_body_definition_class_and_module() -> None:
    source = "x = 1\nclass A:\n    @d\n    def f(self):\n        a = $0b\n        c\n\ny = 2\n"
    assert selected(source) == [
        "b",
        "a = b",
        "a = b⏎        c",
        "def f(self):⏎        a = b⏎        c",
        "@d⏎    def f(self):⏎        a = b⏎        c",
        "class A:⏎    @d⏎    def f(self):⏎        a = b⏎        c",
        source.replace("$0", "").replace("\n", "⏎"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$0", [""]),
        ("\n  $0  \n", ["⏎    ⏎"]),
        ("x = 1\n$0", ["x = 1⏎"]),
        ("x$0", ["x"]),
        ("def f():\n    a\n$0\n    b\n", ["a⏎⏎    b", "def f():⏎    a⏎⏎    b"]),
        ("def f(\n  x = (a.$0\n", ["."]),
    ],
)
def test_there_is_a_selection_everywhere(source: str, expected: list[str]) -> None:
    found = selected(source)
    assert found[: len(expected)] == expected
    assert found[-1] == source.replace("$0", "").replace("\n", "⏎")


def test_columns_are_code_points_and_lines_the_document_s() -> None:
    text = Text.of("a = '😀'\r\nb = '\u2028ä' + c\r\n")
    found = selections(parse(text), Position(1, 12))
    assert [text.slice(span) for span in found[:3]] == ["c", "'\u2028ä' + c", "b = '\u2028ä' + c"]


@pytest.mark.parametrize("module", ["typing", "argparse", "string"])
def test_every_selection_contains_the_one_before(module: str) -> None:
    source = Path(sysconfig.get_path("stdlib"), f"{module}.py").read_bytes().decode()
    text = Text.of(source[: len(source) // 2])  # it ends half typed
    tree = parse(text)
    chance = random.Random(3)
    for _ in range(200):
        line = chance.randrange(len(text.lines))
        position = Position(line, chance.randint(0, len(text.line(line))))
        found = selections(tree, position)
        for inner, outer in pairwise(found):
            assert inner != outer
            assert outer.start <= inner.start <= inner.end <= outer.end
        assert found[0].start <= position <= found[0].end
        assert found[-1].end == text.end
