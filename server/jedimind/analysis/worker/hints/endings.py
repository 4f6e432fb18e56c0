"""How a function ends: Jedi forgets the `None` of one that just runs out."""

from __future__ import annotations

from typing import Literal

import tree_sitter

Node = tree_sitter.Node

# "value": each way out returns one. "maybe": some return one, and others None. "none": all return
# None. "unknown": it is a generator or a stub, never returns, or is too hard to tell.
Ending = Literal["value", "maybe", "none", "unknown"]

_OWN_SCOPES = frozenset({"function_definition", "class_definition", "lambda"})


def ending(body: Node) -> Ending:
    """How the function with this body ends."""
    statements = _statements(body)
    if all(_says_nothing(statement) for statement in statements):
        return "unknown"
    with_value = without_value = False
    rest = list(statements)
    while rest:
        node = rest.pop()
        if node.type in _OWN_SCOPES:
            continue
        if node.type == "yield":
            return "unknown"
        if node.type == "return_statement":
            with_value = with_value or node.named_child_count > 0
            without_value = without_value or node.named_child_count == 0
        rest.extend(node.named_children)
    runs_out = _runs_out(body)
    if not with_value:
        return "none" if without_value or runs_out is not False else "unknown"
    if without_value or runs_out:
        return "maybe"
    return "value" if runs_out is False else "unknown"


def _statements(block: Node) -> list[Node]:
    return [child for child in block.named_children if child.type != "comment"]


def _says_nothing(statement: Node) -> bool:
    """Whether a body of such statements only is there for others to override."""
    if statement.type == "expression_statement":
        return all(child.type in ("string", "ellipsis") for child in statement.named_children)
    return statement.type in ("pass_statement", "raise_statement")


def _runs_out(block: Node | None) -> bool | None:
    """Whether the end of `block` can be reached; None if that is too hard to tell."""
    statements = _statements(block) if block is not None else []
    if not statements:
        return None
    last = statements[-1]
    if last.type in ("return_statement", "raise_statement"):
        return False
    if last.type == "if_statement":
        return _if_runs_out(last)
    if last.type == "while_statement":
        condition = last.child_by_field_name("condition")
        return None if condition is not None and condition.type == "true" else True
    if last.type in ("with_statement", "try_statement", "match_statement", "assert_statement"):
        return None
    if last.type == "expression_statement" and any(
        child.type in ("call", "await") for child in last.named_children
    ):
        return None  # it may be `sys.exit()`
    return True


def _if_runs_out(statement: Node) -> bool | None:
    branches = [statement.child_by_field_name("consequence")]
    has_else = False
    for clause in statement.children_by_field_name("alternative"):
        has_else = has_else or clause.type == "else_clause"
        branches.append(
            clause.child_by_field_name("body") or clause.child_by_field_name("consequence")
        )
    ends = [_runs_out(branch) for branch in branches]
    if not has_else or True in ends:
        return True
    return None if None in ends else False
