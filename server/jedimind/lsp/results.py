"""What is known about lines of a document: results of runs, explanations, verdicts.

A result stands on lines. It moves with them when others are edited above, and is gone from those
that are edited themselves, because it is no longer about what stands there.
"""

from __future__ import annotations

import enum
from weakref import WeakSet

import attrs

from jedimind.text import Change, Position, Span


class Kind(enum.Enum):
    RUN = "run"
    EXPLANATION = "explanation"
    VERDICT = "verdict"


class Severity(enum.Enum):
    """Those that findings have; values are the protocol's."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3


@attrs.frozen
class Related:
    """Another place that belongs to a finding, such as a frame of a traceback."""

    uri: str
    line: int
    message: str


@attrs.frozen
class Replacement:
    """`new` in the place of `span`."""

    span: Span
    new: str

    def moved(self, change: Change) -> Replacement | None:
        """The same after an edit; None if that changed what is there."""
        start = self.span.start.line
        # Where nothing is yet, what comes to stand below is that.
        if self.span.empty and change.moved(range(start, start + 2)) is None:
            return None
        span = _moved(self.span, change)
        return None if span is None else attrs.evolve(self, span=span)


@attrs.frozen
class Finding:
    """One diagnostic. `code` is stable, such as ``exec.error``.

    `known` are names that could stand there instead. `accept` makes what was found what is
    expected, where that can be written. `missing` is the module for want of which it failed.
    """

    span: Span
    severity: Severity
    code: str
    message: str
    related: tuple[Related, ...] = ()
    known: tuple[str, ...] = ()
    accept: Replacement | None = None
    missing: str | None = None

    def moved(self, change: Change) -> Finding | None:
        span = _moved(self.span, change)
        if span is None:
            return None
        accept = self.accept.moved(change) if self.accept is not None else None
        if accept is None and self.accept is not None:
            return None
        return attrs.evolve(self, span=span, accept=accept)


@attrs.frozen
class Block:
    """A piece of a hover: prose, or what a program or Python itself wrote, shown as it is.

    `prose` is Markdown, ours or the model's; `verbatim` is never read as Markdown.
    """

    prose: str = ""
    verbatim: str = ""
    language: str = "text"


@attrs.frozen
class LineValue:
    """What is known of some lines of a result alone: `hint` for their end, empty if there is none,
    and `hover` for each of them."""

    lines: range
    hint: str
    hover: tuple[Block, ...]

    def moved(self, change: Change) -> LineValue | None:
        new = change.moved(self.lines)
        return None if new is None else attrs.evolve(self, lines=new)


@attrs.frozen
class Result:
    """`hover` is for the lines it stands on; `lines` are ranges of them, in order."""

    kind: Kind
    lines: tuple[range, ...]
    hover: tuple[Block, ...]
    findings: tuple[Finding, ...] = ()
    values: tuple[LineValue, ...] = ()

    def blocks(self, line: int) -> tuple[Block, ...]:
        """The hover for a line: what is known of it alone, then of all."""
        own = [block for value in self.values if line in value.lines for block in value.hover]
        return (*own, *self.hover)

    def moved(self, change: Change) -> Result | None:
        """The result after an edit; None once nothing of it is left."""
        if self.kind is Kind.RUN:
            pieces = [piece for lines in self.lines for piece in _remaining(lines, change)]
        else:  # these are about the range as a whole
            whole = [change.moved(lines) for lines in self.lines]
            pieces = [] if None in whole else [lines for lines in whole if lines is not None]
        if not pieces:
            return None
        findings = [finding.moved(change) for finding in self.findings]
        values = [value.moved(change) for value in self.values]
        return attrs.evolve(
            self,
            lines=tuple(pieces),
            findings=tuple(finding for finding in findings if finding is not None),
            values=tuple(value for value in values if value is not None),
        )


@attrs.define(eq=False)
class Mark:
    """A moment in a document's life; what was found for it can be put where it is now."""

    _changes: list[Change] = attrs.field(factory=list)

    def move(self, change: Change) -> None:
        self._changes.append(change)

    def now(self, result: Result) -> Result | None:
        """`result`, which is about the document at this mark, after all edits since."""
        moved: Result | None = result
        for change in self._changes:
            moved = moved.moved(change) if moved is not None else None
        return moved


@attrs.define(eq=False)
class Results:
    """The results of one document."""

    _items: list[Result] = attrs.field(factory=list)
    _marks: WeakSet[Mark] = attrs.field(factory=WeakSet)

    def mark(self) -> Mark:
        """Remember this moment, for as long as the mark is kept."""
        mark = Mark()
        self._marks.add(mark)
        return mark

    def put(self, result: Result, mark: Mark) -> Result | None:
        """Add what was found at `mark`, in the place of those of its kind that it overlaps.

        What was added, where it is now; None if its lines were edited since.
        """
        moved = mark.now(result)
        if moved is not None:
            self._items = [
                old for old in self._items if old.kind is not moved.kind or not overlap(old, moved)
            ]
            self._items.append(moved)
        return moved

    def move(self, change: Change) -> None:
        self._items = [new for old in self._items if (new := old.moved(change)) is not None]
        for mark in self._marks:
            mark.move(change)

    def remove(self, kind: Kind) -> int:
        """Take away the results of a kind; how many there were."""
        kept = [item for item in self._items if item.kind is not kind]
        removed = len(self._items) - len(kept)
        self._items = kept
        return removed

    def at(self, line: int) -> list[Result]:
        return [item for item in self._items if any(line in lines for lines in item.lines)]

    @property
    def findings(self) -> list[Finding]:
        return [finding for item in self._items for finding in item.findings]

    @property
    def values(self) -> list[LineValue]:
        return [value for item in self._items for value in item.values]


def _moved(span: Span, change: Change) -> Span | None:
    """Where `span` is after an edit; None if that touched one of its lines."""
    new = change.moved(span.lines)
    if new is None:
        return None
    shift = new.start - span.lines.start
    return Span(*(Position(end.line + shift, end.column) for end in (span.start, span.end)))


def _remaining(lines: range, change: Change) -> list[range]:
    """What is left of `lines`, where they are after the edit."""
    above = range(lines.start, min(lines.stop, change.line))
    below = range(max(lines.start, change.line + change.removed), lines.stop)
    if above.stop == lines.stop:
        return [lines]
    moved = change.moved(below) if below else None
    return [piece for piece in (above, moved) if piece]


def overlap(one: Result, other: Result) -> bool:
    """Whether they stand on a line together."""
    return any(a.start < b.stop and b.start < a.stop for a in one.lines for b in other.lines)
