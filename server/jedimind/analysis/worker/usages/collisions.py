"""Whether a new name would mean something else where it is to be written.

See *Naming and binding* in the language reference: a name means the innermost scope that binds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from jedimind.analysis.worker.tokens.scopes import Scope
from jedimind.analysis.worker.tokens.uses import Use
from jedimind.analysis.worker.usages.file_names import FileNames, site
from jedimind.analysis.worker.usages.meaning import Meaning
from jedimind.analysis.worker.usages.origin import binding_of
from jedimind.analysis.worker.usages.project import Project
from jedimind.analysis.worker.usages.search import Usages, word
from jedimind.analysis.worker.workspace_files import python_files


def collision(
    project: Project, found: Usages, new_name: str, folders: Iterable[Path]
) -> str | None:
    """A sentence if the renaming of what was `found` would change what a name means."""
    bodies: list[Scope] = []
    for file, scope, use in _bindings(found):
        taken = file.home(scope, new_name)
        if taken is not None:
            return _exists(new_name, file, taken[0])
        if scope.kind == "class":
            inherited = _inherited(project, file, use, new_name)
            if inherited is not None:
                return inherited
            bodies.append(scope)
            continue
        for other in file.called(new_name):
            if site(other) == "plain" and _would_mean(other.scope, scope, new_name):
                return (
                    f"`{new_name}` is something else already in line {other.line + 1} of "
                    f"{file.path.name}."
                )
    for occurrence in found.occurrences:
        file, use = occurrence.file, occurrence.use
        scope_of_use = file.owner(use)
        if scope_of_use is None or site(use) != "plain":
            continue
        nearer = use.scope.binder(new_name)
        if nearer is not None and nearer is not scope_of_use and _is_inside(nearer, scope_of_use):
            taken = file.home(nearer, new_name)
            return _exists(new_name, file, taken[0] if taken is not None else use.line)
    return _derived(project, bodies, new_name, folders) if bodies else None


def _bindings(found: Usages) -> Iterator[tuple[FileNames, Scope, Use]]:
    """Every scope that binds the name, with one of its bindings."""
    seen: set[int] = set()
    for occurrence in found.occurrences:
        scope = occurrence.file.owner(occurrence.use) if occurrence.binds else None
        if scope is not None and id(scope) not in seen:
            seen.add(id(scope))
            yield occurrence.file, scope, occurrence.use


def _inherited(project: Project, file: FileNames, use: Use, new_name: str) -> str | None:
    body = file.owner(use)
    assert body is not None
    for thing in Meaning(project, new_name).inherited(file, use, body):
        binding = binding_of(project, thing)
        if binding is not None:
            return _exists(new_name, binding[0], binding[1].line)
        return f"`{new_name}` exists already in a base class, in {thing.path.name}."
    return None


def _derived(
    project: Project, bodies: list[Scope], new_name: str, folders: Iterable[Path]
) -> str | None:
    """A sentence if a class that derives from one of those has something of that name."""
    meaning = Meaning(project, new_name)
    pattern = re.compile(word(new_name))
    for path in python_files(folders):
        file = project.file(path) if project.mentions(path, pattern) else None
        for use in file.called(new_name) if file is not None else ():
            body = file.owner(use) if file is not None and use.role == "bound" else None
            if file is None or body is None or body.kind != "class":
                continue
            for base in meaning.bases(file, use, body):
                found = meaning.body_of(base)
                if found is not None and any(found[1] is each for each in bodies):
                    return _exists(new_name, file, use.line)
    return None


def _exists(name: str, file: FileNames, line: int) -> str:
    return f"`{name}` exists already: line {line + 1} of {file.path.name}."


def _would_mean(start: Scope, scope: Scope, name: str) -> bool:
    """Whether `name` in `start`, which means something further out, is found in `scope` first."""
    binder = start.binder(name)
    return _sees(start, scope) and (binder is None or not _is_inside(binder, scope))


def _sees(start: Scope, wanted: Scope) -> bool:
    """Whether names in `start` can mean those of `wanted`, by `Scope.binder`."""
    scope: Scope | None = start
    sees_class = True
    while scope is not None:
        if scope is wanted:
            return scope.kind != "class" or sees_class
        sees_class = sees_class and scope.kind in ("comprehension", "type parameters")
        scope = scope.parent
    return False


def _is_inside(scope: Scope, outer: Scope) -> bool:
    """Whether `scope` is `outer` or a scope in it."""
    inner: Scope | None = scope
    while inner is not None and inner is not outer:
        inner = inner.parent
    return inner is outer
