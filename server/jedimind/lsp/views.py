"""What Jedi is shown of a document, and the way back from what it answers.

A plain document is shown as it is. A cell of a notebook is shown with all cells around it, so lines
of the view and lines of the document differ there; columns never do.
"""

from __future__ import annotations

from pathlib import Path

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.lsp.documents import Document
from jedimind.settings import Settings
from jedimind.text import Position, Span, Text


@attrs.frozen
class Reading:
    """How Jedi reads the files of a folder: with which packages, and under which settings."""

    folder: Path
    interpreter: Path | None
    settings: Settings


@attrs.frozen(eq=False)
class View:
    """One version of a document, in the text that it is part of.

    `whole` is that text; `first_line` is the line of it on which the document begins.
    """

    document: Document
    version: int
    text: Text
    whole: Text
    first_line: int
    path: Path
    reading: Reading

    @property
    def settings(self) -> Settings:
        return self.reading.settings

    def place(self, position: Position) -> SourcePlace:
        """A position of the document, for Jedi."""
        return SourcePlace(
            path=self.path if self.path.is_absolute() else None,
            source=self.whole.string,
            position=self.to_whole(position),
            folder=self.reading.folder,
            interpreter=self.reading.interpreter,
        )

    def to_whole(self, position: Position) -> Position:
        return Position(position.line + self.first_line, position.column)

    def lines_in_whole(self, lines: range) -> range:
        return range(lines.start + self.first_line, lines.stop + self.first_line)

    def to_document(self, span: Span) -> Span | None:
        """A span of the whole as one of the document; None if it is in another cell."""
        if not 0 <= span.start.line - self.first_line < len(self.text.lines):
            return None
        return Span(
            Position(span.start.line - self.first_line, span.start.column),
            Position(span.end.line - self.first_line, span.end.column),
        )
