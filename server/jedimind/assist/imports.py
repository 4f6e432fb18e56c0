"""Import statements as sets of single names, to add those that a file lacks."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jedimind.assist.parsing import parse_or_none


def split(statements: Iterable[str]) -> dict[str, None]:
    """Each imported name as a statement of its own, in order and once.

    ``from a import b, c as d`` becomes ``from a import b`` and ``from a import c as d``. What does
    not parse, such as a statement still being typed, is left out.
    """
    names: dict[str, None] = {}
    for source in statements:
        tree = parse_or_none(source.strip())
        for node in tree.body if tree is not None else ():
            if isinstance(node, ast.Import):
                names.update((ast.unparse(ast.Import([alias])), None) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                single = (ast.ImportFrom(node.module, [name], node.level) for name in node.names)
                names.update((ast.unparse(one), None) for one in single)
    return names


def is_future(statement: str) -> bool:
    """Whether Python wants `statement` before all other code, see PEP 236."""
    return statement.startswith("from __future__ ")


def taken_from(code: str) -> tuple[list[str], str]:
    """The top-level imports of `code`, and `code` without them. Code with errors stays whole."""
    tree = parse_or_none(code)
    if tree is None:
        return [], code
    statements = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    lines: list[str | None] = list(code.split("\n"))
    for node in statements:
        last = node.end_lineno or node.lineno
        if any(
            other is not node and other.lineno <= last and (other.end_lineno or 0) >= node.lineno
            for other in tree.body
        ):
            return [], code  # `import re; x = 1`: leave such a line alone
        lines[node.lineno - 1 : last] = [None] * (last - node.lineno + 1)
    rest = "\n".join(line for line in lines if line is not None).strip("\n")
    return [ast.unparse(node) for node in statements], rest


def grouped(names: Iterable[str]) -> list[str]:
    """The statements for `names`, which `split` made, one a module and sorted."""
    plain: list[str] = []
    modules: dict[str, list[str]] = {}
    for name in names:
        if name.startswith("from "):
            module, _, alias = name.partition(" import ")
            modules.setdefault(module, []).append(alias)
        else:
            plain.append(name)
    joined = [f"{module} import {', '.join(sorted(names))}" for module, names in modules.items()]
    return [*sorted(plain), *sorted(joined)]
