"""Parsing of short text that a model or a user wrote, where what does not parse is no surprise.

For whole files ask the analysis worker: parsing a large one takes seconds.
"""

from __future__ import annotations

import ast
import contextlib
import warnings

# Deep nesting makes the parser run out of stack or memory; a NUL or a lone surrogate is a value.
_REFUSALS = (SyntaxError, ValueError, RecursionError, MemoryError)


def parse_or_none(source: str) -> ast.Module | None:
    """The tree of `source`, or None if Python cannot parse it, for whatever reason.

    The tree may be deeper than Python's recursion limit: walk it, do not recurse.
    """
    with contextlib.suppress(*_REFUSALS), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)
    return None


def is_expression(source: str) -> bool:
    """Whether `source` is one expression."""
    with contextlib.suppress(*_REFUSALS), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ast.parse(source.strip(), mode="eval")
        return True
    return False
