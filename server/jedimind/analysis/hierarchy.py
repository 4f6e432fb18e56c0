"""Who calls what, which classes derive from which, and what implements what."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import attrs

from jedimind.analysis.location import Location
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question
from jedimind.text import Span


@attrs.frozen
class HierarchyItem:
    """A function, class or module, by its name's `location`; `detail` says where it is at home.

    `span` is all of it, but for decorators. `last_line` is the text of the line that it ends on,
    from which the column there is converted to the client's encoding.
    """

    name: str
    kind: Literal["class", "function", "method", "module"]
    detail: str
    location: Location
    span: Span
    last_line: str


@attrs.frozen
class HierarchyItems:
    """`incomplete` is a sentence that says what is missing; None if nothing is."""

    items: tuple[HierarchyItem, ...] = ()
    incomplete: str | None = None


@attrs.frozen
class Call:
    """The one at the other end of calls, and where in the caller's file these are."""

    item: HierarchyItem
    places: tuple[Location, ...]


@attrs.frozen
class Calls:
    """`incomplete` is a sentence that says what is missing; None if nothing is."""

    calls: tuple[Call, ...] = ()
    incomplete: str | None = None


@attrs.frozen
class Implementations:
    """`incomplete` is a sentence that says what is missing; None if nothing is."""

    found: tuple[Location, ...] = ()
    incomplete: str | None = None


@attrs.frozen
class ImplementationsQuestion(Question[Implementations]):
    """Asks for the classes that derive from the one named at `place`, or for the methods that
    override it; for the definition if there are none."""

    place: SourcePlace
    folders: tuple[Path, ...]
    budget: float


@attrs.frozen
class CallItemsQuestion(Question[HierarchyItems]):
    """Asks for the functions and classes that are named at `place`."""

    place: SourcePlace


@attrs.frozen
class IncomingCallsQuestion(Question[Calls]):
    """Asks who calls the `name` that is defined at `place`, or was before edits above it."""

    place: SourcePlace
    name: str
    folders: tuple[Path, ...]
    budget: float


@attrs.frozen
class OutgoingCallsQuestion(Question[Calls]):
    """Asks what the `name` that is defined at `place`, or was before edits above it, calls."""

    place: SourcePlace
    name: str


@attrs.frozen
class TypeItemsQuestion(Question[HierarchyItems]):
    """Asks for the classes that are named at `place`, or of what is."""

    place: SourcePlace


@attrs.frozen
class SupertypesQuestion(Question[HierarchyItems]):
    """Asks for the bases of the class `name` at `place`, or there before edits above it."""

    place: SourcePlace
    name: str


@attrs.frozen
class SubtypesQuestion(Question[HierarchyItems]):
    """Asks which classes have the class `name` at `place` as a base."""

    place: SourcePlace
    name: str
    folders: tuple[Path, ...]
    budget: float
