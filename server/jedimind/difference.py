"""The edits that make one text of another, by whole lines, as few as `difflib` finds."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import attrs

from jedimind.text import Position, Span, Text

# Comparing two texts without anything in common takes quadratic time.
_MOST_LINES = 20_000


@attrs.frozen
class Replacement:
    """`new` takes the place of what is at `span`."""

    span: Span
    new: str


def difference(old: Text, new: Text) -> Iterator[Replacement]:
    """Edits of `old`, from top to bottom, that do not touch each other."""
    if len(old.lines) + len(new.lines) > _MOST_LINES:
        yield Replacement(Span(Position(0, 0), old.end), new.string)
        return
    matcher = difflib.SequenceMatcher(None, old.lines, new.lines, autojunk=False)
    for tag, start, stop, new_start, new_stop in matcher.get_opcodes():
        if tag != "equal":
            span = Span(_line_start(old, start), _line_start(old, stop))
            yield Replacement(span, "".join(new.lines[new_start:new_stop]))


def _line_start(text: Text, line: int) -> Position:
    return Position(line, 0) if line < len(text.lines) else text.end
