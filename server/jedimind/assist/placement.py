"""Where generated code goes in a document, as edits, and what the document is then."""

from __future__ import annotations

import attrs

from jedimind.assist import imports
from jedimind.assist.indentation import indented
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
    text they make. In it `code` stands on `lines` after `indent`, its imports on `imported`.
    """

    edits: tuple[Edit, ...]
    after: Text
    lines: range
    imported: tuple[range, ...]
    code: str
    indent: str


def place(tree: Tree, target: GenerateTarget, code: str) -> Placement:
    """Put `code`, which begins at column 0, where `target` wants it.

    Its top-level imports join those of the file, without the ones that are there already.
    """
    text = tree.text
    statements, body = imports.taken_from(code)
    present = imports.split(source for _, source in top_level_imports(tree))
    missing = [name for name in imports.split(statements) if name not in present]
    edits = [*_import_edits(tree, target, missing), _body_edit(text, target, body)]
    after = text
    for edit in reversed(edits):
        after, _ = after.replace(edit.span, edit.new)
    above = 0
    imported = []
    for edit in edits[:-1]:
        added = edit.new.count(text.newline)
        start = edit.span.start.line + above
        imported.append(range(start, start + added))
        above += added
    first = target.replaced.start + above + (1 if target.lead else 0)
    return Placement(
        edits=tuple(edits),
        after=after,
        lines=range(first, first + body.count("\n") + 1),
        imported=tuple(imported),
        code=body,
        indent=target.indent,
    )


def _import_edits(tree: Tree, target: GenerateTarget, names: list[str]) -> list[Edit]:
    """The edits that add `names`, those from ``__future__`` before every other import."""
    before = target.described.start
    lines = {True: _future_line(tree, before), False: import_line(tree, before)}
    by_line: dict[int, list[str]] = {}
    for future, line in lines.items():
        wanted = [name for name in names if imports.is_future(name) is future]
        if wanted:
            by_line.setdefault(line, []).extend(imports.grouped(wanted))
    ends = {rows.stop for rows, _ in top_level_imports(tree)}
    return [
        _import_edit(tree.text, line, statements, line in ends)
        for line, statements in by_line.items()
    ]


def _future_line(tree: Tree, before: int) -> int:
    """The line before which a ``__future__`` import belongs, at most `before`."""
    present = top_level_imports(tree)
    others = [rows.start for rows, source in present if not imports.is_future(source)]
    first = min([before, *others])
    line = import_line(tree, first)
    between = (tree.text.line(number).strip() for number in range(line, first))
    if first in others and all(not content or content.startswith("#") for content in between):
        return first  # below the comments that a file begins with
    return line


def _import_edit(text: Text, line: int, statements: list[str], beside_imports: bool) -> Edit:
    lines = list(statements)
    if not beside_imports:
        if line > 0 and text.line(line - 1).strip():
            lines.insert(0, "")
        if line < len(text.lines) and text.line(line).strip():
            lines.append("")
    at = Position(line, 0)
    return Edit(Span(at, at), "".join(f"{content}{text.newline}" for content in lines))


def _body_edit(text: Text, target: GenerateTarget, body: str) -> Edit:
    lines = indented(body, target.indent).split("\n")
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
