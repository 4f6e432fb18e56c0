"""Answers where a name leads.

A *definition* is where the thing itself is written, behind all imports and preferring sources to
stubs. A *declaration* is the nearest place that brings the name in: an import, an assignment.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jedi
from parso.tree import Leaf

from jedimind.analysis.location import Location
from jedimind.analysis.navigation import Destinations, NavigationQuestion
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.worker.locations import locations
from jedimind.analysis.worker.scripts import open_script
from jedimind.text import Position, Span


def navigate(question: NavigationQuestion) -> Destinations:
    place = question.place
    script = open_script(place, place.source)
    origin = name_at(script, place)
    if origin is None and question.target != "type_definition":
        return Destinations()  # Jedi would go to the class of what is written there
    row, column = place.position.line + 1, place.position.column
    return Destinations(locations(_SEARCHES[question.target](script, row, column)), origin)


def name_at(script: jedi.Script, place: SourcePlace) -> Location | None:
    """The name that the place is in or at the end of."""
    leaf = script._module_node.get_name_of_position(
        (place.position.line + 1, place.position.column)
    )
    return _place_of(leaf, script, place) if leaf is not None else None


def keyword_at(script: jedi.Script, place: SourcePlace) -> Location | None:
    """The keyword that the place is in."""
    leaf = script._module_node.get_leaf_for_position(
        (place.position.line + 1, place.position.column)
    )
    is_keyword = leaf is not None and leaf.type == "keyword"
    return _place_of(leaf, script, place) if is_keyword else None


def _place_of(leaf: Leaf, script: jedi.Script, place: SourcePlace) -> Location:
    """A leaf on one line."""
    (row, start), (_, end) = leaf.start_pos, leaf.end_pos
    span = Span(Position(row - 1, start), Position(row - 1, end))
    return Location(place.path or Path(), span, script._code_lines[row - 1].rstrip("\r\n"))


def _definition(script: jedi.Script, row: int, column: int) -> list[Any]:
    names: list[Any] = script.goto(
        row, column, follow_imports=True, follow_builtin_imports=True, prefer_stubs=False
    )
    # What has no source, such as a function written in C, is shown by its stub.
    if all(name.module_path is None for name in names):
        names = script.goto(
            row, column, follow_imports=True, follow_builtin_imports=True, prefer_stubs=True
        )
    return names


def _declaration(script: jedi.Script, row: int, column: int) -> list[Any]:
    found: list[Any] = script.goto(row, column)
    return found


def _type(script: jedi.Script, row: int, column: int) -> list[Any]:
    found: list[Any] = script.infer(row, column)
    return found


_SEARCHES: dict[str, Callable[[jedi.Script, int, int], list[Any]]] = {
    "definition": _definition,
    "declaration": _declaration,
    "type_definition": _type,
}
