"""A hostile program: one file, whose first comments say what is to come of it.

Lines ``# field: content`` at the top are read up to the first other line. A field holds in every
tier, or in those named after it: ``# expect A B: exec.denied``.

- ``expect``: codes of outcomes, any of which is right.
- ``tiers``: those that it can be held in; in all where it is missing.
- ``needs``: ``linux``, or nothing where it is missing.
- ``profile``: ``own`` (where it is missing) or ``generated``.
- ``timeout``, ``memory``, ``output``: the limits, if others than `LIMITS`. What is to end at the
  time limit has a short one.
- ``stop``: ``yes`` to stop the run at the first thing it prints.
- ``source``: how the file becomes the source, one of `SOURCES`.
- ``value``, ``stdout``, ``message``: Python literals that the outcome's must equal.
- ``says``: what the outcome's sentence must contain.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import attrs

from jedimind.execution.limits import Limits
from jedimind.execution.profile import Profile

HERE = Path(__file__).parent
LIMITS = Limits(timeout=20, memory=128, output=64)
_SHORT = 1.0

_FIELD = re.compile(r"# ([a-z]+)((?: [ABC])*): (.*)")
_LIMITS = ("timeout", "memory", "output")
_SAID = ("value", "stdout", "message", "says")
_FIELDS = frozenset({"expect", "tiers", "needs", "profile", "stop", "source", *_LIMITS, *_SAID})
SOURCES = {
    "as it is": lambda text: text,
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "cr": lambda text: text.replace("\n", "\r"),
    "bom": lambda text: "\ufeff" + text,
    "form feeds": lambda text: text.replace("# <feed>", "\f"),
    "nul": lambda text: text.replace("<nul>", "\0"),
    "surrogate": lambda text: text.replace("<surrogate>", "\ud800"),
    "separators": lambda text: text.replace("<separator>", "\u2028"),
    "bidi": lambda text: text.replace("<override>", "\u202e"),
}


@attrs.frozen
class Case:
    """A program and what is to come of it in one tier."""

    name: str
    tier: str
    fields: dict[str, str]
    source: str

    @property
    def expected(self) -> frozenset[str]:
        return frozenset(self.fields["expect"].split())

    @property
    def can_be_held(self) -> bool:
        return self.tier in self.fields.get("tiers", "A B C").split()

    @property
    def profile(self) -> Profile:
        return Profile(self.fields.get("profile", "own"))

    @property
    def limits(self) -> Limits:
        """Those of the file, else `LIMITS`."""
        short = {"timeout": _SHORT} if "exec.timeout" in self.expected else {}
        given = {name: int(self.fields[name]) for name in _LIMITS if name in self.fields}
        return attrs.evolve(LIMITS, **{**short, **given})

    def literal(self, name: str) -> Any:
        """The literal of a field; None where it is not given."""
        return ast.literal_eval(self.fields[name]) if name in self.fields else None


def cases(tier: str) -> list[Case]:
    """All of them, in the order of their names."""
    return [_read(path, tier) for path in sorted(HERE.glob("*/*.py"))]


def _read(path: Path, tier: str) -> Case:
    name = f"{path.parent.name}/{path.stem}"
    text = path.read_text("utf-8")
    fields: dict[str, str] = {}
    for line in text.split("\n"):
        found = _FIELD.fullmatch(line)
        if found is None:
            break
        field, tiers, content = found.groups()
        if field not in _FIELDS:
            raise ValueError(f"{name}: nothing is called {field}")
        if not tiers or tier in tiers.split():
            fields[field] = content
    if "expect" not in fields:
        raise ValueError(f"{name}: nothing is expected")
    return Case(name, tier, fields, SOURCES[fields.get("source", "as it is")](text))
