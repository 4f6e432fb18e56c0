"""What the code at a place can use.

These types travel between the server and the analysis worker.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question

Kind = Literal["function", "class", "method", "variable", "module"]


@attrs.frozen
class Definition:
    """Something that code can use.

    `name` is as the code would write it: ``Order``, ``billing.invoice_total``, ``self.total``.
    `home` says where it is from, for a reader of the open file: ``billing.py``, ``this file``.
    `signature` is stub-like Python, several lines for a class: its fields and methods.
    `doc` is the first paragraph of the docstring on one line. `line` counts from 0.
    """

    name: str
    kind: Kind
    home: str
    signature: str
    doc: str = ""
    path: Path | None = None
    line: int = 0


@attrs.frozen
class Context:
    """Definitions, the most useful first."""

    definitions: tuple[Definition, ...] = ()


@attrs.frozen
class ContextQuestion(Question[Context]):
    """Asks for at most `limit` definitions; those whose words are `wanted` come first."""

    place: SourcePlace
    wanted: frozenset[str]
    limit: int
