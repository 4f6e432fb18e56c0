"""What the index answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import attrs

from jedimind.outline import Kind
from jedimind.text import Span

Origin = Literal["workspace", "standard library", "packages"]
ImportableKind = Literal["module", "class", "function", "constant", "variable"]


@attrs.frozen
class FoundSymbol:
    """A symbol of a file in the workspace.

    `container` is the dotted name of what it is part of: its module, classes and functions.
    `name_span` is in code points; what they are in other encodings can be told from `before`, the
    text of its line up to the end of the name, or one that is as long in all of them. By `rank` the
    symbols of several searches for the same are put in order.
    """

    name: str
    kind: Kind
    container: str
    path: Path
    name_span: Span
    before: str
    deprecated: bool
    rank: tuple[Any, ...] = attrs.field(repr=False)


@attrs.frozen
class Importable:
    """A name that ``from module import name`` brings; without `module`, ``import name`` does."""

    name: str
    kind: ImportableKind
    module: str
    origin: Origin
