"""The examples in a user's own words."""

import pytest

from jedimind.assist.examples import Example, find


@pytest.mark.parametrize(
    ("words", "examples"),
    [
        ("add(1, 2) -> 3", [("add(1, 2)", "3")]),
        ("e.g. add(1, 2) == 3.", [("add(1, 2)", "3")]),
        ("f([1, 2]) => [2, 1]\nf('x') returns 'x'", [("f([1, 2])", "[2, 1]"), ("f('x')", "'x'")]),
        ("f(1) ➞ 2", [("f(1)", "2")]),
        ("f(1) should return `2`", [("f(1)", "2")]),
        (">>> f(1)\n2\n>>> f(2)\n[1,\n 2]", [("f(1)", "2"), ("f(2)", "[1,\n 2]")]),
        ("assert f(1) == 2", [("f(1) == 2", "True")]),
        ("f(1) -> 2\nf(1) -> 2", [("f(1)", "2")]),
        ("take a (big) step -> then rest", []),
        ("f(1) -> a list of numbers", []),
        ("  >>> f(1)\n 2", []),
        ("", []),
        ("f(1) == 2\x0c3", []),
        ("f(1) == 2\rf(2) == 3", [("f(1)", "2"), ("f(2)", "3")]),
        (f"f(1) == '{'x' * 500}'\nf(2) == 3", [("f(2)", "3")]),
        (">>> f(1)\n[1,\n" + "2," * 300 + "\n 3]", []),
    ],
)
def test_examples_are_found(words: str, examples: list[tuple[str, str]]) -> None:
    assert find(words) == tuple(Example(call, expected) for call, expected in examples)
