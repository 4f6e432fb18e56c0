"""The syntax tree of a document, and what the user can mean by a place in it.

tree-sitter parses half-typed files without giving up, which neither `ast` nor the user's patience
would. All answers are in the document's own lines and code points.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Literal

import attrs
import tree_sitter
import tree_sitter_python

from jedimind.text import Position, Span, Text

_LANGUAGE = tree_sitter.Language(tree_sitter_python.language())
# The parser holds the interpreter lock; between chunks other threads get their turn.
_CHUNK = 4096

# Comments that instruct a tool, not a reader: shebang, coding, cell marks, type and lint pragmas.
_PRAGMA = re.compile(
    r"#\s*(!|%%|-\*-|(en)?coding[:=]|type:|noqa|pragma:|pylint:|mypy:|ruff:|fmt:|isort:|pyright:)"
)
_RULE = re.compile(r"#[\s#=*\-_~+]*$")
_TODO = re.compile(r"#\s*(TODO|FIXME|XXX)\b\s*(\([^)]*\))?\s*[:\-]?\s*", re.IGNORECASE)
_MAIN = re.compile(r"""__name__==(["'])__main__\1|(["'])__main__\2==__name__""")
_DEFINITIONS = ("function_definition", "class_definition")


@attrs.frozen(eq=False)
class Tree:
    """The tree of one version of a document. Its rows are the document's lines."""

    text: Text
    root: tree_sitter.Node

    def source(self, node: tree_sitter.Node) -> str:
        return self.text.slice(self.span(node))

    def span(self, node: tree_sitter.Node) -> Span:
        return Span(self._position(node.start_point), self._position(node.end_point))

    def at(self, start: Position, end: Position) -> tree_sitter.Node:
        """The smallest node that contains everything from `start` to `end`."""
        node = self.root.descendant_for_point_range(self._point(start), self._point(end))
        return node if node is not None else self.root

    def _position(self, point: tree_sitter.Point) -> Position:
        if point.row >= len(self.text.lines):
            return self.text.end
        if self.text.lines[point.row].isascii():
            return Position(point.row, point.column)
        line = self.text.line(point.row).encode("utf-8", "replace")
        return Position(point.row, len(line[: point.column].decode("utf-8", "ignore")))

    def _point(self, position: Position) -> tuple[int, int]:
        before = self.text.line(position.line)[: position.column]
        return position.line, len(before.encode("utf-8", "replace"))


def parse(text: Text) -> Tree:
    """The tree of `text`. A large file belongs in a thread, where others still get their turn."""
    source = source_bytes(text)

    def read(offset: int, _point: tree_sitter.Point) -> bytes:
        return source[offset : offset + _CHUNK]

    tree = tree_sitter.Parser(_LANGUAGE).parse(read)
    return Tree(text, tree.root_node)


def source_bytes(text: Text) -> bytes:
    """What the parser reads; the offsets of nodes are in it."""
    # Every terminator becomes one line feed, so that the parser counts lines as we do.
    contents = "\n".join(text.line(number) for number in range(len(text.lines)))
    return contents.encode("utf-8", "replace")


@attrs.frozen
class GenerateTarget:
    """A place where the user described code that is not there yet.

    `instruction` is what they wrote, without comment signs; `described` its lines. The code goes
    where the lines `replaced` are (an empty range is an insertion), every line of it after
    `indent`. `header` is the source of the stub to complete, empty for a comment; `lead` the
    part of it that stands on the replaced lines and must stay.
    """

    kind: Literal["comment", "stub"]
    instruction: str
    described: range
    replaced: range
    indent: str
    header: str = ""
    lead: str = ""
    name: str = ""


def generate_target(tree: Tree, span: Span) -> GenerateTarget | None:
    """What could be generated at `span`: the stub it is in, or the comment it touches."""
    comment = _comment_target(tree, span)
    stub = _stub_target(tree, span)
    if stub is None:
        return comment
    if comment is None:
        return stub
    return attrs.evolve(stub, instruction=f"{stub.instruction}\n{comment.instruction}".strip())


def statement_at(tree: Tree, line: int) -> Span | None:
    """The whole lines of the top-level statement that covers `line`, decorators included."""
    for node in tree.root.children:
        rows = _rows(node)
        if line in rows and node.type != "comment":
            return whole_lines(tree.text, rows)
    return None


def definition_at(tree: Tree, line: int) -> tuple[str, Span] | None:
    """Name and whole lines of the innermost function or class around `line`."""
    for node in _definitions_around(tree, line):
        return _name(tree, node), whole_lines(tree.text, _rows(_decorated(node)))
    return None


def whole_lines(text: Text, lines: range) -> Span:
    """From the start of the first to the end of the last of `lines`, its terminator excluded."""
    last = lines.stop - 1
    return Span(Position(lines.start, 0), Position(last, len(text.line(last))))


def _comment_target(tree: Tree, span: Span) -> GenerateTarget | None:
    for line in span.lines:
        block = _comment_block(tree, line)
        if block is None:
            continue
        contents = [content for number in block if (content := _comment(tree, number)) is not None]
        words = [_TODO.sub("", content).lstrip("#").strip() for content in contents]
        if any(words):
            first = tree.text.line(block.start)
            return GenerateTarget(
                kind="comment",
                instruction="\n".join(words).strip(),
                described=block,
                replaced=range(block.stop, block.stop),
                indent=_indent(first),
            )
    return None


def _comment_block(tree: Tree, line: int) -> range | None:
    """The lines of the comment that `line` is part of; a TODO begins one of its own."""
    content = _comment(tree, line)
    if content is None:
        return None
    indent = _indent(tree.text.line(line))
    if not _alone(tree, line):
        return range(line, line + 1) if _TODO.match(content) else None

    def joins(upper: int, lower: int) -> bool:
        if upper < 0 or lower >= len(tree.text.lines):
            return False
        contents = _comment(tree, upper), _comment(tree, lower)
        return (
            None not in contents
            and not _TODO.match(contents[1] or "")
            and all(
                _alone(tree, number) and _indent(tree.text.line(number)) == indent
                for number in (upper, lower)
            )
        )

    first = last = line
    while joins(first - 1, first):
        first -= 1
    while joins(last, last + 1):
        last += 1
    return range(first, last + 1)


def _comment(tree: Tree, line: int) -> str | None:
    """The comment on `line` if it can describe code that would follow it."""
    end = len(tree.text.line(line))
    if end == 0:
        return None
    node = tree.at(Position(line, end - 1), Position(line, end))
    if node.type != "comment":
        return None
    content = tree.source(node)
    if _PRAGMA.match(content) or _RULE.match(content):
        return None
    # Inside brackets the next line is not a place for a statement.
    around = node.parent.type if node.parent is not None else "module"
    statement = around.endswith(("_statement", "_definition", "_clause")) and "import" not in around
    return content if statement or around in ("module", "block", "ERROR") else None


def _alone(tree: Tree, line: int) -> bool:
    return tree.text.line(line).lstrip().startswith("#")


def _stub_target(tree: Tree, span: Span) -> GenerateTarget | None:
    for node in _definitions_around(tree, span.start.line):
        body = node.child_by_field_name("body")
        if body is None or span.end.line not in _rows(_decorated(node)):
            return None
        statements = [child for child in body.named_children if child.type != "comment"]
        docstring = _docstring(statements)
        rest = statements[1:] if docstring is not None else statements
        if not statements or not all(_is_placeholder(tree, statement) for statement in rest):
            return None
        return _stub(tree, node, docstring, rest)
    return None


def _stub(
    tree: Tree,
    node: tree_sitter.Node,
    docstring: tree_sitter.Node | None,
    placeholders: list[tree_sitter.Node],
) -> GenerateTarget:
    text = tree.text
    start = tree.span(_decorated(node)).start
    colon = next(child for child in node.children if child.type == ":")
    kept = docstring if docstring is not None else colon
    kept_end = tree.span(kept).end
    if placeholders:
        replaced = range(placeholders[0].start_point.row, _rows(placeholders[-1]).stop)
    else:
        replaced = range(kept_end.line + 1, kept_end.line + 1)
    lead = ""
    if replaced and replaced.start == kept_end.line:  # `def f(x): ...` on one line
        lead = text.slice(Span(Position(kept_end.line, 0), kept_end))
    own_line = docstring is not None and docstring.start_point.row != colon.start_point.row
    first = docstring if own_line else (placeholders[0] if placeholders and not lead else None)
    if first is not None:
        indent = _indent(text.line(first.start_point.row))
    else:
        indent = _indent(text.line(node.start_point.row)) + "    "
    described = range(start.line, kept_end.line + 1)
    words = _docstring_value(tree.source(docstring)) if docstring is not None else ""
    above = _comment_block(tree, start.line - 1) if start.line > 0 else None
    if above is not None and _alone(tree, above.start):
        comments = [(_comment(tree, number) or "").lstrip("#").strip() for number in above]
        words = "\n".join([*comments, words]).strip()
    return GenerateTarget(
        kind="stub",
        instruction=words,
        described=described,
        replaced=replaced,
        indent=indent,
        header=text.slice(Span(Position(start.line, 0), kept_end)),
        lead=lead,
        name=_name(tree, node),
    )


def _definitions_around(tree: Tree, line: int) -> Iterator[tree_sitter.Node]:
    """Functions and classes that contain `line`, innermost first."""
    content = tree.text.line(line)
    start = Position(line, len(_indent(content)))
    node: tree_sitter.Node | None = tree.at(start, Position(line, len(content.rstrip())))
    while node is not None:
        if node.type == "decorated_definition":
            definition = node.child_by_field_name("definition")
            if definition is not None and line < definition.start_point.row:
                yield definition
        if node.type in _DEFINITIONS:
            yield node
        node = node.parent


def _docstring(statements: list[tree_sitter.Node]) -> tree_sitter.Node | None:
    if statements and statements[0].type == "expression_statement":
        inner = statements[0].named_children
        if inner and inner[0].type == "string":
            return statements[0]
    return None


def _docstring_value(source: str) -> str:
    # The value, not the source: there the closing quotes would stick to the last example.
    try:
        value = ast.literal_eval(source.strip())
    except (SyntaxError, ValueError):
        return ""
    return value.strip() if isinstance(value, str) else ""


def _is_placeholder(tree: Tree, statement: tree_sitter.Node) -> bool:
    source = tree.source(statement).strip()
    return source in ("pass", "...") or source.startswith("raise NotImplementedError")


def _decorated(node: tree_sitter.Node) -> tree_sitter.Node:
    parent = node.parent
    return parent if parent is not None and parent.type == "decorated_definition" else node


def _rows(node: tree_sitter.Node) -> range:
    last = node.end_point.row
    if node.end_point.column == 0 and last > node.start_point.row:
        last -= 1
    return range(node.start_point.row, last + 1)


def _name(tree: Tree, node: tree_sitter.Node) -> str:
    name = node.child_by_field_name("name")
    return tree.source(name) if name is not None else ""


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t\f"))]


def top_level_imports(tree: Tree) -> list[tuple[range, str]]:
    """The lines and source of each import statement of the module itself."""
    return [
        (_rows(node), tree.source(node))
        for node in tree.root.children
        if node.type.startswith("import_") or node.type == "future_import_statement"
    ]


def main_guards(tree: Tree) -> list[int]:
    """The lines of each ``if __name__ == "__main__":``."""
    found = []
    for node in tree.root.children:
        condition = node.child_by_field_name("condition") if node.type == "if_statement" else None
        written = re.sub(r"[\s()]", "", tree.source(condition)) if condition is not None else ""
        if _MAIN.fullmatch(written):
            found.append(node.start_point.row)
    return found


def import_line(tree: Tree, before: int) -> int:
    """The line before which a new import belongs, at most `before`."""
    above = [rows.stop for rows, _ in top_level_imports(tree) if rows.stop <= before]
    if above:
        return max(above)
    first = next((node for node in tree.root.named_children if node.type != "comment"), None)
    if first is not None and _docstring([first]) is not None and _rows(first).stop <= before:
        return _rows(first).stop
    line = 0
    while line < before and _PRAGMA.match(tree.text.line(line)):
        line += 1
    return line
