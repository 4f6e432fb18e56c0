"""Functions and classes as things to go to, and what is around a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs
import tree_sitter

from jedimind.analysis.hierarchy import HierarchyItem
from jedimind.analysis.location import Location
from jedimind.analysis.worker.tokens.uses import Use
from jedimind.analysis.worker.usages.file_names import FileNames
from jedimind.analysis.worker.usages.project import Project
from jedimind.text import Position, Span

_DEFINITIONS = frozenset({"function_definition", "class_definition"})


@attrs.frozen(eq=False)
class Definition:
    """A function or class by the `use` that defines it; without one it is the whole module."""

    file: FileNames
    use: Use | None = None

    @property
    def key(self) -> tuple[Path, int, int]:
        if self.use is None:
            return self.file.path, -1, 0
        return self.file.path, self.use.line, self.use.column

    @property
    def node(self) -> tree_sitter.Node:
        """The definition in the syntax tree."""
        node = node_at(self.file, self.use) if self.use is not None else None
        parent = node.parent if node is not None else None
        return parent if parent is not None else self.file.tree.root

    @property
    def is_class(self) -> bool:
        return self.node.type == "class_definition"

    def item(self) -> HierarchyItem:
        path = self.file.path
        module = path.parent.name if path.stem == "__init__" else path.stem
        if self.use is None:
            start = Span(Position(0, 0), Position(0, 0))
            location = Location(path, start, self.file.text.line(0))
            return HierarchyItem(module, "module", path.name, location, start, location.line)
        around = around_place(self.file, self.file.location(self.use).span.start, of=self.node)
        container = around.use.name if around.use is not None else ""
        is_method = around.use is not None and around.is_class
        span = self.file.tree.span(self.node)
        return HierarchyItem(
            name=self.use.name,
            kind="class" if self.is_class else "method" if is_method else "function",
            detail=f"{module}.{container}" if container else module,
            location=self.file.location(self.use),
            span=span,
            last_line=self.file.text.line(span.end.line),
        )


def node_at(file: FileNames, use: Use) -> tree_sitter.Node:
    span = file.location(use).span
    return file.tree.at(span.start, span.end)


def around_place(
    file: FileNames, position: Position, of: tree_sitter.Node | None = None
) -> Definition:
    """The innermost function or class with the position in its body, `of` itself excepted."""
    node: tree_sitter.Node | None = file.tree.at(position, position)
    inner = None
    while node is not None:
        body = node.child_by_field_name("body") if node.type in _DEFINITIONS else None
        if body is not None and body == inner and node != of:
            name = node.child_by_field_name("name")
            start = file.tree.span(name).start if name is not None else None
            use = file.at(start) if start is not None else None
            if use is not None:
                return Definition(file, use)
        inner, node = node, node.parent
    return Definition(file)


def definition_at(file: FileNames, line: int, column: int) -> Definition | None:
    """The function or class whose name stands there."""
    use = file.at(Position(line, column))
    if use is None or use.role != "bound":
        return None
    found = Definition(file, use)
    return found if found.node.type in _DEFINITIONS else None


def definition_near(file: FileNames, name: str, line: int) -> Definition | None:
    """The function or class `name` that is nearest to a line, which edits may have shifted."""
    uses = sorted(file.called(name), key=lambda use: abs(use.line - line))
    found = (definition_at(file, use.line, use.column) for use in uses)
    return next((each for each in found if each is not None), None)


def definitions(project: Project, names: Iterable[Any]) -> Iterator[Definition]:
    """Where Jedi's names are defined, as far as they are functions and classes with a source."""
    for name in names:
        tree_name = name.tree_name
        path = name.get_root_context().py__file__() if tree_name is not None else None
        file = project.asked if path is None else project.file(Path(path))
        if tree_name is None or file is None:
            continue
        row, column = tree_name.start_pos
        found = definition_at(file, row - 1, column)
        if found is not None:
            yield found


def of_item(project: Project, name: str) -> Definition | None:
    """The definition that a question about an item is about."""
    position = project.position
    found = definition_at(project.asked, position.line, position.column)
    if found is not None and found.use is not None and found.use.name == name:
        return found
    return definition_near(project.asked, name, position.line)


def unique(found: Iterable[Definition]) -> list[Definition]:
    return list({each.key: each for each in found}.values())
