"""Which classes have a class as a base."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from jedimind.analysis.worker.tokens.uses import Use
from jedimind.analysis.worker.usages.definitions import Definition, definition_at, node_at
from jedimind.analysis.worker.usages.file_names import FileNames, site
from jedimind.analysis.worker.usages.project import Project
from jedimind.analysis.worker.usages.search import usages


class Subclasses:
    """Searches `folders` for at most `budget` seconds; `incomplete` says what was left out."""

    def __init__(self, project: Project, folders: tuple[Path, ...], budget: float) -> None:
        self._project = project
        self._folders = folders
        self._until = time.monotonic() + budget
        self.incomplete: str | None = None

    def of(self, class_: Definition) -> list[Definition]:
        """The classes that name `class_` among their bases."""
        if class_.use is None:
            return []
        found = {each.key: each for each in self._named(class_.file, class_.use)}
        return sorted(found.values(), key=lambda each: each.key)

    def below(self, class_: Definition) -> list[Definition]:
        """The classes that derive from `class_`, also through others."""
        found: dict[tuple[Path, int, int], Definition] = {}
        rest = [class_]
        while rest:
            for each in self.of(rest.pop()):
                if each.key not in found and each.key != class_.key:
                    found[each.key] = each
                    rest.append(each)
        return sorted(found.values(), key=lambda each: each.key)

    def _named(self, file: FileNames, use: Use) -> Iterator[Definition]:
        budget = max(self._until - time.monotonic(), 0.0)
        found = usages(self._project, file, use, self._folders, budget)
        self.incomplete = self.incomplete or found.incomplete
        for occurrence in found.occurrences:
            class_ = _derived(occurrence.file, occurrence.use)
            if class_ is not None:
                yield class_
            alias = _alias(occurrence.file, occurrence.use)
            if alias is not None:
                yield from self._named(occurrence.file, alias)


def _derived(file: FileNames, use: Use) -> Definition | None:
    """The class that has `use` among its bases: not as an index, nor as the module of a base."""
    node = node_at(file, use)
    while (parent := node.parent) is not None and parent.type in ("attribute", "subscript"):
        last = "attribute" if parent.type == "attribute" else "value"
        if parent.child_by_field_name(last) != node:
            return None
        node = parent
    class_ = parent.parent if parent is not None and parent.type == "argument_list" else None
    name = class_.child_by_field_name("name") if class_ is not None else None
    if class_ is None or class_.type != "class_definition" or name is None:
        return None
    start = file.tree.span(name).start
    return definition_at(file, start.line, start.column)


def _alias(file: FileNames, use: Use) -> Use | None:
    """The name that an import gives to what it takes by `use`."""
    if site(use) != "imported":
        return None
    around = node_at(file, use)
    while around.type != "aliased_import":
        if around.parent is None:
            return None
        around = around.parent
    alias = around.child_by_field_name("alias")
    return file.at(file.tree.span(alias).start) if alias is not None else None
