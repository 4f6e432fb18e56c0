"""Tests as pytest would collect them. `$0` is the cursor."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from jedimind import testcases
from jedimind.syntax import parse
from jedimind.text import Text
from marked import marked

SOURCE = """
@pytest.mark.slow
def test_one():
    assert 1

async def test_two(): ...

def helper(): ...

class TestCart:
    def setup_method(self): ...
    @pytest.mark.parametrize("x", [1])
    def test_empty(self, x):
        assert x
    class TestInner:
        def test_deep(self): ...

class Cart:
    def test_drive(self): ...

class CartCase(unittest.TestCase):
    def test_total(self): ...

def half_typed_test(
"""


def test_functions_and_methods_of_test_classes() -> None:
    found = testcases.tests(parse(Text.of(SOURCE)))
    assert [test.id for test in found] == [
        "test_one",
        "test_two",
        "TestCart::test_empty",
        "TestCart::TestInner::test_deep",
        "CartCase::test_total",
    ]
    lines = SOURCE.split("\n")
    assert all(f"def {test.name}(" in lines[test.header] for test in found)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@mark$0\ndef test_a():\n    pass\n", "test_a"),
        ("def test_a():\n    def inner():\n        x$0\n", "test_a"),
        ("class TestA:\n    def test_b(self):\n        a\n\n    x$0 = 1\n", None),
        ("class TestA:\n    def test_b(self):\n        a$0\n", "TestA::test_b"),
        ("def test_a():\n    pass\n\n$0x = 1\n", None),
    ],
)
def test_the_test_at_the_cursor(source: str, expected: str | None) -> None:
    fixture = marked(source)
    line = fixture.text.count("\n", 0, fixture.cursor)
    found = testcases.test_at(parse(Text.of(fixture.text)), line)
    assert (found.id if found else None) == expected


def test_names_of_files_with_tests() -> None:
    names = ["test_a.py", "a_test.py", "tests.py", "test.py", "contest_a.py", "test_a.pyi"]
    assert [testcases.is_test_file(PurePath("/x") / name) for name in names] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
