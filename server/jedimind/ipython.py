"""IPython's own syntax, which cells may hold and Python does not know: magics, shell, help."""

from __future__ import annotations

import ast
import functools
import re
import warnings

from jedimind.text import Text

# Where a line is no Python: a line magic, a shell command, help; the first two also assigned to
# names.
_MAGIC = re.compile(r"[ \t]*(?:[\w., \t]+=[ \t]*(?=!|%\w))?(?P<own>[%!?].*|[\w.]+\?{1,2}\s*$)")
# Cell magics whose cell is Python all the same.
_PYTHON_CELLS = re.compile(r"[ \t]*%%(?:time|timeit|capture|prun|python3?|px)\b")


def ipython_line(text: Text) -> int | None:
    """The first line of a cell that only IPython understands; None if Python understands all."""
    found = (number for number, line in enumerate(text.lines) if _MAGIC.match(line))
    first = next(found, None)
    return None if first is None or _is_python(text.string) else first


@functools.lru_cache(maxsize=256)
def python_lines(text: Text) -> list[str]:
    """The lines of a cell, where what is IPython's is a number and a comment of the same length."""
    first = text.lines[0]
    if first.lstrip().startswith("%%") and not _PYTHON_CELLS.match(first):
        return [_neutral(line, 0) if line.strip() else line for line in text.lines]
    magic = [_MAGIC.match(line) for line in text.lines]
    if not any(magic) or _is_python(text.string):
        return list(text.lines)
    return [
        _neutral(line, found.start("own")) if found else line
        for line, found in zip(text.lines, magic, strict=True)
    ]


def _neutral(line: str, start: int) -> str:
    """`line` with an expression in the place of what begins at `start`."""
    content = line[start:].rstrip("\r\n")
    return f"{line[:start]}{'0#'[: len(content)]}{content[2:]}{line[start + len(content) :]}"


def _is_python(source: str) -> bool:
    """Whether a source is right as it is: a percent sign may begin a line in brackets, too."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
