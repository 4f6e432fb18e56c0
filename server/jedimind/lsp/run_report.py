"""What a run did, as findings and hover for the lines that ran."""

from __future__ import annotations

import os
from pathlib import Path

import attrs

from jedimind.execution.outcome import LIMITS_ONLY, Frame, Outcome, OutcomeCode
from jedimind.lsp.markdown import escaped, plain
from jedimind.lsp.results import Block, Finding, Kind, Related, Result, Severity
from jedimind.syntax import Tree, statement_at, whole_lines
from jedimind.text import Position, Span, Text

_MOST_IN_MESSAGE = 300
_MOST_IN_HOVER = 4000


@attrs.frozen(eq=False)
class Ran:
    """The code at `span` of a document, as `tree` has it, and how its run ended."""

    uri: str
    path: Path
    tree: Tree
    span: Span
    outcome: Outcome


def report(ran: Ran) -> Result:
    finding = _error(ran) if ran.outcome.code is not OutcomeCode.OK else _value(ran)
    return Result(Kind.RUN, (ran.span.lines,), tuple(_hover(ran.outcome)), (finding,))


def _value(ran: Ran) -> Finding:
    outcome = ran.outcome
    if outcome.value is not None:
        message = plain(outcome.value, _MOST_IN_MESSAGE)
    else:
        printed = plain(outcome.stdout.strip(), _MOST_IN_MESSAGE)
        message = f"Printed: {printed}" if printed else outcome.sentence
    line = _last_statement_line(ran)
    return Finding(_content(ran.tree.text, line), Severity.INFORMATION, outcome.code.value, message)


def _error(ran: Ran) -> Finding:
    outcome, text = ran.outcome, ran.tree.text
    failure = outcome.failure
    frames = failure.frames if failure is not None else ()
    own = [frame for frame in frames if frame.path == os.fspath(ran.path) and frame.line > 0]
    place = _frame_span(text, own[-1]) if own else _content(text, _last_statement_line(ran))
    message = outcome.sentence
    if failure is not None and outcome.code is OutcomeCode.ERROR:
        message = f"{failure.type}: {failure.message}" if failure.message else failure.type
    others = [frame for frame in reversed(frames) if not own or frame is not own[-1]]
    related = tuple(
        Related(
            uri=ran.uri if frame in own else Path(frame.path).as_uri(),
            line=frame.line - 1,
            message=f"in {frame.function}",
        )
        for frame in others
        if frame.line > 0 and Path(frame.path).is_absolute()
    )
    return Finding(
        place, Severity.ERROR, outcome.code.value, plain(message, _MOST_IN_MESSAGE), related
    )


def _hover(outcome: Outcome) -> list[Block]:
    tier = "not sandboxed" if outcome.sandbox == LIMITS_ONLY else f"sandbox {outcome.sandbox}"
    blocks = [Block(prose=f"**{escaped(outcome.sentence)}** ({tier})")]
    shown = [
        ("", outcome.value, "python"),
        ("Output:", outcome.stdout, "text"),
        ("Errors:", outcome.stderr, "text"),
    ]
    for heading, content, language in shown:
        if content and content.strip():
            if heading:
                blocks.append(Block(prose=heading))
            blocks.append(Block(verbatim=plain(content, _MOST_IN_HOVER), language=language))
    return blocks


def _last_statement_line(ran: Ran) -> int:
    """The line where the value of a run belongs: where its last statement begins."""
    text = ran.tree.text
    lines = ran.span.lines
    last = next((line for line in reversed(lines) if text.line(line).strip()), lines.start)
    statement = statement_at(ran.tree, last)
    if statement is not None and statement.start.line >= lines.start:
        return statement.start.line
    return last


def _content(text: Text, line: int) -> Span:
    """A line without the white space around what stands on it."""
    content = text.line(line)
    whole = whole_lines(text, range(line, line + 1))
    indent = len(content) - len(content.lstrip())
    return Span(Position(line, indent if content.strip() else 0), whole.end)


def _frame_span(text: Text, frame: Frame) -> Span:
    line = min(frame.line, len(text.lines)) - 1
    if frame.column is None or frame.end_line is None or frame.end_column is None:
        return _content(text, line)
    start = text.clamp(Position(line, frame.column))
    end = text.clamp(Position(frame.end_line - 1, frame.end_column))
    return Span(start, end) if start < end else _content(text, line)
