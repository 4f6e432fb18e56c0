"""Examples in docstrings, and what is put in the place of what they expect. `$0` is the cursor."""

from __future__ import annotations

import pytest

from jedimind.doctests import accepted, docstring_at, docstrings
from jedimind.syntax import parse
from jedimind.text import Text
from marked import marked

SOURCE = '''
"""Of the module.

>>> 1 + 1
2
"""

class A:
    # a comment may come first
    r"""Of a class.

    >>> for i in range(2):
    ...     print(i)
    0
    1

    >>> x = 3
    """

def f():
    "No example: > > >"

def g():
    x = 1
    """>>> 1
    1
    """

async def h():
    """>>> 1
    1"""
'''


def pieces(source: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The owner of each docstring, and the code and expected lines of its examples."""
    text = Text.of(source)

    def of(lines: range) -> str:
        return "".join(text.lines[lines.start : lines.stop])

    return [
        (found.owner, [(of(example.lines), of(example.expected)) for example in found.examples])
        for found in docstrings(parse(text))
    ]


def test_docstrings_with_examples_are_found_where_they_stand() -> None:
    assert pieces(SOURCE) == [
        ("", [(">>> 1 + 1\n", "2\n")]),
        (
            "A",
            [
                (
                    "    >>> for i in range(2):\n    ...     print(i)\n",
                    "    0\n    1\n",
                ),
                ("    >>> x = 3\n", ""),
            ],
        ),
        ("h", [('    """>>> 1\n', '    1"""\n')]),
    ]


def test_lines_are_the_files_with_any_line_ends_and_escapes() -> None:
    source = 'def f():\r\n    """\r\n    >>> print("a\\\\nb")\r\n    a\r\n    b\r\n    """\r\n'
    assert pieces(source) == [
        ("f", [('    >>> print("a\\\\nb")\r\n', "    a\r\n    b\r\n")]),
    ]


def test_examples_that_doctest_would_not_take_are_not_told_apart() -> None:
    (found,) = docstrings(parse(Text.of('"""\n>>>wrong\n\n>>> f()\n"""\n')))
    assert found.examples == ()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""\n$0>>> 1\n1\n\n>>> 2\n2\n"""', 1),
        ('"""\n>>> 1\n1\n\n>>> 2\n2$0\n"""', 2),
        ('"""\n>>> 1\n1\n\ntext$0\n\n>>> 2\n2\n"""', None),
    ],
)
def test_the_example_at_the_cursor(source: str, expected: int | None) -> None:
    fixture = marked(source)
    line = fixture.text.count("\n", 0, fixture.cursor)
    found = docstring_at(parse(Text.of(fixture.text)), line)
    assert found is not None
    assert found.upto(line) == expected


def after(source: str, number: int, actual: str) -> str | None:
    tree = parse(Text.of(source))
    (docstring,) = docstrings(tree)
    edit = accepted(tree, docstring, number, actual)
    return tree.text.replace(*edit)[0].string if edit is not None else None


@pytest.mark.parametrize(
    ("source", "number", "actual", "expected"),
    [
        (
            'def f():\n    """\n    >>> f()\n    2\n    """\n',
            0,
            "3\n",
            'def f():\n    """\n    >>> f()\n    3\n    """\n',
        ),
        (
            'def f():\n    """\n    >>> f()\n    >>> 1\n    1\n    """\n',
            0,
            "a\n\n",
            'def f():\n    """\n    >>> f()\n    a\n    <BLANKLINE>\n    >>> 1\n    1\n    """\n',
        ),
        ('"""\n>>> f()\n1\n2\n"""\n', 0, "", '"""\n>>> f()\n"""\n'),
        ('"""\n>>> f()\n1"""\n', 0, "2\n", '"""\n>>> f()\n2"""\n'),
        ('"""\n>>> f()\n1"""\n', 0, "", '"""\n>>> f()"""\n'),
        ('"""\n>>> f()"""\n', 0, "1\n2\n", '"""\n>>> f()\n1\n2"""\n'),
        ('"""\r\n>>> f()\r\n1\r\n"""\r\n', 0, "2\n", '"""\r\n>>> f()\r\n2\r\n"""\r\n'),
        # Escaped where the docstring needs it.
        ('"""\n>>> f()\n1\n"""\n', 0, "'a\\n'\n", '"""\n>>> f()\n\'a\\\\n\'\n"""\n'),
        ('r"""\n>>> f()\n1\n"""\n', 0, "'a\\n'\n", 'r"""\n>>> f()\n\'a\\n\'\n"""\n'),
        ('"""\n>>> f()\n1\n"""\n', 0, '"""\n', '"""\n>>> f()\n\\"\\"\\"\n"""\n'),
        # What doctest cannot expect.
        ('r"""\n>>> f()\n1\n"""\n', 0, '"""\n', None),
        ('"""\n>>> f()\n1\n"""\n', 0, "a\n  \nb\n", None),
        ('"""\n>>> f()\n1\n"""\n', 0, ">>> 1\n", None),
        ('"""\n>>> f()\n1\n"""\n', 0, "<BLANKLINE>\n", None),
    ],
)
def test_what_is_accepted_is_what_doctest_then_expects(
    source: str, number: int, actual: str, expected: str | None
) -> None:
    assert after(source, number, actual) == expected
