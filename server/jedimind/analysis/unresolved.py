"""Names in a piece of code that do not exist. These types travel to and from the worker."""

from __future__ import annotations

from typing import Literal

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question
from jedimind.text import Span


@attrs.frozen
class Unresolved:
    """A name that certainly does not exist where it is used.

    `known` are names that do exist there and resemble it, the closest first. `sentence` tells a
    person, or the model that wrote it.
    """

    name: str
    kind: Literal["name", "attribute", "import", "keyword"]
    span: Span
    known: tuple[str, ...]
    sentence: str


@attrs.frozen
class UnresolvedQuestion(Question[tuple[Unresolved, ...]]):
    """Asks about the lines from `first` up to but excluding `stop`, both counted from 0."""

    place: SourcePlace
    first: int
    stop: int
