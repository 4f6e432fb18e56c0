"""Document text: lines, positions in three encodings, and edits.

The protocol splits lines at ``\\n``, ``\\r\\n`` and ``\\r`` only, and counts columns in UTF-8
bytes, UTF-16 units or UTF-32 code points, as the client chose (LSP 3.17, *Text Documents*).
Inside jedimind a column is always a number of code points, as in Python's strings.
`str.splitlines` must not be used on documents: it also splits at form feeds and U+2028.
"""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Sequence

import attrs

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Encoding(enum.Enum):
    """The unit in which the client counts columns; values are the protocol's names."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


# How each encoding stores a character, and in units of how many bytes.
_CODEC = {
    Encoding.UTF8: ("utf-8", 1),
    Encoding.UTF16: ("utf-16-le", 2),
    Encoding.UTF32: ("utf-32-le", 4),
}


@attrs.frozen(order=True)
class Position:
    """A place between two characters. `line` from 0, `column` from 0 in code points."""

    line: int
    column: int


@attrs.frozen
class Span:
    """The text from `start` up to but excluding `end`."""

    start: Position
    end: Position

    @property
    def empty(self) -> bool:
        return self.start == self.end

    @property
    def lines(self) -> range:
        """The lines it covers. One that ends at the very start of a line does not cover it."""
        last = self.end.line
        if self.end.column == 0 and last > self.start.line:
            last -= 1
        return range(self.start.line, last + 1)


@attrs.frozen
class Change:
    """An edit by whole lines: from `line` on, `removed` old lines became `added` new ones."""

    line: int
    removed: int
    added: int

    def moved(self, lines: range) -> range | None:
        """Where `lines` are after the edit, or None if it touched one of them."""
        if lines.stop <= self.line:
            return lines
        if lines.start >= self.line + self.removed:
            shift = self.added - self.removed
            return range(lines.start + shift, lines.stop + shift)
        return None


def split_lines(text: str) -> list[str]:
    """The lines of `text` with their terminators; the last one has none and may be empty."""
    lines = _LINE.findall(text)
    if not lines or lines[-1][-1] in "\r\n":
        lines.append("")
    return lines


@attrs.frozen(eq=False)
class Text:
    """The text of a document at one version. Never changes; an edit makes a new one.

    Kept as lines, because the protocol addresses lines: an edit of a 20 MB file copies a list of
    pointers, not the text.
    """

    lines: Sequence[str]

    @classmethod
    def of(cls, string: str) -> Text:
        return cls(split_lines(_paired(string)))

    @functools.cached_property
    def string(self) -> str:
        return "".join(self.lines)

    @functools.cached_property
    def size(self) -> int:
        """The number of code points."""
        return sum(map(len, self.lines))

    @property
    def newline(self) -> str:
        """The terminator of the first line, which new lines should have too."""
        first = self.lines[0]
        return first[len(first.rstrip("\r\n")) :] or "\n"

    def line(self, number: int) -> str:
        """Line `number` without its terminator."""
        return self.lines[number].rstrip("\r\n")

    @property
    def end(self) -> Position:
        last = len(self.lines) - 1
        return Position(last, len(self.lines[last]))

    def clamp(self, position: Position) -> Position:
        """The nearest position that exists; beyond the last line that is the end."""
        if position.line >= len(self.lines):
            return self.end
        if position.line < 0:
            return Position(0, 0)
        column = min(max(position.column, 0), len(self.line(position.line)))
        return Position(position.line, column)

    def decode(self, line: int, character: int, encoding: Encoding) -> Position:
        """The position that a client means by `character` units into `line`, clamped.

        Inside a character that takes several units, its start is meant.
        """
        if not 0 <= line < len(self.lines):
            return self.clamp(Position(line, character))
        content = self.line(line)
        if encoding is Encoding.UTF32 or content.isascii():
            return self.clamp(Position(line, character))
        codec, unit_size = _CODEC[encoding]
        units = content.encode(codec, "surrogatepass")
        cut = min(max(character, 0), len(units) // unit_size) * unit_size
        while _inside_character(units, cut, encoding):
            cut -= unit_size
        return Position(line, len(units[:cut].decode(codec, "surrogatepass")))

    def encode(self, position: Position, encoding: Encoding) -> tuple[int, int]:
        """Line and character of `position` as the client counts them."""
        position = self.clamp(position)
        before = self.line(position.line)[: position.column]
        if encoding is Encoding.UTF32 or before.isascii():
            return position.line, len(before)
        codec, unit_size = _CODEC[encoding]
        return position.line, len(before.encode(codec, "surrogatepass")) // unit_size

    def cut(self, line: int, character: int) -> tuple[str, str] | None:
        """The halves of the character that UTF-16 unit `character` of `line` would cut, if any."""
        start = self.decode(line, character, Encoding.UTF16)
        rest = self.line(start.line)[start.column :]
        if not rest or self.encode(start, Encoding.UTF16) >= (line, character):
            return None
        units = rest[0].encode("utf-16-le")
        high, low = (half.decode("utf-16-le", "surrogatepass") for half in (units[:2], units[2:]))
        return high, low

    def slice(self, span: Span) -> str:
        start, end = self.clamp(span.start), self.clamp(span.end)
        if start.line == end.line:
            return self.line(start.line)[start.column : end.column]
        middle = self.lines[start.line + 1 : end.line]
        head = self.lines[start.line][start.column :]
        return "".join([head, *middle, self.lines[end.line][: end.column]])

    def replace(self, span: Span, new: str) -> tuple[Text, Change]:
        """The text with `new` in the place of `span`, and which lines that changed."""
        start, end = sorted((self.clamp(span.start), self.clamp(span.end)))
        first, last = start.line, end.line
        head = self.lines[first][: start.column]
        tail = self.lines[last][end.column :]
        # A carriage return and a line feed that come to stand side by side are one terminator.
        if not head and first > 0 and (new or tail).startswith("\n"):
            first -= 1
            head = self.lines[first]
        old = self.lines[first : last + 1]
        fresh = split_lines(_paired(head + new + tail))
        at_end = last + 1 == len(self.lines)
        if not at_end and fresh[-1] == "":
            fresh.pop()
        lines = [*self.lines[:first], *fresh, *self.lines[last + 1 :]]
        return Text(lines), _trimmed(first, old, fresh)


def _inside_character(units: bytes, cut: int, encoding: Encoding) -> bool:
    if encoding is Encoding.UTF8:
        return cut < len(units) and units[cut] & 0xC0 == 0x80
    before, after = units[cut - 1 : cut], units[cut + 1 : cut + 2]
    return bool(before and after) and before[0] & 0xFC == 0xD8 and after[0] & 0xFC == 0xDC


def _trimmed(line: int, old: Sequence[str], new: Sequence[str]) -> Change:
    """The change without the lines that stayed the same at both ends."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Change(line + head, len(old) - head - tail, len(new) - head - tail)


def _paired(string: str) -> str:
    """`string` with surrogate pairs as one character; two edits may bring the halves."""
    if string.isascii() or not _SURROGATE.search(string):
        return string
    return string.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
