"""From Jedi's names to the places where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from jedimind.analysis.location import Location
from jedimind.text import Position, Span


def location(name: Any) -> Location | None:
    """Where a name (`jedi.api.classes.BaseName`) stands; a module is its file's beginning.

    None for what has no source, such as built-in functions without a stub. A document that was
    never saved has an empty path.
    """
    tree_name = name._name.tree_name
    if tree_name is None:
        if name.module_path is None:
            return None
        return Location(Path(name.module_path), Span(Position(0, 0), Position(0, 0)), "")
    path = Path(name.module_path or "")
    start = Position(name.line - 1, name.column)
    end = Position(start.line, start.column + len(tree_name.value))
    return Location(path, Span(start, end), name.get_line_code().rstrip("\r\n"))


def locations(names: Iterable[Any]) -> tuple[Location, ...]:
    """Where the names stand, each place once, in the order of files and lines."""
    return tuple(sorted(set(_found(names)), key=lambda found: (str(found.path), found.span.start)))


def _found(names: Iterable[Any]) -> Iterator[Location]:
    for name in names:
        found = location(name)
        if found is not None:
            yield found
