"""Where something with a name comes from, behind all imports, and whether that is the user's."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jedimind.analysis.worker.environment import is_library
from jedimind.analysis.worker.tokens.uses import Use
from jedimind.analysis.worker.usages.file_names import FileNames
from jedimind.analysis.worker.usages.meaning import BUILTINS, Meaning, Thing
from jedimind.analysis.worker.usages.project import UNSAVED, Project
from jedimind.analysis.worker.workspace_files import is_within
from jedimind.text import Position


def origins(project: Project, file: FileNames, use: Use) -> frozenset[Thing]:
    """What `use`, a name of `file`, stands for, and what that is one with."""
    meaning = Meaning(project, use.name)
    found: set[Thing] = set()
    rest = list(meaning.of(file, use))
    while rest:
        thing = rest.pop()
        if thing in found:
            continue
        found.add(thing)
        binding = binding_of(project, thing)
        if binding is not None:
            rest += meaning.one_with(*binding)
    return frozenset(found)


def binding_of(project: Project, thing: Thing) -> tuple[FileNames, Use] | None:
    """The place in a file of the project where `thing` is first bound."""
    if thing.is_module or not thing.is_known or is_library(thing.path):
        return None
    file = project.file(thing.path)
    use = file.at(Position(thing.line, thing.column)) if file is not None else None
    return (file, use) if file is not None and use is not None else None


def why_not_ours(things: Iterable[Thing], name: str, folders: Iterable[Path]) -> str | None:
    """A sentence if one of `things` is not the user's to change; None if all are."""
    own = tuple(folders)
    for thing in sorted(things):
        if thing == BUILTINS:
            return f"`{name}` is one of Python's own names and cannot be renamed."
        if not thing.is_known:
            return (
                f"Where `{name}` is defined is not known here, so its other uses cannot be found."
            )
        if thing.path == UNSAVED:
            continue
        if is_library(thing.path) or not is_within(thing.path, own):
            where = thing.path.name if thing.path.is_absolute() else "a compiled module"
            return f"`{name}` is defined outside of the workspace, in {where}."
    return None
