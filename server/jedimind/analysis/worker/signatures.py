"""Which keyword arguments a call accepts, as far as that is certain."""

from __future__ import annotations

from inspect import Parameter
from typing import Any

from jedimind.analysis.worker import stubs
from jedimind.analysis.worker.things import Thing

_NAMED = frozenset({Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY})
# Their calls are not what their signatures say.
_SPECIAL_BASES = frozenset({"Enum", "TypedDict", "NamedTuple", "Protocol", "type"})


def accepted_keywords(thing: Thing) -> frozenset[str] | None:
    """The names that calling `thing` accepts; None if it may accept others."""
    if thing.kind not in ("function", "class"):
        return None
    if thing.kind == "class" and not _has_plain_call(thing.value):
        return None
    names: set[str] = set()
    signatures = thing.value.get_signatures()
    for signature in signatures:
        for parameter in signature.get_param_names(resolve_stars=False):
            kind = parameter.get_kind()
            if kind is Parameter.VAR_KEYWORD:
                return None
            if kind in _NAMED:
                names.add(parameter.string_name)
    # A class that seems to take nothing has a constructor that Jedi does not see.
    return frozenset(names) if names or (signatures and thing.kind == "function") else None


def _has_plain_call(value: Any) -> bool:
    classes = list(value.py__mro__())
    if any(each.py__name__() in _SPECIAL_BASES for each in classes):
        return False
    if any(each.get_metaclasses() for each in classes if hasattr(each, "get_metaclasses")):
        return False
    makers = [name for maker in ("__init__", "__new__") for name in value.goto(maker)]
    own = [name for name in makers if not name.get_root_context().is_builtins_module()]
    # A data class has a constructor that no source shows; Jedi knows its parameters.
    return bool(own) != ("dataclass" in stubs.decorators(value.tree_node))
