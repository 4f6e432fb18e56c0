"""What a run did, as findings and hover for the lines that ran.

`error` and what is below it is shared with the reports of doctests and tests.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from jedimind.execution.outcome import Failure, Frame, Outcome, OutcomeCode
from jedimind.execution.sandbox.tier import Tier
from jedimind.lsp.line_values import failure_locals, line_values
from jedimind.lsp.markdown import escaped, plain
from jedimind.lsp.ran import Ran
from jedimind.lsp.results import Block, Finding, Kind, Related, Result, Severity
from jedimind.syntax import statement_at, whole_lines
from jedimind.text import Position, Span, Text

MOST_IN_MESSAGE = 300
_MISSING = re.compile(r"No module named '(\w{1,100})'", re.ASCII)
_MOST_IN_HOVER = 4000


def report(ran: Ran, *, value_is_finding: bool = True) -> Result:
    """What to show; without `value_is_finding` a run that went well has no finding."""
    findings: tuple[Finding, ...] = ()
    if ran.outcome.code is not OutcomeCode.OK:
        findings = (_error(ran),)
    elif value_is_finding:
        findings = (_value(ran),)
    values = (*line_values(ran), *failure_locals(ran))
    return Result(Kind.RUN, (ran.span.lines,), tuple(_hover(ran.outcome)), findings, values)


def _value(ran: Ran) -> Finding:
    outcome = ran.outcome
    if outcome.value is not None:
        message = plain(outcome.value, MOST_IN_MESSAGE)
    else:
        printed = plain(outcome.stdout.strip(), MOST_IN_MESSAGE)
        message = f"Printed: {printed}" if printed else outcome.sentence
    line = _last_statement_line(ran)
    return Finding(content(ran.tree.text, line), Severity.INFORMATION, outcome.code.value, message)


def _error(ran: Ran) -> Finding:
    outcome = ran.outcome
    failure = outcome.failure
    message = outcome.sentence
    if failure is not None and outcome.code is OutcomeCode.ERROR:
        message = raised(failure)
    last = content(ran.tree.text, _last_statement_line(ran))
    return error(ran, failure, message, instead=last)


def raised(failure: Failure) -> str:
    return f"{failure.type}: {failure.message}" if failure.message else failure.type


def error(ran: Ran, failure: Failure | None, message: str, instead: Span) -> Finding:
    """A finding on the deepest line of the document in the traceback, or `instead` if none is."""
    frames = failure.frames if failure is not None else ()
    own = [frame for frame in frames if frame.path == os.fspath(ran.path) and frame.line > 0]
    place = _frame_span(ran.tree.text, own[-1]) if own else instead
    others = [frame for frame in frames if not own or frame is not own[-1]]
    message = plain(message, MOST_IN_MESSAGE)
    code = ran.outcome.code.value
    return Finding(
        place,
        Severity.ERROR,
        code,
        message,
        related(ran, others),
        missing=missing_module(failure) if failure is not None else None,
    )


def missing_module(failure: Failure) -> str | None:
    """The module that could be installed; None if it is no such failure.

    What a program says is not to be believed: this is a name and nothing else.
    """
    named = _MISSING.fullmatch(failure.message) if failure.type == "ModuleNotFoundError" else None
    if named is None or not named[1].isidentifier() or named[1] in sys.stdlib_module_names:
        return None
    return named[1]


def related(ran: Ran, frames: Sequence[Frame]) -> tuple[Related, ...]:
    """The lines of a traceback, deepest first."""
    return tuple(
        Related(
            uri=ran.uri if frame.path == os.fspath(ran.path) else Path(frame.path).as_uri(),
            line=frame.line - 1,
            message=f"in {frame.function}",
        )
        for frame in reversed(frames)
        if frame.line > 0 and Path(frame.path).is_absolute()
    )


def _hover(outcome: Outcome) -> list[Block]:
    blocks = [headline(outcome)]
    blocks += quoted("", outcome.value or "", "python")
    blocks += quoted("Output:", outcome.stdout)
    blocks += quoted("Errors:", outcome.stderr)
    return blocks


def headline(outcome: Outcome) -> Block:
    """How the run ended, and where."""
    tier = f"sandbox {outcome.sandbox}" if outcome.sandbox != Tier.C.value else "not sandboxed"
    peak = outcome.peak_memory
    used = f", at most {peak / 2**20:.0f} MiB of memory" if peak else ""
    return Block(prose=f"**{escaped(outcome.sentence)}** ({tier}){used}")


def quoted(heading: str, said: str, language: str = "text") -> list[Block]:
    """What a program said, as it is; nothing if that is blank."""
    if not said.strip():
        return []
    below = Block(verbatim=plain(said, _MOST_IN_HOVER), language=language)
    return [Block(prose=escaped(heading)), below] if heading else [below]


def _last_statement_line(ran: Ran) -> int:
    """The line where the value of a run belongs: where its last statement begins."""
    text = ran.tree.text
    lines = ran.span.lines
    last = next((line for line in reversed(lines) if text.line(line).strip()), lines.start)
    statement = statement_at(ran.tree, last)
    if statement is not None and statement.start.line >= lines.start:
        return statement.start.line
    return last


def content(text: Text, line: int) -> Span:
    """A line without the white space around what stands on it."""
    written = text.line(line)
    whole = whole_lines(text, range(line, line + 1))
    indent = len(written) - len(written.lstrip())
    return Span(Position(line, indent if written.strip() else 0), whole.end)


def _frame_span(text: Text, frame: Frame) -> Span:
    line = min(frame.line, len(text.lines)) - 1
    if frame.column is None or frame.end_line is None or frame.end_column is None:
        return content(text, line)
    start = text.clamp(Position(line, frame.column))
    end = text.clamp(Position(frame.end_line - 1, frame.end_column))
    return Span(start, end) if start < end else content(text, line)
