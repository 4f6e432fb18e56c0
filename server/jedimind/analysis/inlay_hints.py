"""What an editor can show between the code. These types travel to and from the worker."""

from __future__ import annotations

from typing import Literal

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question
from jedimind.text import Position

Kind = Literal["variable", "return", "parameter"]


@attrs.frozen
class InlayHint:
    """A `text` to show at `position`: of a variable or a function its type, as an annotation
    would say it; of an argument the name of its parameter.

    `insertable` says whether that annotation can be inserted there.
    """

    kind: Kind
    position: Position
    text: str
    insertable: bool = False


@attrs.frozen
class InlayHints:
    """Hints in order. They are not `complete` if there was no time to find out more."""

    hints: tuple[InlayHint, ...] = ()
    complete: bool = True


@attrs.frozen
class InlayHintsQuestion(Question[InlayHints]):
    """Asks for hints in the lines from `first` up to but excluding `stop`, from 0; at most `most`.

    There may be fewer than could be: what Jedi is not sure of is left out, and what there is no
    time for.
    """

    place: SourcePlace
    first: int
    stop: int
    kinds: frozenset[Kind]
    most: int
