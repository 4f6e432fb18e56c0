"""What the name at a place stands for, and which of these are one and the same thing."""

from __future__ import annotations

import builtins
import functools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from jedi.inference.names import AbstractNameDefinition
from jedi.inference.syntax_tree import infer_trailer
from jedi.inference.value.namespace import ImplicitNSName

from jedimind.analysis.worker.environment import is_library
from jedimind.analysis.worker.tokens.scopes import Scope
from jedimind.analysis.worker.tokens.uses import Use
from jedimind.analysis.worker.usages.file_names import FileNames, site
from jedimind.analysis.worker.usages.project import Project
from jedimind.text import Position

# The line of a module, which is a file and not a place in it.
_WHOLE = -1


class Thing(NamedTuple):
    """Something with a name: told by where it is first bound, from 0.

    A module is its file, without a place in it. Something of which nothing is known is told by
    what it is an attribute of, or by its file, and the `chain` of names from there.
    """

    path: Path
    line: int
    column: int
    chain: tuple[str, ...] = ()

    @property
    def is_module(self) -> bool:
        return self.line == _WHOLE and not self.chain

    @property
    def is_known(self) -> bool:
        return not self.chain


# Where Python's own names are defined, which need no import.
BUILTINS = Thing(Path("builtins"), _WHOLE, 0)


class Meaning:
    """Answers for all uses of one `name` in a project."""

    def __init__(self, project: Project, name: str) -> None:
        self.name = name
        self._project = project
        self._bases: dict[int, list[Any]] = {}

    def of(self, file: FileNames, use: Use) -> set[Thing]:
        """What `use` may stand for: several things if Jedi sees several types."""
        owner = file.owner(use)
        if owner is not None and (thing := self._member(file, owner)) is not None:
            return {thing}
        written = site(use)
        if written == "plain" and not file.names.has_star_imports:
            return {self._unbound(file)}
        found = set(self._things(self._project.goto(file, use.line, use.column)))
        if not found and written in ("keyword", "pattern"):
            found = set(self._things(self._fields(file, use)))
        if not found and written == "attribute":
            found = set(self._unknown(file, use))
        if not found and written == "plain":
            found = {self._unbound(file)}
        return found

    def one_with(self, file: FileNames, use: Use) -> Iterator[Thing]:
        """What the thing that is bound by `use` is one with: what an import takes, what a method
        overrides, what a stub describes."""
        if site(use) == "import":
            yield from self._imported(file, use)
            return
        body = file.owner(use)
        if body is not None and body.kind == "class" and not _is_private(self.name):
            yield from self.inherited(file, use, body)
        if file.path.suffix == ".pyi":
            yield from self._described(file, use)

    def _imported(self, file: FileNames, use: Use) -> Iterator[Thing]:
        """What an import binds under its own name, though it may not be found; no alias."""
        names = self._project.goto(file, use.line, use.column)
        yield from self._things(names)
        leaf = self._project.leaf(file, use.line, use.column)
        is_alias = leaf is not None and leaf.get_previous_leaf() == "as"
        if not names and not is_alias:
            yield Thing(file.path, use.line, use.column, (self.name,))

    def _member(self, file: FileNames, scope: Scope) -> Thing | None:
        home = file.home(scope, self.name)
        return Thing(file.path, *home) if home is not None else None

    def _things(self, names: Iterable[AbstractNameDefinition]) -> Iterator[Thing]:
        for name in names:
            if name.string_name == self.name and (thing := self._thing(name)) is not None:
                yield thing

    def _thing(self, name: Any) -> Thing | None:
        if name.tree_name is None:
            return _module(name)
        path = name.get_root_context().py__file__()
        row, column = name.tree_name.start_pos
        place = Thing(Path(path), row - 1, column) if path is not None else None
        if place is None:
            asked = self._project.asked
            place = Thing(asked.path, row - 1, column)
        if is_library(place.path):
            return place
        file = self._project.file(place.path)
        use = file.at(Position(place.line, place.column)) if file is not None else None
        if file is None or use is None or use.name != self.name:
            return place
        owner = file.owner(use)
        member = self._member(file, owner) if owner is not None else None
        return member or place

    def _fields(self, file: FileNames, use: Use) -> Iterator[AbstractNameDefinition]:
        """The attribute that a keyword sets or a pattern looks at, by the class that is called."""
        leaf = self._project.leaf(file, use.line, use.column)
        trailer = leaf.search_ancestor("trailer") if leaf is not None else None
        if trailer is None:
            return
        context = self._project.context(file).create_context(leaf)
        first, *others = trailer.parent.children[: trailer.parent.children.index(trailer)]
        values = functools.reduce(
            functools.partial(infer_trailer, context), others, context.infer_node(first)
        )
        for value in values:
            if value.is_class():
                yield from value.goto(self.name)

    def _unbound(self, file: FileNames) -> Thing:
        """A name that a file uses and does not bind: Python's own, or nobody's."""
        if self.name in dir(builtins):
            return BUILTINS
        return Thing(file.path, _WHOLE, 0, (self.name,))

    def _unknown(self, file: FileNames, use: Use) -> Iterator[Thing]:
        if not use.chain:
            return
        root = use.scope.binder(use.chain[0])
        home = file.home(root, use.chain[0]) if root is not None else None
        if home is not None:
            yield Thing(file.path, *home, use.chain[1:])

    def inherited(self, file: FileNames, use: Use, body: Scope) -> Iterator[Thing]:
        """What the bases of the class with this body have under the name; `use` is bound in it."""
        for base in self.bases(file, use, body):
            found = self.body_of(base)
            if found is None:
                for name in base.goto(self.name):
                    thing = self._thing(name)
                    yield thing or Thing(Path(base.py__name__()), _WHOLE, 0)
            elif (thing := self._member(*found)) is not None:
                yield thing

    def bases(self, file: FileNames, use: Use, body: Scope) -> list[Any]:
        """The classes, as Jedi has them, that the class with this body derives from."""
        if id(body) not in self._bases:
            self._bases[id(body)] = list(self._mro(file, use))
        return self._bases[id(body)]

    def body_of(self, class_: Any) -> tuple[FileNames, Scope] | None:
        """Where the body of a class is; None if that is not in the project."""
        node = getattr(class_, "tree_node", None)
        path = class_.get_root_context().py__file__()
        if node is None or path is None or is_library(Path(path)):
            return None
        file = self._project.file(Path(path))
        row, column = node.name.start_pos
        body = file.class_body(row - 1, column) if file is not None else None
        return (file, body) if file is not None and body is not None else None

    def _mro(self, file: FileNames, use: Use) -> Iterator[Any]:
        leaf = self._project.leaf(file, use.line, use.column)
        node = leaf.parent if leaf is not None and leaf.is_definition() else leaf
        is_class = node is not None and node.type == "classdef" and node.name is leaf
        class_ = (node.parent if is_class else node) if node is not None else None
        while class_ is not None and class_.type != "classdef":
            class_ = class_.parent
        if class_ is not None:
            _, *bases = self._project.context(file).create_value(class_).py__mro__()
            yield from bases

    def _described(self, file: FileNames, use: Use) -> Iterator[Thing]:
        """What is written in Python where a stub has this name."""
        source = self._project.file(file.path.with_suffix(".py"))
        body = file.owner(use)
        if source is None or body is None:
            return
        twin = _twin(file.names.module, body, source.names.module)
        if twin is not None and (thing := self._member(source, twin)) is not None:
            yield thing


