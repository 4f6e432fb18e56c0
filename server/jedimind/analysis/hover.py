"""What there is to say about the name at a place, and about the call around it."""

from __future__ import annotations

import attrs

from jedimind.analysis.completion import Description
from jedimind.analysis.location import Location
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question


@attrs.frozen
class Hover:
    """What the name at `origin` means; several if Jedi sees more than one possibility."""

    origin: Location
    meanings: tuple[Description, ...]


@attrs.frozen
class HoverQuestion(Question[Hover | None]):
    """Asks what the name at `place` means."""

    place: SourcePlace


@attrs.frozen
class Signature:
    """One way to call something.

    `parameters` are spans of `label` by code points; `active` is the one that is being written,
    None if there is none such.
    """

    label: str
    parameters: tuple[tuple[int, int], ...]
    active: int | None
    doc: str


@attrs.frozen
class SignatureQuestion(Question[tuple[Signature, ...]]):
    """Asks about the call that `place` is in the brackets of; the best signature comes first."""

    place: SourcePlace
