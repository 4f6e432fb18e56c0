"""Answers what it takes to rename something, and refuses what would break code."""

from __future__ import annotations

import keyword
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from jedimind.analysis.compilation import syntax_fault
from jedimind.analysis.rename import (
    FileMove,
    Renamable,
    RenamableQuestion,
    RenameQuestion,
    Renaming,
)
from jedimind.analysis.worker.tokens.uses import Use
from jedimind.analysis.worker.usages.collisions import collision
from jedimind.analysis.worker.usages.file_names import FileNames
from jedimind.analysis.worker.usages.meaning import Thing
from jedimind.analysis.worker.usages.origin import origins, why_not_ours
from jedimind.analysis.worker.usages.project import Project
from jedimind.analysis.worker.usages.search import Usages, usages
from jedimind.text import Position, Span


def renamable(question: RenamableQuestion) -> Renamable:
    project = Project(question.place)
    use = project.asked.at(question.place.position)
    if use is None:
        return Renamable(refusal="There is no name here that can be renamed.")
    refusal = _why_it_stays(project, use, question.folders)
    return Renamable(use.name, project.asked.location(use), refusal)


def rename(question: RenameQuestion) -> Renaming:
    new_name, folders = question.new_name, question.folders
    project = Project(question.place)
    use = project.asked.at(question.place.position)
    if use is None:
        return Renaming(refusal="There is no name here that can be renamed.")
    refusal = _why_no_name(new_name) or _why_it_stays(project, use, folders)
    if refusal is not None:
        return Renaming(refusal=refusal)
    found = usages(project, project.asked, use, folders, question.budget)
    refusal = (
        found.incomplete
        or why_not_ours(found.things, use.name, folders)
        or collision(project, found, new_name, folders)
    )
    if refusal is not None:
        return Renaming(refusal=refusal)
    moves = tuple(_moves(found.things, new_name))
    refusal = _why_no_move(moves) or _why_broken(found, new_name)
    if refusal is not None:
        return Renaming(refusal=refusal)
    return Renaming(tuple(each.file.location(each.use) for each in found.occurrences), moves)


def _why_no_name(name: str) -> str | None:
    if not name.isidentifier():
        return f"`{name}` is not a name: names are letters, digits and underscores."
    if keyword.iskeyword(name):
        return f"`{name}` is a keyword of Python and cannot be a name."
    return None


def _why_it_stays(project: Project, use: Use, folders: tuple[Path, ...]) -> str | None:
    if use.name.startswith("__") and use.name.endswith("__"):
        return f"`{use.name}` has a meaning for Python itself and cannot be renamed."
    if keyword.iskeyword(use.name):
        return f"`{use.name}` is a keyword of Python and cannot be renamed."
    return why_not_ours(origins(project, project.asked, use), use.name, folders)


def _moves(things: Iterable[Thing], new_name: str) -> Iterator[FileMove]:
    """The files of modules among `things`, with their stubs; a package is its directory."""
    for thing in sorted(things):
        if not thing.is_module:
            continue
        path = thing.path
        if path.stem == "__init__":
            path = path.parent
        if path.suffix not in (".py", ".pyi"):
            yield FileMove(path, path.with_name(new_name))
            continue
        yield FileMove(path, path.with_name(new_name + path.suffix))
        stub = path.with_suffix(".pyi")
        if path.suffix == ".py" and stub.exists():
            yield FileMove(stub, stub.with_name(f"{new_name}.pyi"))


def _why_no_move(moves: Iterable[FileMove]) -> str | None:
    for move in moves:
        if move.new.exists():
            return f"{move.new.name} exists already in {move.new.parent.name}."
    return None


def _why_broken(found: Usages, new_name: str) -> str | None:
    """A sentence if a file that Python takes now would be one that it refuses."""
    spans: dict[FileNames, list[Span]] = defaultdict(list)
    for each in found.occurrences:
        spans[each.file].append(each.file.location(each.use).span)
    for file, places in spans.items():
        text = file.text
        for span in sorted(places, key=_start, reverse=True):
            text, _ = text.replace(span, new_name)
        fault = syntax_fault(text.string)
        if fault is not None and syntax_fault(file.text.string) is None:
            return f"With that name {file.path.name} would not be Python any more: {fault.message}."
    return None


def _start(span: Span) -> Position:
    return span.start