def _is_private(name: str) -> bool:
    """Whether a class has `name` to itself, or every class has its own meaning for it."""
    return name.startswith("__")


def _module(name: Any) -> Thing | None:
    """The module that is called `name`, or something compiled, by its name alone."""
    if isinstance(name, ImplicitNSName):
        paths = list(name._value.py__path__())
        return Thing(Path(paths[0]), _WHOLE, 0) if paths else None
    if name.api_type == "module":
        for value in name.infer():
            path = value.py__file__()
            if path is not None:
                source = Path(path).with_suffix(".py")
                is_stub = Path(path).suffix == ".pyi" and source.exists()
                return Thing(source if is_stub else Path(path), _WHOLE, 0)
    return Thing(Path(name.string_name), _WHOLE, 0)


def _twin(module: Scope, scope: Scope, other: Scope) -> Scope | None:
    """The scope of the module `other` that has the place of `scope`, a module or a class."""
    if scope is module:
        return other
    rest = [(module, other)]
    while rest:
        here, there = rest.pop()
        for name, symbol in here.symbols.items():
            twin = there.symbols.get(name)
            if symbol.members is None or twin is None or twin.members is None:
                continue
            if symbol.members is scope:
                return twin.members
            if symbol.members.parent is here:
                rest.append((symbol.members, twin.members))
    return None
