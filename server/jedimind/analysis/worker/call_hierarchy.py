"""Answers who calls a function and what it calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import tree_sitter

from jedimind.analysis.hierarchy import (
    Call,
    CallItemsQuestion,
    Calls,
    HierarchyItems,
    IncomingCallsQuestion,
    OutgoingCallsQuestion,
)
from jedimind.analysis.location import Location
from jedimind.analysis.worker.tokens.uses import Use
from jedimind.analysis.worker.usages.definitions import (
    Definition,
    around_place,
    definitions,
    node_at,
    of_item,
    unique,
)
from jedimind.analysis.worker.usages.file_names import FileNames
from jedimind.analysis.worker.usages.project import Project
from jedimind.analysis.worker.usages.search import usages

_Key = tuple[Path, int, int]


def call_items(question: CallItemsQuestion) -> HierarchyItems:
    project = Project(question.place)
    found = unique(definitions(project, project.defined()))
    return HierarchyItems(tuple(each.item() for each in found))


def incoming_calls(question: IncomingCallsQuestion) -> Calls:
    project = Project(question.place)
    called = of_item(project, question.name)
    if called is None or called.use is None:
        return Calls()
    found = usages(project, called.file, called.use, question.folders, question.budget)
    callers: dict[_Key, Definition] = {}
    places: dict[_Key, list[Location]] = defaultdict(list)
    for occurrence in found.occurrences:
        if _is_called(occurrence.file, occurrence.use):
            place = occurrence.file.location(occurrence.use)
            caller = around_place(occurrence.file, place.span.start)
            callers[caller.key] = caller
            places[caller.key].append(place)
    return Calls(_calls(callers, places), found.incomplete)


def outgoing_calls(question: OutgoingCallsQuestion) -> Calls:
    project = Project(question.place)
    caller = of_item(project, question.name)
    if caller is None or caller.use is None:
        return Calls()
    called: dict[_Key, Definition] = {}
    places: dict[_Key, list[Location]] = defaultdict(list)
    for use in _called_in(caller):
        names = project.definition(caller.file, use.line, use.column)
        for target in unique(definitions(project, names)):
            called[target.key] = target
            places[target.key].append(caller.file.location(use))
    return Calls(_calls(called, places))


def _calls(others: dict[_Key, Definition], places: dict[_Key, list[Location]]) -> tuple[Call, ...]:
    return tuple(
        Call(others[key].item(), tuple(sorted(places[key], key=lambda place: place.span.start)))
        for key in sorted(others)
    )


def _called_in(caller: Definition) -> Iterator[Use]:
    """The names that are called in a function, but not in functions that it defines."""
    span = caller.file.tree.span(caller.node)
    for use in caller.file.names.uses:
        if use.line in range(span.start.line, span.end.line + 1) and _is_called(caller.file, use):
            place = caller.file.location(use).span.start
            if around_place(caller.file, place).key == caller.key:
                yield use


def _is_called(file: FileNames, use: Use) -> bool:
    """Whether the name is that of a function in a call, or of a decorator."""
    node: tree_sitter.Node = node_at(file, use)
    parent = node.parent
    if parent is not None and parent.type == "attribute":
        if parent.child_by_field_name("attribute") != node:
            return False
        node, parent = parent, parent.parent
    if parent is None:
        return False
    return parent.type == "decorator" or (
        parent.type == "call" and parent.child_by_field_name("function") == node
    )
