"""The examples in a user's own words: doctest lines, ``f(2) -> 4``, ``assert f(2) == 4``."""

from __future__ import annotations

import ast
import doctest
import re

import attrs

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
    """The examples in a comment's or docstring's value, in order, each once."""
    found: dict[Example, None] = {}
    for example in doctest.DocTestParser().get_examples(_parsable(words)):
        expected = example.want.strip()
        if expected and _is_expression(example.source) and _is_expression(expected):
            found[Example(example.source.strip(), expected)] = None
    for line in words.splitlines():
        if line.lstrip().startswith((">>>", "...")):
            continue
        if (match := _ASSERT.match(line)) and (condition := _condition(match["statement"])):
            found[Example(condition, "True")] = None
        elif match := _ARROW.search(line):
            call, value = match["call"], match["value"].strip("`")
            if _is_expression(call) and _is_expression(value):
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
    try:
        node = ast.parse(statement).body[0]
    except SyntaxError:
        return None
    return ast.unparse(node.test) if isinstance(node, ast.Assert) else None


def _is_expression(source: str) -> bool:
    try:
        ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    return True
