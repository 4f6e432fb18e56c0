"""Where generated code goes in a document, as edits, and what the document is then."""

from __future__ import annotations

import textwrap

import attrs

from jedimind.assist import imports
from jedimind.syntax import GenerateTarget, Tree, import_line, top_level_imports
from jedimind.text import Position, Span, Text


@attrs.frozen
class Edit:
    """`new` in the place of `span`."""

    span: Span
    new: str


@attrs.frozen(eq=False)
class Placement:
    """`edits` against the document as it was, in order and apart from each other; `after` is the
    text they make, in which the code stands on `lines`.
    """

    edits: tuple[Edit, ...]
    after: Text
    lines: range


def place(tree: Tree, target: GenerateTarget, code: str) -> Placement:
    """Put `code`, which begins at column 0, where `target` wants it.

    Its top-level imports join those of the file, without the ones that are there already.
    """
    text = tree.text
    statements, body = imports.taken_from(code)
    present = imports.split(source for _, source in top_level_imports(tree))
    missing = [name for name in imports.split(statements) if name not in present]
    edits = []
    if missing:
        edits.append(_import_edit(tree, target, imports.grouped(missing)))
    edits.append(_body_edit(text, target, body))
    after = text
    for edit in reversed(edits):
        after, _ = after.replace(edit.span, edit.new)
    above = sum(edit.new.count(text.newline) for edit in edits[:-1])
    first = target.replaced.start + above + (1 if target.lead else 0)
    return Placement(tuple(edits), after, range(first, first + body.count("\n") + 1))


def _import_edit(tree: Tree, target: GenerateTarget, statements: list[str]) -> Edit:
    text = tree.text
    line = import_line(tree, target.described.start)
    lines = list(statements)
    has_imports = any(rows.stop == line for rows, _ in top_level_imports(tree))
    if not has_imports:
        if line > 0 and text.line(line - 1).strip():
            lines.insert(0, "")
        if line < len(text.lines) and text.line(line).strip():
            lines.append("")
    at = Position(line, 0)
    return Edit(Span(at, at), "".join(f"{content}{text.newline}" for content in lines))


def _body_edit(text: Text, target: GenerateTarget, body: str) -> Edit:
    lines = textwrap.indent(body, target.indent, lambda line: line.strip() != "").split("\n")
    if target.lead:
        lines.insert(0, target.lead.rstrip())
    following = target.replaced.stop
    if following < len(text.lines) and text.line(following).strip():
        lines += [""] * _blank_lines_after(body, target.indent)
    new = "".join(f"{line}{text.newline}" for line in lines)
    start = Position(target.replaced.start, 0)
    end = Position(target.replaced.stop, 0)
    if target.replaced.stop < len(text.lines):
        return Edit(Span(start, end), new)
    # The document ends without a line terminator.
    if not target.replaced:
        return Edit(Span(text.end, text.end), text.newline + new)
    return Edit(Span(start, text.end), new)


def _blank_lines_after(body: str, indent: str) -> int:
    last_block = next(
        (line for line in reversed(body.split("\n")) if line and not line[0].isspace()), ""
    )
    if not last_block.startswith(("def ", "async def ", "class ", "@")):
        return 0
    return 1 if indent else 2
