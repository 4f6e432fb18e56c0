"""What the index keeps of one file."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from jedimind.index.exports import Exports, exports
from jedimind.outline import Kind, Symbol, outline
from jedimind.syntax import Tree, parse
from jedimind.text import Text

_SURROGATE = re.compile("[\ud800-\udfff]")


@attrs.frozen
class IndexedSymbol:
    """A symbol as it is kept; `before` is its line up to the end of its name, unless in ASCII."""

    name: str
    kind: Kind
    container: str
    line: int
    start: int
    end: int
    before: str | None
    deprecated: bool


@attrs.frozen
class Contents:
    """What is in a file. Without a module name nothing can be imported from it."""

    module: str | None
    symbols: tuple[IndexedSymbol, ...]
    exports: Exports


def contents(
    text: Text,
    file: Path,
    module: str | None,
    python: tuple[int, int],
    *,
    with_symbols: bool,
) -> Contents:
    """What is in `file`, whose source is `text`."""
    tree = parse(text)
    symbols = tuple(_indexed(tree, outline(tree))) if with_symbols else ()
    if module is None:
        return Contents(None, symbols, Exports((), ()))
    is_package = file.stem == "__init__"
    return Contents(module, symbols, exports(tree, module, python, is_package=is_package))


def decode(source: bytes) -> Text:
    """The text of a source file in the encoding that it declares; UTF-8 if that is unknown."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError:  # no such encoding, or not in it
        encoding = "utf-8-sig"
    return Text.of(source.decode(encoding, "replace"))


def _indexed(tree: Tree, symbols: Sequence[Symbol], container: str = "") -> Iterator[IndexedSymbol]:
    for symbol in symbols:
        start, end = symbol.name_span.start, symbol.name_span.end
        before = tree.text.lines[start.line][: end.column]
        yield IndexedSymbol(
            symbol.name,
            symbol.kind,
            container,
            start.line,
            start.column,
            end.column,
            # SQLite takes no half characters; this one is as long in every encoding.
            None if before.isascii() else _SURROGATE.sub("\ufffd", before),
            symbol.deprecated,
        )
        inner = f"{container}.{symbol.name}" if container else symbol.name
        yield from _indexed(tree, symbol.children, inner)
