"""Where a name leads: to its definition, its declaration, or the definition of its type."""

from __future__ import annotations

from typing import Literal

import attrs

from jedimind.analysis.location import Location
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question

Target = Literal["definition", "declaration", "type_definition"]


@attrs.frozen
class Destinations:
    """`origin` is the name at the place, on its line; None if there is none."""

    found: tuple[Location, ...] = ()
    origin: Location | None = None


@attrs.frozen
class NavigationQuestion(Question[Destinations]):
    """Asks where the name at `place` leads."""

    place: SourcePlace
    target: Target
