"""Answers how imports follow modules that move.

Only sources are read: what an import means is told by paths. Where a module is taken from a package
together with other names, it gets an import of its own.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import tree_sitter
import tree_sitter_python

from jedimind.analysis.location import Location
from jedimind.analysis.moves import ImportFixes, MovesQuestion, Replacement
from jedimind.analysis.worker.open_files import read
from jedimind.analysis.worker.usages.file_names import FileNames, site
from jedimind.analysis.worker.usages.module_paths import Dotted, Moved
from jedimind.analysis.worker.workspace_files import python_files
from jedimind.text import Position, Span

_IMPORTS = tree_sitter.Query(
    tree_sitter.Language(tree_sitter_python.language()),
    "(import_statement) @import (import_from_statement) @from",
)


def import_fixes(question: MovesQuestion) -> ImportFixes:
    until = time.monotonic() + question.budget
    moved = Moved(question.moves, question.folders)
    words = {move.old.stem for move in question.moves}
    mentioned = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in sorted(words)))
    found: list[Replacement] = []
    for path in python_files(question.folders):
        if time.monotonic() > until:
            return ImportFixes(
                tuple(found),
                "The workspace has more files than could be searched for imports of what moves; "
                "raise `analysis.backgroundTimeout`, or look for the rest yourself.",
            )
        source = read(path)
        if source is None:
            continue
        if moved.path(path) != path or mentioned.search(source):
            found += _File(FileNames(path, source), moved).replacements()
    return ImportFixes(tuple(dict.fromkeys(found)))


class _File:
    """One file whose imports are fixed."""

    def __init__(self, file: FileNames, moved: Moved) -> None:
        self._file = file
        self._renamed = moved.renamed(file.path)
        self._before = moved.package(file.path)
        self._after = moved.package(moved.path(file.path))

    def replacements(self) -> Iterator[Replacement]:
        captures = tree_sitter.QueryCursor(_IMPORTS).captures(self._file.tree.root)
        for node in captures.get("import", []):
            yield from self._import(node)
        for node in captures.get("from", []):
            yield from self._import_from(node)

    def _moved(self, name: Dotted) -> Dotted | None:
        """The module or package that moves and that `name` is, or is in; None if none is."""
        lengths = range(len(name), 0, -1)
        return next((name[:each] for each in lengths if name[:each] in self._renamed), None)

    def _new(self, name: Dotted) -> Dotted | None:
        """The new name of a module; None if it keeps its own."""
        moved = self._moved(name)
        return self._renamed[moved] + name[len(moved) :] if moved is not None else None

    def _import(self, node: tree_sitter.Node) -> Iterator[Replacement]:
        for child in node.named_children:
            alias = child.child_by_field_name("alias")
            target = child.child_by_field_name("name") if alias is not None else child
            old = self._dotted(target)
            new = self._new(old)
            if target is None or new is None:
                continue
            yield self._replace(target, ".".join(new))
            if alias is None:
                yield from self._uses(target, self._moved(old) or old)

    def _uses(self, target: tree_sitter.Node, moved: Dotted) -> Iterator[Replacement]:
        """What follows where a module that `target` imports is used by its full name."""
        first = self._file.at(self._file.tree.span(target).start)
        binder = first.scope.binder(moved[0]) if first is not None else None
        written, new = ".".join(moved), ".".join(self._renamed[moved])
        for use in self._file.called(moved[-1]):
            end = use.column + len(use.name)
            start = end - len(written)
            line = self._file.text.line(use.line)
            is_meant = use.chain == moved and site(use) in ("plain", "attribute")
            is_meant = is_meant and use.scope.binder(moved[0]) is binder
            if is_meant and start >= 0 and line[start:end] == written:
                span = Span(Position(use.line, start), Position(use.line, end))
                yield Replacement(Location(self._file.path, span, line), new)

    def _import_from(self, node: tree_sitter.Node) -> Iterator[Replacement]:
        module = node.child_by_field_name("module_name")
        if module is None:
            return
        written = self._file.tree.source(module)
        old = self._absolute(module, written)
        if old is None:
            return
        new = self._new(old) or old
        names = node.children_by_field_name("name")
        leaving = [name for name in names if self._leaves(old, new, name)]
        if leaving and len(leaving) == len(names):
            targets = {
                (self._new(old + self._dotted(_imported(name))) or new)[:-1] for name in leaving
            }
            if len(targets) == 1:
                (new,) = targets
                leaving = []
        if self._must_write(written, old, new):
            yield self._replace(module, self._written(written, new))
        for name in names:
            yield from self._rename(old, name, alone=name in leaving)
        for name in leaving:
            yield from self._take_out(node, name, written, old)

    def _leaves(self, old: Dotted, new: Dotted, name: tree_sitter.Node) -> bool:
        """Whether the module `name` will not be in the package that it is imported from."""
        target = self._new(old + self._dotted(_imported(name)))
        return target is not None and target[:-1] != new

    def _rename(self, old: Dotted, name: tree_sitter.Node, *, alone: bool) -> Iterator[Replacement]:
        """The new name of an imported module, and its uses."""
        imported = _imported(name)
        before = self._dotted(imported)
        target = self._new(old + before)
        if target is None or target[-1] == before[-1]:
            return
        if not alone:
            yield self._replace(imported, target[-1])
        if name is imported:
            yield from self._bound(imported, target[-1])

    def _bound(self, node: tree_sitter.Node, new: str) -> Iterator[Replacement]:
        start = self._file.tree.span(node).start
        binding = self._file.at(start)
        owner = self._file.owner(binding) if binding is not None else None
        if binding is None or owner is None:
            return
        for use in self._file.called(binding.name):
            if use is not binding and self._file.owner(use) is owner:
                yield Replacement(self._file.location(use), new)

    def _take_out(
        self, node: tree_sitter.Node, name: tree_sitter.Node, written: str, old: Dotted
    ) -> Iterator[Replacement]:
        """Give a module its own import in front of the statement that had it."""
        imported = _imported(name)
        target = self._new(old + self._dotted(imported))
        assert target is not None
        alias = name.child_by_field_name("alias")
        suffix = f" as {self._file.tree.source(alias)}" if alias is not None else ""
        start = self._file.tree.span(node).start
        line = self._file.text.line(start.line)
        indent = line[: start.column] if not line[: start.column].strip() else ""
        source = self._written(written, target[:-1])
        statement = f"from {source} import {target[-1]}{suffix}{self._file.text.newline}{indent}"
        yield Replacement(Location(self._file.path, Span(start, start), line), statement)
        yield self._replace(name, "")
        comma = name.next_sibling
        if comma is None or comma.type != ",":
            comma = name.prev_sibling
        if comma is not None and comma.type == ",":
            after = comma.next_sibling
            span = self._file.tree.span(comma)
            end = self._file.tree.span(after).start if after is not None else span.end
            same_line = after is not None and after is not name and end.line == span.end.line
            yield self._at(Span(span.start, end) if same_line else span, "")

    def _absolute(self, module: tree_sitter.Node, written: str) -> Dotted | None:
        """The module that is imported from, by its old name; None if no package tells."""
        if module.type != "relative_import":
            return self._dotted(module)
        level, rest = _relative(written)
        package = self._before
        if package is None or level > len(package):
            return None
        return package[: len(package) - level + 1] + rest

    def _must_write(self, written: str, old: Dotted, new: Dotted) -> bool:
        if not written.startswith("."):
            return old != new
        return self._written(written, new) != written

    def _written(self, before: str, module: Dotted) -> str:
        """How to write `module`: relatively, if it was and can be."""
        package = self._after
        if not before.startswith(".") or package is None or module[:1] != package[:1]:
            return ".".join(module)
        shared = 0
        while shared < min(len(module), len(package)) and module[shared] == package[shared]:
            shared += 1
        return "." * (len(package) - shared + 1) + ".".join(module[shared:])

    def _dotted(self, node: tree_sitter.Node | None) -> Dotted:
        return tuple(self._file.tree.source(node).split(".")) if node is not None else ()

    def _replace(self, node: tree_sitter.Node, text: str) -> Replacement:
        return self._at(self._file.tree.span(node), text)

    def _at(self, span: Span, text: str) -> Replacement:
        line = self._file.text.line(span.start.line)
        return Replacement(Location(self._file.path, span, line), text)


def _imported(name: tree_sitter.Node) -> tree_sitter.Node:
    """The name that is taken, without the alias that it gets."""
    if name.type == "aliased_import":
        return name.child_by_field_name("name") or name
    return name


def _relative(written: str) -> tuple[int, Dotted]:
    """The level of a relative import, and the module it names from there."""
    rest = written.lstrip(".")
    level = len(written) - len(rest)
    return level, tuple(rest.split(".")) if rest else ()
