"""Answers what a name means, and how what is being called is called."""

from __future__ import annotations

import os
from typing import Any

from jedimind.analysis.hover import Hover, HoverQuestion, Signature, SignatureQuestion
from jedimind.analysis.worker.description import describe
from jedimind.analysis.worker.navigation import keyword_at, name_at
from jedimind.analysis.worker.scripts import open_script

_MOST_MEANINGS = 3
_OTHER_PATHS = {"ntpath", "posixpath"} - {os.path.__name__}
_MOST_DOC = 8_000


def hover(question: HoverQuestion) -> Hover | None:
    place = question.place
    script = open_script(place, place.source)
    origin = name_at(script, place) or keyword_at(script, place)
    if origin is None:
        return None
    names = script.help(place.position.line + 1, place.position.column)
    names.sort(key=_in_order)
    meanings = dict.fromkeys(describe(name) for name in names[:_MOST_MEANINGS])
    return Hover(origin, tuple(meanings)) if meanings else None


def _in_order(name: Any) -> tuple[bool, str, int]:
    """Jedi has several meanings in no order, and `os.path` is one for each operating system."""
    path = name.module_path
    is_foreign = path is not None and path.stem in _OTHER_PATHS
    return is_foreign, str(path), name.line or 0


def signatures(question: SignatureQuestion) -> tuple[Signature, ...]:
    place = question.place
    script = open_script(place, place.source)
    found = script.get_signatures(place.position.line + 1, place.position.column)
    every = [_signature(each) for each in found]
    # The first that has a parameter for what is being written is the one most likely meant.
    every.sort(key=lambda signature: signature.active is None)
    return tuple(dict.fromkeys(every))


def _signature(found: Any) -> Signature:
    label: str = found.to_string()
    spans: list[tuple[int, int]] = []
    end = len(found.name) + 1
    for parameter in found.params:
        text = parameter.to_string()
        start = label.index(text, end)
        end = start + len(text)
        spans.append((start, end))
    return Signature(label, tuple(spans), found.index, found.docstring(raw=True)[:_MOST_DOC])
