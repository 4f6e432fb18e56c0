"""The examples in a file's docstrings, as `doctest` finds them, and where they stand.

Examples are read off the source of a docstring, line by line, because its value may have other
lines than the file; and what is put in the place of one is checked by reading it back.
"""

from __future__ import annotations

import ast
import doctest
import functools
import re
from collections.abc import Iterator

import attrs
import tree_sitter
import tree_sitter_python

from jedimind.syntax import Tree
from jedimind.text import Position, Span

_QUERY = tree_sitter.Query(
    tree_sitter.Language(tree_sitter_python.language()),
    "(expression_statement . (string) @string .)",
)
_PROMPT = re.compile(r"^[ \t]*>>>(?:[ \t]|$)", re.MULTILINE)


@attrs.frozen
class Example:
    """`lines` are those of its code, and `expected` those of what it should print."""

    lines: range
    expected: range


@attrs.frozen
class Docstring:
    """A docstring with examples, at `span` with its quotes, of the function or class `owner`.

    The owner of a module's is empty. `source` is that of the literal.
    """

    span: Span
    owner: str
    source: str

    @functools.cached_property
    def examples(self) -> tuple[Example, ...]:
        """In order; none where they cannot be told apart."""
        return tuple(_examples(self.source, self.span.start.line))

    @property
    def lines(self) -> range:
        return self.span.lines

    def upto(self, line: int) -> int | None:
        """How many examples there are up to the one on `line`; None if there is none on it."""
        for number, example in enumerate(self.examples, start=1):
            if line in example.lines or line in example.expected:
                return number
        return None


def docstrings(tree: Tree) -> list[Docstring]:
    """All docstrings with examples, in order."""
    nodes = tree_sitter.QueryCursor(_QUERY).captures(tree.root).get("string", [])
    found = (_docstring(tree, node) for node in sorted(nodes, key=lambda node: node.start_byte))
    return [docstring for docstring in found if docstring is not None]


def docstring_at(tree: Tree, line: int) -> Docstring | None:
    """The docstring with examples that `line` is in."""
    content = tree.text.line(line)
    first = Position(line, len(content) - len(content.lstrip(" \t\f")))
    node: tree_sitter.Node | None = tree.at(first, first)
    while node is not None and node.type != "string":
        node = node.parent
    return _docstring(tree, node) if node is not None else None


def accepted(tree: Tree, docstring: Docstring, number: int, actual: str) -> tuple[Span, str] | None:
    """What to put where, so that example `number` (from 0) expects `actual`.

    None if there is no way to write that: doctest expects no text with blanks alone on a line, or
    that looks like a prompt.
    """
    example = docstring.examples[number]
    text = tree.text
    if docstring.span.start.line == example.lines.start:
        return None  # no line of its own, so its indentation says nothing
    first = text.line(example.lines.start)
    indent = first[: first.index(">>>")]
    opening, closing = _quotes(docstring.source)
    written = actual if "r" in opening.lower() else _escaped(actual, closing)
    lines = [indent + (line or "<BLANKLINE>") for line in written.split("\n")[:-1]]
    new = "".join(text.newline + line for line in lines)
    # From the end of the code, so that lines can come where there were none, and the reverse.
    last_of_code = example.lines.stop - 1
    last = example.expected.stop - 1 if example.expected else last_of_code
    end = Position(last, len(text.line(last)))
    if last == docstring.span.end.line:
        end = Position(last, docstring.span.end.column - len(closing))  # the quotes stay
    start = end
    if example.expected:
        start = Position(last_of_code, len(text.line(last_of_code)))
    span = Span(start, end)
    changed, _ = text.replace(span, new)
    after = docstring.span.end
    line = after.line + len(lines) - (end.line - start.line)
    column = after.column
    if after.line == end.line:
        column += (len(lines[-1]) if lines else start.column) - end.column
    whole = Span(docstring.span.start, Position(line, column))
    return (span, new) if _expects(changed.slice(whole), number) == actual else None


def _expects(docstring: str, number: int) -> str | None:
    """What example `number` of a docstring expects."""
    try:
        value = ast.literal_eval(docstring)
        want = doctest.DocTestParser().get_examples(value)[number].want
    except (SyntaxError, ValueError, IndexError, MemoryError, RecursionError):
        return None
    return re.sub(r"^<BLANKLINE>$", "", want, flags=re.MULTILINE)


def _escaped(text: str, quotes: str) -> str:
    return text.replace("\\", "\\\\").replace(quotes, "".join("\\" + quote for quote in quotes))


def _docstring(tree: Tree, node: tree_sitter.Node) -> Docstring | None:
    """The docstring that a string literal is, if it is one and has examples."""
    statement = node.parent
    if statement is None or statement.type != "expression_statement" or not _is_first(statement):
        return None
    source = tree.source(node)
    opening, _ = _quotes(source)
    if not _PROMPT.search(source[len(opening) :]) or {"b", "f"} & set(opening.lower()):
        return None
    return Docstring(tree.span(node), _owner(tree, statement), source)


def _is_first(statement: tree_sitter.Node) -> bool:
    """Whether a statement is where a docstring is looked for."""
    body = statement.parent
    if body is None or body.type not in ("module", "block"):
        return False
    if body.type == "block" and not _is_definition(body.parent):
        return False
    first = next((child for child in body.named_children if child.type != "comment"), None)
    return first == statement


def _is_definition(node: tree_sitter.Node | None) -> bool:
    return node is not None and node.type in ("function_definition", "class_definition")


def _owner(tree: Tree, statement: tree_sitter.Node) -> str:
    definition = statement.parent.parent if statement.parent is not None else None
    name = definition.child_by_field_name("name") if definition is not None else None
    return tree.source(name) if name is not None else ""


def _quotes(source: str) -> tuple[str, str]:
    """What a string literal opens with, its prefix included, and what closes it."""
    prefix = source[: len(source) - len(source.lstrip("rRuUbBfF"))]
    rest = source[len(prefix) :]
    quotes = rest[:3] if rest[:3] in ('"""', "'''") else rest[:1]
    return prefix + quotes, quotes


def _examples(source: str, first_line: int) -> Iterator[Example]:
    opening, closing = _quotes(source)
    body = source[len(opening) :]
    body = body[: -len(closing)] if body.endswith(closing) else body
    try:
        # Python's own splitting of lines is right here: a form feed ends none for `re` either.
        found = doctest.DocTestParser().get_examples(re.sub(r"\r\n?", "\n", body))
    except ValueError:  # a docstring that is half typed, or that doctest will complain about
        return
    for example in found:
        start = first_line + example.lineno
        stop = start + example.source.count("\n")
        yield Example(range(start, stop), range(stop, stop + example.want.count("\n")))
