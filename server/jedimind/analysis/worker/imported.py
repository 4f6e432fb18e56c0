"""What the file's imports give: the project's own definitions in full, the others by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import jedi
from jedi.api.classes import BaseName, Name
from parso.python import tree
from parso.tree import BaseNode, NodeOrLeaf

from jedimind.analysis.context import Definition
from jedimind.analysis.worker import stubs
from jedimind.analysis.worker.scope import define
from jedimind.analysis.worker.words import Wanted

_MOST_SIGNATURES = 3
_LONGEST_SIGNATURE = 400


@attrs.frozen
class Imported:
    """What one imported name gives.

    `direct` is the project's thing itself, `types` the classes in its annotations, `members` what
    a module of the project has, `foreign` what is not the project's.
    """

    direct: tuple[Definition, ...] = ()
    types: tuple[Definition, ...] = ()
    members: tuple[Definition, ...] = ()
    foreign: tuple[Definition, ...] = ()


@attrs.frozen
class _Binding:
    """An imported name as code writes it, where to ask Jedi what it is, and the whole import."""

    written: str
    leaf: tree.Name
    statement: str
    star: bool = False


class Imports:
    """What the imports of a file give."""

    def __init__(
        self, script: jedi.Script, folder: Path, path: Path | None, wanted: Wanted
    ) -> None:
        self._script = script
        self._folder = folder
        self._path = path
        self._wanted = wanted

    def resolve(self, scopes: list[NodeOrLeaf]) -> Iterator[Imported]:
        """What is imported in `scopes`: the module, and the functions around the place."""
        for scope in scopes:
            for statement in _import_statements(scope):
                for binding in _bindings(statement):
                    yield self._resolve(binding)

    def _resolve(self, binding: _Binding) -> Imported:
        targets = self._script.goto(*binding.leaf.start_pos, follow_imports=True)
        target = next(iter(targets), None)
        if target is None or not self._of_project(target.module_path):
            return Imported(foreign=(self._foreign(binding, target),))
        if target.type == "module":
            qualifier = "" if binding.star else f"{binding.written}."
            return Imported(members=tuple(self._members(target, qualifier)))
        direct = tuple(
            _renamed(definition, binding.written)
            for definition in self._define(target)
            if definition.name == target.name
        )
        return Imported(direct=direct, types=tuple(self._types(target)))

    def _members(self, module: Name, qualifier: str) -> Iterator[Definition]:
        is_package = module.module_path is not None and module.module_path.stem == "__init__"
        for member in module.defined_names():
            if member.name.startswith("_"):
                continue
            if isinstance(_definition_node(member), (tree.ImportName, tree.ImportFrom)):
                # Only a package re-exports what it imports.
                targets = member.goto(follow_imports=True) if is_package else []
                members = [t for t in targets if self._of_project(t.module_path)]
            else:
                members = [member]
            for found in members:
                for definition in self._define(found):
                    if definition.name == found.name:
                        yield attrs.evolve(definition, name=qualifier + member.name)

    def _types(self, target: Name) -> Iterator[Definition]:
        """Project classes in the annotations of a function: what its arguments are made of."""
        node = _definition_node(target)
        if not isinstance(node, tree.Function):
            return
        names = {leaf.value for part in _annotations(node) for leaf in _names(part)}
        if not names:
            return
        module = target.parent()
        for member in module.defined_names() if module.type == "module" else ():
            if member.name not in names:
                continue
            for found in member.goto(follow_imports=True):
                of_project = self._of_project(found.module_path)
                if of_project and isinstance(_definition_node(found), tree.Class):
                    yield from self._define(found)

    def _define(self, name: BaseName) -> Iterator[Definition]:
        node = _definition_node(name)
        path = name.module_path
        if node is None or path is None:
            return
        for definition in define(node, self._wanted):
            yield attrs.evolve(
                definition, home=self._home(path), path=path, line=node.start_pos[0] - 1
            )

    def _foreign(self, binding: _Binding, target: Name | None) -> Definition:
        """A name from outside the project: the import alone, or signatures if it is asked for."""
        stub = binding.statement
        if target is not None and target.type != "module" and self._wanted.wants(binding.written):
            signatures = [s.to_string() for s in target.get_signatures()[:_MOST_SIGNATURES]]
            telling = [s for s in signatures if len(s) <= _LONGEST_SIGNATURE]
            if telling:
                stub = "\n".join([stub, *(f"# {signature}" for signature in telling)])
        return Definition(binding.written, "module", "the imports", stub, "", self._path)

    def _of_project(self, path: Path | None) -> bool:
        if path is None or not path.is_relative_to(self._folder):
            return False
        inside = path.relative_to(self._folder).parts
        return "site-packages" not in inside and "dist-packages" not in inside

    def _home(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()


def _import_statements(scope: NodeOrLeaf) -> Iterator[tree.Import]:
    """Those of a scope itself, also under ``if`` and ``try``."""
    for child in scope.children if isinstance(scope, BaseNode) else ():
        if isinstance(child, tree.Import):
            yield child
        elif not isinstance(child, (tree.Function, tree.Class)):
            yield from _import_statements(child)


def _bindings(statement: tree.Import) -> Iterator[_Binding]:
    text = stubs.code(statement)
    if isinstance(statement, tree.ImportFrom):
        if statement.is_star_import():
            if names := statement.get_from_names():
                yield _Binding("*", names[-1], text, star=True)
            return
        origin = text.partition(" import ")[0]
        for name, alias in statement._as_name_tuples():
            written = (alias or name).value
            renamed = f" as {alias.value}" if alias is not None else ""
            yield _Binding(written, name, f"{origin} import {name.value}{renamed}")
        return
    if not isinstance(statement, tree.ImportName):
        return
    for path, alias in statement._dotted_as_names():
        dotted = ".".join(name.value for name in path)
        written = alias.value if alias is not None else dotted
        renamed = f" as {written}" if alias is not None else ""
        yield _Binding(written, path[-1], f"import {dotted}{renamed}")


def _definition_node(name: BaseName) -> NodeOrLeaf | None:
    leaf = name._name.tree_name
    return leaf.get_definition(import_name_always=True) if leaf is not None else None


def _renamed(definition: Definition, written: str) -> Definition:
    """The definition under the name an import gave it, in its stub too."""
    if written == definition.name:
        return definition
    for keyword in ("def", "class"):
        header = f"{keyword} {definition.name}"
        if header in definition.signature:
            stub = definition.signature.replace(header, f"{keyword} {written}", 1)
            return attrs.evolve(definition, name=written, signature=stub)
    stub = written + definition.signature.removeprefix(definition.name)
    return attrs.evolve(definition, name=written, signature=stub)


def _annotations(function: tree.Function) -> Iterator[NodeOrLeaf]:
    for parameter in function.get_params():
        if parameter.annotation is not None:
            yield parameter.annotation
    if function.annotation is not None:
        yield function.annotation


def _names(node: NodeOrLeaf) -> Iterator[tree.Name]:
    if isinstance(node, tree.Name):
        yield node
    elif isinstance(node, BaseNode):
        for child in node.children:
            yield from _names(child)
