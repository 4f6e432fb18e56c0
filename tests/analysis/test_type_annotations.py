"""String annotations are read as code in the same columns, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import parso
import pytest

from jedimind.analysis.worker.type_annotations import unquoted

GRAMMAR = parso.load_grammar()


def read(source: str, path: Path | None = None) -> str:
    return unquoted(source, GRAMMAR, path)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('x: "Order" = None', "x:  Order  = None"),
        ("def f(a: 'Order', *b: \"Bill\") -> 'Cart': ...", None),
        ('x: list["Order"]', "x: list[ Order ]"),
        ('x: "dict[str, Order]"', "x:  dict[str, Order] "),
        ("x: \"Literal['a'] | Order\"", "x:  Literal['a'] | Order "),
        ('x: Optional["a.Order"] = 3', "x: Optional[ a.Order ] = 3"),
        ('class A:\n    x: "A"\n    def f(self) -> "A":\n        x.', None),
    ],
)
def test_an_annotation(source: str, expected: str | None) -> None:
    found = read(source)
    assert len(found) == len(source)
    assert found == (expected or source.replace('"', " ").replace("'", " "))


@pytest.mark.parametrize(
    "source",
    [
        'x: Literal["Order"]',
        'x: Annotated[int, "Order"]',
        'd = {x: "Order"}',
        'f(lambda x: "Order")',
        'if x: "Order"',
        'x: """Order"""',
        'x: "Order" "Bill"',
        'x: r"Order"',
        'x: "not an expression"',
        'x: "a\\x41"',
        '# x: "Order"',
        'x: int = "Order"',
        'def f(a="Order"): ...',
        "x = y[a: 'Order']",
        'print(f"{x:>10}", "Order")',
    ],
)
def test_another_string(source: str) -> None:
    assert read(source) == source


def test_every_version_of_a_file_is_read_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    first = 'x: "Order"\n' + "y = 1\n" * 100
    assert read(first, path).startswith("x:  Order \n")
    assert read("import os\n" + first, path).startswith("import os\nx:  Order \n")
    assert read(first.replace("x:", "x ="), path).startswith('x = "Order"')
