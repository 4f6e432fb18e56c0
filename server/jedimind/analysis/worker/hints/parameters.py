"""Which arguments of a call show the names of their parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import Parameter
from typing import Any

from jedimind.analysis.worker.hints.places import Argument, Called

_CALLS_AND_INDICES = re.compile(r"(\([^()]*\)|\[[^\[\]]*\])+$")


def named_arguments(call: Called, signatures: list[Any]) -> Iterator[tuple[Argument, str]]:
    """The arguments whose parameters are worth naming, with the names.

    `signatures` are Jedi's for the call. What they do not agree on is left out, and so are
    builtins, which everybody knows.
    """
    if not signatures or any(signature.module_name == "builtins" for signature in signatures):
        return
    known = [_names(signature) for signature in signatures]
    for at, argument in enumerate(call.arguments):
        names = {each[at] if at < len(each) else None for each in known}
        if len(names) != 1:
            return
        (name,) = names
        if name is None:
            return
        if name and not _is_told(call, argument, name, sole=len(signatures[0].params) == 1):
            yield argument, name


def _names(signature: Any) -> list[str]:
    """The names of what takes positional arguments; of what has only a position it is empty."""
    names = []
    for parameter in signature.params:
        if parameter.kind is Parameter.POSITIONAL_ONLY:
            names.append("")
        elif parameter.kind is Parameter.POSITIONAL_OR_KEYWORD:
            names.append(parameter.name)
        else:
            break
    return names


def _is_told(call: Called, argument: Argument, name: str, *, sole: bool) -> bool:
    """Whether the code says already what `name` would."""
    if name.startswith("_") or len(name) == 1:
        return True
    plain = _plain(name)
    single = len(call.arguments) == 1 and not call.has_more
    if single and (sole or _plain(call.name).endswith(plain)):
        return True
    return _plain(_CALLS_AND_INDICES.sub("", argument.source)).endswith(plain)


def _plain(source: str) -> str:
    return source.replace("_", "").lower()
