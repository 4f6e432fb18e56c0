"""What a name is, in Python's own words: how it is called, and its docstring."""

from __future__ import annotations

from typing import Any

from jedimind.analysis.completion import Description

_MOST_SIGNATURES = 8
_LONGEST_SIGNATURE = 1_000
_MOST_DOC = 20_000
_LONGEST_TYPE = 200

_WORDS = {"class": "class", "function": "def"}


def describe(name: Any) -> Description:
    """About a name of Jedi's (`jedi.api.classes.BaseName`), whatever kind it is of."""
    return Description(
        tuple(_signatures(name)), name.docstring(raw=True, fast=False)[:_MOST_DOC], name.full_name
    )


def _signatures(name: Any) -> list[str]:
    kind = name.type
    if kind in _WORDS:
        word = _WORDS[kind]
        found = [
            f"{word} {each.to_string()}"[:_LONGEST_SIGNATURE]
            for each in name.get_signatures()[:_MOST_SIGNATURES]
        ]
        return list(dict.fromkeys(found)) or [f"{word} {name.name}"]
    if kind == "module":
        return [f"module {name.full_name or name.name}"]
    if kind == "keyword":
        return [name.name]
    hint = type_hint(name)
    written = f"{name.name}: {hint}" if hint else name.description
    return [f"property {written}" if kind == "property" else written]


def type_hint(name: Any) -> str | None:
    """The type of a variable as an annotation would have it; None if unknown or beyond reading.

    Jedi raises `TypeError` for some types and writes pages for others.
    """
    try:
        hint = name.get_type_hint()
    except (TypeError, AttributeError, RecursionError):
        return None
    return hint if hint and len(hint) <= _LONGEST_TYPE and "\n" not in hint else None
