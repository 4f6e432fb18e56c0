"""From what a model said to the code it meant. Rules cost no tokens.

Small models chat around the code, repeat the file, and add a demonstration nobody asked for.
"""

from __future__ import annotations

import ast
import re

from jedimind.assist.imports import taken_from
from jedimind.assist.indentation import dedented
from jedimind.assist.parsing import parse_or_none
from jedimind.text import split_lines

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_MARK = "your code goes here"  # in prompts/generate.md
_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[ \t]*(\w*)[^\n]*$", re.MULTILINE)


def code_is_complete(answer: str) -> bool:
    """Whether the first code block is closed, so that generation can stop."""
    fences = list(_FENCE.finditer(answer))
    return len(fences) > 1 and answer[fences[1].end() :].startswith("\n")


def code_block(answer: str) -> str:
    """The first code block; a block cut short counts, and an answer without one is all code.

    It begins at column 0, and its lines end with a line feed each.
    """
    answer = "\n".join(line.rstrip("\r\n") for line in split_lines(answer))
    fences = list(_FENCE.finditer(answer))
    start = fences[0].end() + 1 if fences else 0
    end = fences[1].start() if len(fences) > 1 else len(answer)
    return dedented(answer[start:end]).strip("\n").rstrip()


def without_mark(code: str) -> str:
    """`code` without the comment that marks its place in the prompt, should it be repeated."""
    return "\n".join(line for line in code.split("\n") if _MARK not in line).strip("\n")


def without_demonstration(code: str) -> str:
    """`code` without the sample calls that follow its last definition.

    Only what calls the code's own functions with values made up on the spot is dropped: a
    `main()` at the end, or a call with names from the user's file, was asked for.
    """
    tree = parse_or_none(code)
    if tree is None:
        return code
    is_definition = [isinstance(node, _DEFINITIONS) for node in tree.body]
    if True not in is_definition:
        return code
    first_of_tail = len(is_definition) - is_definition[::-1].index(True)
    tail = tree.body[first_of_tail:]
    defined = {node.name for node in tree.body if isinstance(node, _DEFINITIONS)}
    if not any(_is_demonstration(node, defined, tail) for node in tail):
        return code
    last = tree.body[first_of_tail - 1].end_lineno or 0
    return "\n".join(code.split("\n")[:last]).rstrip()


def body_of(code: str, name: str) -> str | None:
    """The body of the definition `name`, dedented, without its docstring, after the imports.

    A single definition under another name is taken for it. None if there is none, so that `code`
    may be the body itself.
    """
    tree = parse_or_none(code)
    if tree is None:
        return None
    definitions = [node for node in ast.walk(tree) if isinstance(node, _DEFINITIONS)]
    named = [node for node in definitions if node.name == name]
    outer = [node for node in tree.body if isinstance(node, _DEFINITIONS)]
    if not named and len(outer) != 1:
        return None
    imports, _ = taken_from(code)
    return "\n".join([*imports, _body(code, (named or outer)[0])])


def _body(code: str, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if not body:
        return ""
    first = min([body[0].lineno, *(d.lineno for d in getattr(body[0], "decorator_list", []))])
    lines = code.split("\n")[first - 1 : node.end_lineno]
    beginning = _character(lines[0], body[0].col_offset)
    if lines[0][:beginning].strip():  # it shares a line with the header or the docstring
        lines[0] = lines[0][beginning:]
    return dedented("\n".join(lines))


def _is_demonstration(node: ast.stmt, defined: set[str], tail: list[ast.stmt]) -> bool:
    if isinstance(node, ast.If) and "__name__" in _names(node.test):
        return any(_is_demonstration(child, defined, [*tail, *node.body]) for child in node.body)
    made_up = {
        target.id
        for statement in tail
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
            names = {name for argument in arguments for name in _names(argument)}
            if call.func.id in defined and arguments and names <= made_up | defined:
                return True
    return False


def _names(node: ast.AST) -> set[str]:
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}


def _character(line: str, byte_offset: int) -> int:
    return len(line.encode()[:byte_offset].decode(errors="ignore"))
