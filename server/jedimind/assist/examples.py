"""The examples in a user's own words: doctest lines, ``f(2) -> 4``, ``assert f(2) == 4``."""

from __future__ import annotations

import ast
import doctest
import re

import attrs

from jedimind.assist.parsing import is_expression, parse_or_none
from jedimind.text import split_lines

# Longer words hold data rather than examples, and reading them takes more than their length.
_MOST_CHARACTERS = 20_000
_LONGEST_LINE = 500

_ARROW = re.compile(
    r"(?P<call>\b[A-Za-z_][\w.]*\(.*\))\s*"
    r"(?:->|=>|➞|→|==|returns|should return|gives)\s*(?P<value>.+?)[.;]?\s*$"
)
_ASSERT = re.compile(r"\s*(?P<statement>assert\s.+)$")


@attrs.frozen
class Example:
    """`call` must evaluate to what `expected` evaluates to; both are expressions.

    An `assert` of the user's is an example whose call is its condition and that expects True.
    """

    call: str
    expected: str


def find(words: str) -> tuple[Example, ...]:
    """The examples in a comment's or docstring's value, in order, each once.

    Only the first 20 000 characters are read, and no line of more than 500.
    """
    if len(words) > _MOST_CHARACTERS:
        words = words[:_MOST_CHARACTERS].rpartition("\n")[0]
    lines = [line.rstrip("\r\n") for line in split_lines(words)]
    words = "\n".join(line if len(line) <= _LONGEST_LINE else "" for line in lines)
    found: dict[Example, None] = {}
    for example in doctest.DocTestParser().get_examples(_parsable(words)):
        expected = example.want.strip()
        if expected and is_expression(example.source) and is_expression(expected):
            found[Example(example.source.strip(), expected)] = None
    for line in words.split("\n"):
        if line.lstrip().startswith((">>>", "...")):
            continue
        if (match := _ASSERT.match(line)) and (condition := _condition(match["statement"])):
            found[Example(condition, "True")] = None
        elif match := _ARROW.search(line):
            call, value = match["call"], match["value"].strip("`")
            if is_expression(call) and is_expression(value):
                found[Example(call, value)] = None
    return tuple(found)


def _parsable(words: str) -> str:
    """`words` if doctest can read them, else nothing: it raises on odd indentation."""
    try:
        doctest.DocTestParser().get_examples(words)
    except ValueError:
        return ""
    return words


def _condition(statement: str) -> str | None:
    tree = parse_or_none(statement)
    node = tree.body[0] if tree is not None else None
    return ast.get_source_segment(statement, node.test) if isinstance(node, ast.Assert) else None
