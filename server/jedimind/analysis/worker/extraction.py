"""Whether code that was extracted still means what it did where it was."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import tree_sitter

from jedimind.analysis.worker.definite_assignment import maybe_unset
from jedimind.analysis.worker.tokens.uses import Use
from jedimind.analysis.worker.usages.definitions import node_at
from jedimind.analysis.worker.usages.file_names import FileNames, site
from jedimind.text import Position, Span

_LOOPS = ("for_statement", "while_statement")
_SCOPES = ("function_definition", "lambda", "class_definition")
# What belongs to the function that it is in, as the syntax tree and as Python calls it.
_ROOTED = {
    "await": "await",
    "yield": "yield",
    "return_statement": "return",
    "global_statement": "global",
    "nonlocal_statement": "nonlocal",
    "delete_statement": "del",
    "named_expression": ":=",
    "async": "async",
    "break_statement": "break",
    "continue_statement": "continue",
}
_LOCAL = ("function", "comprehension")


def why_late(before: FileNames, span: Span) -> str | None:
    """A sentence if the expression in `span` may not be evaluated ahead of its statement."""
    node = before.tree.at(span.start, span.end)
    while (parent := node.parent) is not None:
        if parent.type == "while_statement" and parent.child_by_field_name("condition") == node:
            return "The condition of a loop is evaluated again and again."
        node = parent
    if any(each.type == "named_expression" for each in _selected(before, span)):
        return "The selection gives a value to a variable."
    return None


def why_rooted(before: FileNames, span: Span) -> str | None:
    """A sentence if something in `span` belongs to the function or loop around it."""
    for node in _selected(before, span):
        is_rooted = node.type in _ROOTED
        if node.type in ("break_statement", "continue_statement"):
            is_rooted = not _has_loop(before, node, span)
        if is_rooted:
            return f"`{_ROOTED[node.type]}` belongs to what is around the selection."
    return None


def why_no_variable(before: FileNames, span: Span, after: FileNames, name: str) -> str | None:
    """A sentence if the variable that was made of `span` has another value than that had."""
    value = _definition(after, name)
    return _lost(before, span, after, after.tree.span(value))


def why_no_function(before: FileNames, span: Span, after: FileNames, name: str) -> str | None:
    """A sentence if the function that was made of `span` does not do the same."""
    function = _function(after, name)
    if function is None:
        return "Jedi made no function of it."
    unset = sorted(maybe_unset(function))
    if unset:
        return f"`{unset[0]}` may have no value where the function reads it."
    returned = {
        each.id
        for statement in function.body
        if isinstance(statement, ast.Return)
        for each in ast.walk(statement)
        if isinstance(each, ast.Name)
    }
    missing = sorted(_needed_after(before, span) - returned)
    if missing:
        return f"`{missing[0]}` is used after the selection, too."
    return _lost(before, span, after, after.tree.span(_definition(after, name)))


def without_idle_result(before: FileNames, span: Span, after: FileNames, name: str) -> FileNames:
    """`after` without the variable that Jedi returns where none is used any more."""
    block = _definition(after, name).child_by_field_name("body")
    statements = block.named_children if block is not None else []
    assignment = next(node_at(after, use) for use in after.called(name) if use.role != "bound")
    while assignment.type != "assignment":
        if assignment.parent is None:
            return after
        assignment = assignment.parent
    value = assignment.child_by_field_name("right")
    is_idle = len(statements) > 1 and not _needed_after(before, span)
    if not is_idle or value is None or statements[-1].type != "return_statement":
        return after
    text, _ = after.text.replace(after.tree.span(assignment), after.tree.source(value))
    line = after.tree.span(statements[-1]).start.line
    text, _ = text.replace(Span(Position(line, 0), Position(line + 1, 0)), "")
    return FileNames(after.path, text.string)


def _definition(after: FileNames, name: str) -> tree_sitter.Node:
    """The assignment or function that was made."""
    use = next(use for use in after.called(name) if use.role == "bound")
    node = node_at(after, use)
    return node.parent if node.parent is not None else node


def _needed_after(before: FileNames, span: Span) -> set[str]:
    """The variables that are set in `span` and used outside of it."""
    in_loop = _is_in_loop(before.tree.at(span.start, span.end))
    needed: set[str] = set()
    for use in _uses(before, span):
        owner = before.owner(use) if use.role == "bound" else None
        if owner is None or owner.kind == "comprehension" or site(use) == "attribute":
            continue
        if owner.kind in ("module", "class"):
            needed.add(use.name)  # others may import it, or take it from the class
        for other in before.called(use.name):
            place = before.location(other).span
            is_outside = place.end <= span.start or place.start >= span.end
            is_later = in_loop or place.start >= span.end or other.scope is not owner
            if is_outside and is_later and before.owner(other) is owner and _reads(before, other):
                needed.add(use.name)
    return needed


def _lost(before: FileNames, span: Span, after: FileNames, moved: Span) -> str | None:
    """A sentence if a local variable that the code reads is another one, or none, where it is."""
    local = {
        use.name
        for use in _uses(before, span)
        if (owner := before.owner(use)) is not None and owner.kind in _LOCAL
    }
    for use in _uses(after, moved):
        if use.name in local and site(use) == "plain":
            owner = after.owner(use)
            if owner is None or owner.kind not in _LOCAL:
                return f"`{use.name}` is not known where the code would be."
    return None


def _uses(file: FileNames, span: Span) -> Iterator[Use]:
    for use in file.names.uses:
        place = file.location(use).span
        if span.start <= place.start and place.end <= span.end:
            yield use


def _reads(file: FileNames, use: Use) -> bool:
    parent = node_at(file, use).parent
    return use.role != "bound" or (parent is not None and parent.type == "augmented_assignment")


def _selected(file: FileNames, span: Span) -> Iterator[tree_sitter.Node]:
    """The nodes in `span`, but for what is in functions and classes of their own there."""
    rest = [file.tree.at(span.start, span.end)]
    while rest:
        node = rest.pop()
        where = file.tree.span(node)
        if where.end <= span.start or where.start >= span.end:
            continue
        is_within = span.start <= where.start and where.end <= span.end
        if is_within:
            yield node
        if not (is_within and node.type in _SCOPES):
            rest += node.children


def _has_loop(file: FileNames, node: tree_sitter.Node, span: Span) -> bool:
    """Whether the loop that `node` leaves is in `span`."""
    around = node.parent
    while around is not None and around.type not in _LOOPS:
        around = around.parent
    return around is not None and span.start <= file.tree.span(around).start


def _is_in_loop(node: tree_sitter.Node) -> bool:
    around = node.parent
    while around is not None and around.type not in _SCOPES:
        if around.type in _LOOPS:
            return True
        around = around.parent
    return False


def _function(file: FileNames, name: str) -> ast.FunctionDef | None:
    for node in ast.walk(ast.parse(file.text.string)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node
    return None
