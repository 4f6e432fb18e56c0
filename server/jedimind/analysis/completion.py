"""What may be written at a place, and what there is to say about each of it."""

from __future__ import annotations

from typing import Literal

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question
from jedimind.text import Position

# As Jedi has them, and apart from these: a parameter to be given by name, a key of a dictionary,
# and a function that takes no arguments.
Kind = Literal[
    "module",
    "class",
    "instance",
    "function",
    "function without arguments",
    "argument",
    "param",
    "property",
    "statement",
    "keyword",
    "key",
]

# What to show first, by where it comes from.
Origin = Literal["argument", "file", "elsewhere", "builtins", "keyword"]


@attrs.frozen
class Candidate:
    """A name that may be written. `name` is all of it, with ``=`` or quotes where these belong."""

    name: str
    kind: Kind
    origin: Origin


@attrs.frozen
class Completions:
    """What may be written in the place of what stands between `start` and the cursor.

    With `narrowing` these are the candidates for every identifier that begins at `start`; those
    for a longer one are those that begin with it, in any case. Without it they are for the cursor
    only. `calls` says whether functions are called here, as they are not in imports; with `names`
    any name may be written that is in reach of an import.
    """

    start: Position
    candidates: tuple[Candidate, ...] = ()
    narrowing: bool = False
    calls: bool = False
    names: bool = False


@attrs.frozen
class CompletionQuestion(Question[Completions]):
    """Asks what may be written at `place`; `start` is where the identifier there begins."""

    place: SourcePlace
    start: Position


@attrs.frozen
class Description:
    """What a name is: `signatures` are Python as `help` shows it, `doc` is the docstring."""

    signatures: tuple[str, ...] = ()
    doc: str = ""
    full_name: str | None = None


@attrs.frozen
class CandidateQuestion(Question[Description | None]):
    """Asks about one of the candidates for a `CompletionQuestion` with the same fields."""

    place: SourcePlace
    start: Position
    name: str
