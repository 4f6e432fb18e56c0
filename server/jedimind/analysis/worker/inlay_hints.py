"""Answers with types of variables and functions, and names of parameters: rather none than wrong.

A parameter without an annotation has no type here. Jedi would guess it from the calls that it
finds, and others may follow.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

import jedi
from jedi.inference import InferenceState
from jedi.inference.base_value import NO_VALUES

from jedimind.analysis.inlay_hints import InlayHint, InlayHints, InlayHintsQuestion, Kind
from jedimind.analysis.worker.hints.labels import is_of_builtins, type_label
from jedimind.analysis.worker.hints.parameters import named_arguments
from jedimind.analysis.worker.hints.places import Assigned, Called, Defined, Place, places
from jedimind.analysis.worker.scripts import open_script
from jedimind.syntax import parse
from jedimind.text import Position, Text

# Seconds for all hints of a question; an editor asks for a screenful.
_BUDGET = 1.0

_KINDS: dict[type[Place], Kind] = {
    Assigned: "variable",
    Defined: "return",
    Called: "parameter",
}


def inlay_hints(question: InlayHintsQuestion) -> InlayHints:
    tree = parse(Text.of(question.place.source))
    lines = range(question.first, question.stop)
    wanted = [place for place in places(tree, lines) if _KINDS[type(place)] in question.kinds]
    if not wanted:
        return InlayHints()
    script = open_script(question.place, question.place.source)
    until = time.monotonic() + _BUDGET
    found: list[InlayHint] = []
    complete = True
    with _no_guessing_from_calls(script):
        for place in wanted:
            complete = time.monotonic() <= until
            if not complete or len(found) >= question.most:
                break
            found.extend(hint for hint in _hints(script, place) if hint.position.line in lines)
    found.sort(key=lambda hint: hint.position)
    return InlayHints(tuple(found[: question.most]), complete)


# What Jedi remembers without guesses, so that its answers to other questions keep theirs.
_memories: WeakKeyDictionary[InferenceState, dict[Any, Any]] = WeakKeyDictionary()


@contextlib.contextmanager
def _no_guessing_from_calls(script: jedi.Script) -> Iterator[None]:
    mind = script._inference_state
    before = mind.memoize_cache, mind.do_dynamic_params_search
    mind.memoize_cache = _memories.setdefault(mind, {})
    mind.do_dynamic_params_search = False
    try:
        yield
    finally:
        mind.memoize_cache, mind.do_dynamic_params_search = before


def _hints(script: jedi.Script, place: Place) -> Iterator[InlayHint]:
    if isinstance(place, Assigned):
        yield from _of_variable(script, place)
    elif isinstance(place, Defined):
        yield from _of_function(script, place)
    else:
        signatures = script.get_signatures(*_in_jedi(place.inside))
        for argument, name in named_arguments(place, signatures):
            yield InlayHint("parameter", argument.position, name)


def _of_variable(script: jedi.Script, place: Assigned) -> Iterator[InlayHint]:
    name = _name_at(script, place.name.start)
    label = type_label(name.infer()) if name is not None else None
    if label is None or label == "None" or _says(place.made_by, label):
        return
    insertable = place.insertable and _insertable(label)
    yield InlayHint("variable", place.name.end, label, insertable)


def _says(called: str, label: str) -> bool:
    """Whether the type is that of ``Order()``, as the code says."""
    return called == label or label.startswith(f"{called}[")


def _of_function(script: jedi.Script, place: Defined) -> Iterator[InlayHint]:
    label: str | None = None
    if place.ending == "none":
        label = "None"
    elif place.ending != "unknown":
        label = type_label(_returned(script, place), maybe_none=place.ending == "maybe")
    if label is not None:
        yield InlayHint("return", place.end, label, _insertable(label))


def _returned(script: jedi.Script, place: Defined) -> Any:
    """The values of all `return` statements; none if one of them is not known."""
    name = script._module_node.get_name_of_position(_in_jedi(place.name))
    values = NO_VALUES
    if name is None or name.parent.type != "funcdef":
        return values
    module = script._get_module_context()
    for statement in name.parent.iter_return_stmts():
        if statement.type != "return_stmt":
            continue  # without a value
        inferred = module.create_context(statement).infer_node(statement.children[1])
        if not inferred:
            return NO_VALUES
        values |= inferred
    return values


def _name_at(script: jedi.Script, position: Position) -> Any:
    """Jedi's own name for what is bound at `position`."""
    name = script._module_node.get_name_of_position(_in_jedi(position))
    if name is None:
        return None
    return script._get_module_context().create_context(name).create_name(name)


def _in_jedi(position: Position) -> tuple[int, int]:
    return position.line + 1, position.column


def _insertable(label: str) -> bool:
    # A union of types is an error before Python 3.10.
    return "|" not in label and is_of_builtins(label)
