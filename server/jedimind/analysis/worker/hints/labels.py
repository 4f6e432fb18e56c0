"""The type of what Jedi inferred, as an annotation would say it."""

from __future__ import annotations

import builtins
import re
from typing import Any

# Beyond that it is a guess more than a type.
_MOST_IN_UNION = 3
_MOST_CHARACTERS = 200

_BUILTIN = re.compile(r"\b(List|Dict|Tuple|Set|FrozenSet|Type)\[")
# Jedi 0.20.1 takes all items of a tuple for one if it did not see the tuple itself.
_TUPLE_OF_ONE = re.compile(r"\btuple\[[^,\[\]]*\]")
_NAME = re.compile(r"[^\W\d][\w.]*")
_UNSPEAKABLE = re.compile(r"[<>]|\b(GeneratorType|CoroutineType|Coroutine|function|module)\b")


def type_label(values: Any, *, maybe_none: bool = False) -> str | None:
    """The type of Jedi's `values`; None if it is not known, not certain or not worth showing."""
    if not values or any(
        value.is_class() or value.is_function() or value.is_module() for value in values
    ):
        return None
    try:
        hint = values.get_type_hint()
    except TypeError:  # of a lambda or a parameter without a type among its parts
        return None
    if hint is None or len(hint) > _MOST_CHARACTERS or _UNSPEAKABLE.search(hint):
        return None
    parts = list(dict.fromkeys(_spelled(part) for part in _parts(hint)))
    if maybe_none and "None" not in parts:
        parts.append("None")
    return " | ".join(parts) if len(parts) <= _MOST_IN_UNION else None


def is_of_builtins(label: str) -> bool:
    """Whether every name in `label` can be written anywhere."""
    names = _NAME.findall(label)
    return all(name == "None" or isinstance(getattr(builtins, name, 0), type) for name in names)


def _parts(hint: str) -> list[str]:
    """The members of a union, None last."""
    if hint.startswith("Optional[") and hint.endswith("]"):
        return [*_parts(hint[len("Optional[") : -1]), "None"]
    if hint.startswith("Union[") and hint.endswith("]"):
        return [part for each in _split(hint[len("Union[") : -1]) for part in _parts(each)]
    return [hint]


def _split(arguments: str) -> list[str]:
    """What the commas outside of brackets divide."""
    found, depth, start = [], 0, 0
    for at, character in enumerate(arguments):
        depth += {"[": 1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            found.append(arguments[start:at].strip())
            start = at + 1
    return [*found, arguments[start:].strip()]


def _spelled(hint: str) -> str:
    hint = "None" if hint == "NoneType" else hint
    return _TUPLE_OF_ONE.sub("tuple", _BUILTIN.sub(lambda found: found[0].lower(), hint))
