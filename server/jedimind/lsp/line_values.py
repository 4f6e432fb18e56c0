"""What a run tells of single lines: values of statements, and the locals where it failed.

The program may have written all of it, so lines are checked and texts are shown as they are.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator

from jedimind.execution.outcome import StatementValue
from jedimind.lsp.markdown import escaped, plain
from jedimind.lsp.ran import Ran
from jedimind.lsp.results import Block, LineValue

LONGEST_HINT = 60
"""Characters."""


def line_values(ran: Ran) -> Iterator[LineValue]:
    """One for all statements that end on the same line."""
    ended: defaultdict[int, list[StatementValue]] = defaultdict(list)
    for value in ran.outcome.values:
        ended[value.end_line].append(value)
    for end_line, values in ended.items():
        lines = range(min(value.line for value in values) - 1, end_line)
        if lines and lines.start in ran.span.lines and lines[-1] in ran.span.lines:
            hint = _cut(plain("; ".join(map(_hint, values))), LONGEST_HINT)
            told = "\n".join(value.readable or _whole(value) for value in values)
            yield LineValue(lines, hint, (Block(verbatim=plain(told)),))


def failure_locals(ran: Ran) -> Iterator[LineValue]:
    """On each line of the traceback that is in the document, deepest first."""
    failure = ran.outcome.failure
    for frame in reversed(failure.frames if failure is not None else ()):
        line = frame.line - 1
        if frame.locals and frame.path == os.fspath(ran.path) and line in ran.span.lines:
            told = "\n".join(f"{name} = {value}" for name, value in frame.locals)
            heading = Block(prose=f"Locals in {escaped(frame.function)}:")
            yield LineValue(range(line, line + 1), "", (heading, Block(verbatim=plain(told))))


def _whole(value: StatementValue) -> str:
    if value.count == 1:
        return value.first
    last = f" {value.last}" if value.last is not None else ""
    return f"{value.first} …{last} ({value.count}×)"


def _hint(value: StatementValue) -> str:
    """First and last have equal shares of the room."""
    if value.count == 1 or value.last is None:
        return _whole(value)
    times = f" ({value.count}×)"
    share = (LONGEST_HINT - len(times) - len(" … ")) // 2
    return f"{_cut(value.first, share)} … {_cut(value.last, share)}{times}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
