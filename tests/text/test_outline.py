"""The outline of a document. What is expected is written as a picture of it, indented."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import pytest

from jedimind.outline import Symbol, outline
from jedimind.syntax import parse
from jedimind.text import Text


def picture(source: str) -> str:
    return "\n".join(drawn(outline(parse(Text.of(source)))))


def drawn(symbols: Sequence[Symbol], indent: str = "") -> Iterator[str]:
    for symbol in symbols:
        yield f"{indent}{symbol.kind} {symbol.name}"
        yield from drawn(symbol.children, indent + "  ")


def plain(block: str) -> str:
    return textwrap.dedent(block).strip("\n")


def every(symbols: Sequence[Symbol]) -> Iterator[Symbol]:
    for symbol in symbols:
        yield symbol
        yield from every(symbol.children)


def test_what_a_module_has() -> None:
    source = plain("""
        import os
        from typing import Final

        LIMIT = 10
        limit: Final = 3
        name, (first, *rest) = read()
        a = b = 1
        type Pair = tuple[int, int]
        type Box[T] = list[T]

        def load(path, text=None):
            local = 1
            def inner():
                pass

        async def fetch(): ...

        for item in items:
            seen = item

        with open(name) as file, lock():
            pass
        """)
    assert picture(source) == plain("""
        constant LIMIT
        constant limit
        variable name
        variable first
        variable rest
        variable a
        variable b
        variable Pair
        variable Box
        function load
          function inner
        function fetch
        variable item
        variable seen
        variable file
        """)


def test_what_a_class_has() -> None:
    source = plain("""
        class Account(Base):
            RATE = 0.5
            owner: str
            balance = 0

            def __init__(self, owner):
                self.owner = owner
                self.log, other.thing = [], 1
                def later():
                    self.late = True

            def pay(self: "Account"):
                self.log = None
                self.paid: bool = True

            @classmethod
            def new(cls):
                cls.made = 1

            @staticmethod
            def check(self):
                self.nothing = 1

            def wrong():
                self.no = 1

            @property
            def size(self): ...

            @size.setter
            def size(self, value): ...

            @functools.cached_property
            def total(self): ...

            class Meta:
                ordering = ()
        """)
    assert picture(source) == plain("""
        class Account
          constant RATE
          attribute owner
          attribute balance
          method __init__
            function later
          attribute log
          attribute late
          method pay
          attribute paid
          method new
          attribute made
          method check
          method wrong
          property size
          property size
          property total
          class Meta
            attribute ordering
        """)


def test_the_members_of_an_enumeration() -> None:
    source = plain("""
        class Colour(enum.StrEnum):
            RED = auto()
            green = auto()
            _ignore_ = []
            weight: int
        """)
    assert picture(source) == plain("""
        class Colour
          enum member RED
          enum member green
          attribute _ignore_
          attribute weight
        """)


def test_a_variable_is_listed_where_it_is_first_bound() -> None:
    first, second = outline(parse(Text.of("x = 1\ny = 2\nx = 3\n")))
    assert (first.name, first.name_span.start.line) == ("x", 0)
    assert second.name == "y"


def test_a_function_is_listed_each_time_it_is_defined() -> None:
    assert picture("if new:\n    def f(): ...\nelse:\n    def f(): ...\n") == (
        "function f\nfunction f"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "class A:\n    def f(self):\n        x = (\n\n    def g(self): ...\n\nclass B: ...\n",
            "class A\n  method f\n  method g\nclass B",
        ),
        (
            "class A:\n    def f(self):\n        self.\n\n    def g(self): ...\n",
            "class A\n  method f\n  method g",
        ),
        ("def f(x):\n", "function f"),
        ("def f(", "function f"),
        ("class A", "class A"),
        ("class A(\n\n    def g(self): ...\n\nx = 1\n", "class A\n  method g\nvariable x"),
        ("x = 1\ndef \n\ny = 2\n", "variable x"),
        ("def \\\n  f(): ...\n", "function f"),
        ("", ""),
    ],
)
def test_half_typed_files_have_an_outline(source: str, expected: str) -> None:
    assert picture(source) == expected


def test_spans_are_code_points_and_cover_decorators() -> None:
    text = Text.of('😀 = "é"; naïve = 1\r@deco("😀")\r\ndef  größe(a):\n    return "ü" ; b = 1')
    symbols = outline(parse(text))
    assert [text.slice(symbol.name_span) for symbol in symbols] == ["naïve", "größe"]
    naive, size = (text.slice(symbol.span) for symbol in symbols)
    assert naive == "naïve = 1"
    assert size == '@deco("😀")\r\ndef  größe(a):\n    return "ü" ; b = 1'


def test_what_is_deprecated_says_so() -> None:
    source = "@warnings.deprecated('no')\ndef old(): ...\n@deprecated('no')\nclass Old: ...\n"
    assert [symbol.deprecated for symbol in outline(parse(Text.of(source + "x = 1\n")))] == [
        True,
        True,
        False,
    ]


def test_each_symbol_is_within_what_it_is_part_of() -> None:
    source = plain("""
        class A:
            @deco
            def f(self):
                self.x = self.y = 1
                for self.i in self.x: ...
        """)
    symbols = list(every(outline(parse(Text.of(source)))))
    assert [symbol.name for symbol in symbols] == ["A", "f", "x", "y", "i"]
    for symbol in symbols:
        for part in (symbol.name_span, *(child.span for child in symbol.children)):
            assert symbol.span.start <= part.start <= part.end <= symbol.span.end


def test_deep_nesting_is_no_end() -> None:
    assert picture("[" * 5000 + "a" + "]" * 5000 + " = 1\nx = 1\n").endswith("variable x")
