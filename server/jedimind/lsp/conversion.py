"""Between the protocol's types and ours: URIs, positions, ranges."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from lsprotocol import types

from jedimind.text import Encoding, Position, Span, Text


def uri_to_path(uri: str) -> Path:
    """The path of a `file:` URI; for others (`untitled:Untitled-1`) a bare name."""
    try:
        parts = urlsplit(uri)
    except ValueError:  # it is none
        return _bare_name(uri)
    name = unquote(parts.path)
    if parts.scheme != "file" or "\0" in name or not name:
        return _bare_name(name)
    if os.name == "posix":  # paths are bytes there, and need not be UTF-8
        return Path(os.fsdecode(unquote_to_bytes(parts.path)))
    from urllib.request import url2pathname  # takes a while to load, and is for Windows only

    path = url2pathname(parts.path)
    return Path(f"//{parts.netloc}{path}" if parts.netloc not in ("", "localhost") else path)


def _bare_name(name: str) -> Path:
    return Path(name.replace("/", "_").replace("\0", "_") or "untitled")


def to_span(text: Text, value: types.Range, encoding: Encoding) -> Span:
    """A client's range as positions that exist in `text`, in order."""
    ends = [text.decode(end.line, end.character, encoding) for end in (value.start, value.end)]
    return Span(min(ends), max(ends))


def to_edit(
    text: Text, change: types.TextDocumentContentChangePartial, encoding: Encoding
) -> tuple[Span, str]:
    """Which characters a client's change replaces, and with what.

    A client that counts UTF-16 units may cut a character in two; the half that it leaves is then
    part of what replaces the whole.
    """
    span, new = to_span(text, change.range, encoding), change.text
    if encoding is not Encoding.UTF16:
        return span, new
    start, end = sorted((end.line, end.character) for end in (change.range.start, change.range.end))
    if halves := text.cut(*start):
        new = halves[0] + new
    if halves := text.cut(*end):
        new += halves[1]
        span = Span(span.start, Position(span.end.line, span.end.column + 1))
    return span, new


def to_range(text: Text, span: Span, encoding: Encoding) -> types.Range:
    return types.Range(
        to_protocol_position(text, span.start, encoding),
        to_protocol_position(text, span.end, encoding),
    )


def to_protocol_position(text: Text, position: Position, encoding: Encoding) -> types.Position:
    return types.Position(*text.encode(position, encoding))


def range_in_line(line: str, span: Span, encoding: Encoding) -> types.Range:
    """The range of a `span` on one line whose content is `line`."""
    number = span.start.line
    text = Text((line,))
    start, end = (
        text.encode(Position(0, column), encoding)[1]
        for column in (span.start.column, span.end.column)
    )
    return types.Range(types.Position(number, start), types.Position(number, end))
