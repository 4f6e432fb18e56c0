"""Answers which classes derive from which, and what implements what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from jedimind.analysis.hierarchy import (
    HierarchyItems,
    Implementations,
    ImplementationsQuestion,
    SubtypesQuestion,
    SupertypesQuestion,
    TypeItemsQuestion,
)
from jedimind.analysis.location import Location
from jedimind.analysis.worker.usages.definitions import (
    Definition,
    around_place,
    definition_at,
    definitions,
    of_item,
    unique,
)
from jedimind.analysis.worker.usages.meaning import Meaning
from jedimind.analysis.worker.usages.project import Project
from jedimind.analysis.worker.usages.search import usages
from jedimind.analysis.worker.usages.subclasses import Subclasses


def type_items(question: TypeItemsQuestion) -> HierarchyItems:
    project = Project(question.place)
    found = [each for each in definitions(project, project.inferred()) if each.is_class]
    return _items(found)


def supertypes(question: SupertypesQuestion) -> HierarchyItems:
    project = Project(question.place)
    class_ = of_item(project, question.name)
    if class_ is None or class_.use is None:
        return HierarchyItems()
    names = [base.name for base in project.bases(class_.file, class_.use)]
    return _items(each for each in definitions(project, names) if each.is_class)


def subtypes(question: SubtypesQuestion) -> HierarchyItems:
    project = Project(question.place)
    class_ = of_item(project, question.name)
    if class_ is None:
        return HierarchyItems()
    search = Subclasses(project, question.folders, question.budget)
    return _items(search.of(class_), search)


def implementations(question: ImplementationsQuestion) -> Implementations:
    project = Project(question.place)
    found: list[Definition] = []
    incomplete: str | None = None
    for target in unique(definitions(project, project.defined())):
        if target.is_class:
            search = Subclasses(project, question.folders, question.budget)
            below = search.below(target)
            incomplete = incomplete or search.incomplete
        else:
            below, missing = _overrides(project, target, question.folders, question.budget)
            incomplete = incomplete or missing
        found += below
        if not below or not (target.is_class or _is_abstract(target)):
            found.append(target)
    return Implementations(tuple(_locations(unique(found))), incomplete)


def _overrides(
    project: Project, method: Definition, folders: tuple[Path, ...], budget: float
) -> tuple[list[Definition], str | None]:
    """The methods that override `method`, in classes that derive from its own."""
    use, file = method.use, method.file
    body = file.owner(use) if use is not None else None
    if use is None or body is None or body.kind != "class":
        return [], None
    meaning = Meaning(project, use.name)
    search = usages(project, file, use, folders, budget)
    found: list[Definition] = []
    for occurrence in search.occurrences:
        other = occurrence.file.owner(occurrence.use) if occurrence.binds else None
        if other is None or other is body or other.kind != "class":
            continue
        bases = meaning.bases(occurrence.file, occurrence.use, other)
        if any(base is not None and base[1] is body for base in map(meaning.body_of, bases)):
            override = definition_at(occurrence.file, occurrence.use.line, occurrence.use.column)
            if override is not None:
                found.append(override)
    return found, search.incomplete


def _is_abstract(method: Definition) -> bool:
    """Whether a method only says that others must have it."""
    node = method.node
    decorated = node.parent if node.parent is not None else node
    if decorated.type == "decorated_definition":
        decorators = [each for each in decorated.children if each.type == "decorator"]
        if any("abstract" in method.file.tree.source(each) for each in decorators):
            return True
    assert method.use is not None
    around = around_place(method.file, method.file.location(method.use).span.start, of=node)
    bases = around.node.child_by_field_name("superclasses")
    return bases is not None and "Protocol" in method.file.tree.source(bases)


def _items(found: Iterable[Definition], search: Subclasses | None = None) -> HierarchyItems:
    items = tuple(each.item() for each in unique(found))
    return HierarchyItems(items, search.incomplete if search is not None else None)


def _locations(found: Iterable[Definition]) -> Iterator[Location]:
    for each in sorted(found, key=lambda each: each.key):
        if each.use is not None:
            yield each.file.location(each.use)
