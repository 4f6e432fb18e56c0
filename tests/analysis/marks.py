"""Projects whose files show in ``«»`` what is expected to be found, and where the cursor is (`$0`).

Both marks are taken out before anything is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.text import Position, Span

_OPEN, _CLOSE, _CURSOR = "«", "»", "$0"


@attrs.frozen
class Marked:
    """A project on disk. `marked` are the spans between marks, by the files' names."""

    folder: Path
    place: SourcePlace
    marked: frozenset[tuple[str, Span]]

    def relative(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def write_marked(folder: Path, files: Mapping[str, str]) -> Marked:
    """Write `files` without their marks; the one with the cursor is the open one."""
    place: SourcePlace | None = None
    spans: set[tuple[str, Span]] = set()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text, found, cursor = unmarked(content)
        path.write_bytes(text.encode("utf-8"))
        spans |= {(name, span) for span in found}
        if cursor is not None:
            place = SourcePlace(path, text, cursor, folder)
    assert place is not None, "no file has a cursor"
    return Marked(folder, place, frozenset(spans))


def unmarked(content: str) -> tuple[str, list[Span], Position | None]:
    """The text without marks, the spans between them, and the cursor."""
    lines: list[str] = []
    spans: list[Span] = []
    cursor: Position | None = None
    for number, line in enumerate(content.split("\n")):
        text, opened, rest = "", 0, line
        while rest:
            if rest.startswith(_CURSOR):
                cursor = Position(number, len(text))
                rest = rest[len(_CURSOR) :]
                continue
            if rest[0] == _OPEN:
                opened = len(text)
            elif rest[0] == _CLOSE:
                spans.append(Span(Position(number, opened), Position(number, len(text))))
            else:
                text += rest[0]
            rest = rest[1:]
        lines.append(text)
    return "\n".join(lines), spans, cursor
