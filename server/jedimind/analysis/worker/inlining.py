"""Whether a variable can be replaced by its value."""

from __future__ import annotations

import tree_sitter

from jedimind.analysis.worker.usages.definitions import node_at
from jedimind.analysis.worker.usages.file_names import FileNames, site
from jedimind.analysis.worker.usages.search import Usages


def why_not_inlined(file: FileNames, found: Usages) -> str | None:
    """A sentence if the value of what was `found` cannot stand wherever its name does."""
    name = found.name
    elsewhere = [each for each in found.occurrences if each.file is not file]
    if elsewhere:
        return f"`{name}` is used in {elsewhere[0].file.path.name}, too."
    if any(site(each.use) != "plain" for each in found.occurrences):
        return f"`{name}` is not a plain variable of this file."
    bindings = [each.use for each in found.occurrences if each.binds]
    if len(bindings) != 1:
        return f"`{name}` gets its value in {len(bindings)} places."
    statement = node_at(file, bindings[0]).parent
    value = statement.child_by_field_name("right") if statement is not None else None
    if statement is None or statement.type != "assignment" or value is None:
        return f"`{name}` does not get its value from an assignment."
    if any(each.type in ("await", "yield", "named_expression") for each in _all(value)):
        return f"The value of `{name}` does something that must be done once."
    return _changing(file, value, name)


def _changing(file: FileNames, value: tree_sitter.Node, name: str) -> str | None:
    """A sentence if something in `value` gets another value after it was evaluated."""
    span = file.tree.span(value)
    for use in file.names.uses:
        place = file.location(use).span
        if site(use) != "plain" or not (span.start <= place.start and place.end <= span.end):
            continue
        owner = file.owner(use)
        for other in file.called(use.name) if owner is not None else ():
            is_later = file.location(other).span.start >= span.end
            if other.role == "bound" and is_later and file.owner(other) is owner:
                return f"`{use.name}` gets another value after that of `{name}` was made of it."
    return None


def _all(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    found = [node]
    for each in found:
        found += each.children
    return found
