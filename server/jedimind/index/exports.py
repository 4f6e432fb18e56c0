"""What a module offers to those that import from it, from its source alone.

These are the names without a leading underscore that it defines, or those in `__all__` where that
is a literal. A package also offers what its `__init__.py` imports from its own modules, and every
module what it imports as itself (``import x as x``), which is how type checkers see re-exports.
Branches for another platform or Python, or for type checkers only, are left out.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator

import attrs
import tree_sitter

from jedimind.index.found import ImportableKind
from jedimind.outline import single_targets
from jedimind.syntax import Tree

_CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]*")
_PLATFORM = re.compile(r"""sys\.platform\s*(==|!=)\s*["'](\w+)["']""")
_PYTHON = re.compile(r"sys\.version_info\s*(>=|<)\s*\(\s*3\s*,\s*(\d+)\s*,?\s*\)")
_CHECKING = re.compile(r"(\w+\.)?TYPE_CHECKING")
_COMPOUND = frozenset(
    {"try_statement", "except_clause", "finally_clause", "else_clause", "with_statement"}
    | {"for_statement", "while_statement", "block", "ERROR"}
)
# What `__all__` is put together with.
_COLLECTIONS = frozenset(
    {"list", "tuple", "set", "expression_list", "parenthesized_expression", "binary_operator"}
)


@attrs.frozen
class Export:
    """A name that a module offers. Where it is only passed on, `origin` is where it comes from,
    as a module and a name in it, and `kind` may be unknown."""

    name: str
    kind: ImportableKind | None
    origin: tuple[str, str] | None = None


@attrs.frozen
class Exports:
    """What a module offers; of the modules in `stars` it offers all that they do."""

    names: tuple[Export, ...]
    stars: tuple[str, ...]


def exports(tree: Tree, module: str, python: tuple[int, int], *, is_package: bool) -> Exports:
    """What `module`, whose source is `tree`, offers under that version of Python."""
    return _Module(tree, module, python, is_package=is_package).exports()


@attrs.frozen
class _Import:
    origin: tuple[str, str]
    passed_on: bool


class _Module:
    def __init__(
        self, tree: Tree, module: str, python: tuple[int, int], *, is_package: bool
    ) -> None:
        self._tree = tree
        self._name = module
        self._python = python
        self._is_package = is_package
        self._defined: dict[str, ImportableKind] = {}
        self._imported: dict[str, _Import] = {}
        self._stars: dict[str, None] = {}
        self._listed: list[str] = []
        # Whether `__all__` is there and all of it is known.
        self._is_listed = False
        self._is_open = False

    def exports(self) -> Exports:
        self._read(self._tree.root.named_children)
        if self._is_listed and not self._is_open:
            return Exports(self._exported(self._listed), ())
        passed_on = [name for name, it in self._imported.items() if it.passed_on]
        public = (it for it in (*self._defined, *passed_on) if not it.startswith("_"))
        return Exports(self._exported((*public, *self._listed)), tuple(self._stars))

    def _exported(self, names: Iterable[str]) -> tuple[Export, ...]:
        # What is offered is written into code, so it must be a name whatever the module lists.
        return tuple(map(self._export, filter(str.isidentifier, dict.fromkeys(names))))

    def _export(self, name: str) -> Export:
        if name in self._defined:
            return Export(name, self._defined[name])
        imported = self._imported.get(name)
        return Export(name, None, imported.origin if imported is not None else None)

    def _read(self, statements: Iterable[tree_sitter.Node]) -> None:
        for node in statements:
            if node.type in ("function_definition", "class_definition", "decorated_definition"):
                self._define(node)
            elif node.type == "expression_statement":
                for expression in node.named_children:
                    self._read_expression(expression)
            elif node.type == "import_from_statement":
                self._import_from(node)
            elif node.type == "import_statement":
                self._import(node)
            elif node.type == "if_statement":
                self._read(self._branches(node))
            elif node.type in _COMPOUND:
                self._read(node.named_children)
            elif node.type == "type_alias_statement":
                alias = self._tree.source(node.named_children[0]).partition("[")[0]
                self._defined[alias.strip()] = "variable"

    def _define(self, node: tree_sitter.Node) -> None:
        definition = node.child_by_field_name("definition") or node
        name = definition.child_by_field_name("name")
        if name is not None:
            is_class = definition.type == "class_definition"
            self._defined[self._tree.source(name)] = "class" if is_class else "function"

    def _read_expression(self, node: tree_sitter.Node) -> None:
        if node.type == "call":
            self._read_call(node)
            return
        if node.type not in ("assignment", "augmented_assignment"):
            return
        target, value = map(node.child_by_field_name, ("left", "right"))
        if target is None:
            return
        if target.type == "identifier" and self._tree.source(target) == "__all__":
            self._list(value)
        elif node.type == "assignment":
            self._bind(target)
            if value is not None:
                self._read_expression(value)

    def _bind(self, target: tree_sitter.Node) -> None:
        for node in single_targets(target):
            if node.type == "identifier":
                name = self._tree.source(node)
                kind: ImportableKind = "constant" if _CONSTANT.fullmatch(name) else "variable"
                self._defined.setdefault(name, kind)

    def _read_call(self, node: tree_sitter.Node) -> None:
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        if function is None or arguments is None:
            return
        called = self._tree.source(function)
        if called in ("__all__.extend", "__all__.append"):
            first = arguments.named_children[0] if arguments.named_children else None
            self._list(first)

    def _list(self, value: tree_sitter.Node | None) -> None:
        """Take over a part of `__all__`; where it is no literal, more than that may be in it."""
        self._is_listed = True
        rest = [value] if value is not None else []
        while rest:
            node = rest.pop()
            if node.type in _COLLECTIONS:
                rest.extend(reversed(node.named_children))
            elif node.type == "string":
                self._listed += _string(self._tree.source(node))
            elif node.type != "comment":
                self._is_open = True

    def _import_from(self, node: tree_sitter.Node) -> None:
        source = node.child_by_field_name("module_name")
        module = self._absolute(self._tree.source(source)) if source is not None else None
        if module is None:
            return
        if any(child.type == "wildcard_import" for child in node.named_children):
            self._stars[module] = None
            return
        own = module.partition(".")[0] == self._name.partition(".")[0]
        for name, alias in self._imports(node):
            # A module of the package can be imported anyway.
            if module != self._name or alias not in (None, name):
                passed_on = (self._is_package and own) or alias == name
                self._imported[alias or name] = _Import((module, name), passed_on)

    def _import(self, node: tree_sitter.Node) -> None:
        for name, alias in self._imports(node):
            if alias is not None or "." not in name:
                package, _, last = name.rpartition(".")
                self._imported[alias or name] = _Import((package, last), alias == name)

    def _imports(self, node: tree_sitter.Node) -> Iterator[tuple[str, str | None]]:
        """Each name in an import, and what it is called from then on, if that is written."""
        for part in node.children_by_field_name("name"):
            name, alias = map(part.child_by_field_name, ("name", "alias"))
            if name is not None and alias is not None:
                yield self._tree.source(name), self._tree.source(alias)
            else:
                yield self._tree.source(part), None

    def _absolute(self, written: str) -> str | None:
        """The module that `written` means in this one; None if there is none."""
        level = len(written) - len(written.lstrip("."))
        if level == 0:
            return written
        package = self._name.split(".")
        removed = level - 1 if self._is_package else level
        if removed >= len(package):
            return None
        kept = package[: len(package) - removed]
        return ".".join([*kept, *filter(None, [written[level:].strip()])])

    def _branches(self, node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
        """The blocks of an `if` that may be executed, as far as its conditions tell."""
        for clause in (node, *node.children_by_field_name("alternative")):
            condition = clause.child_by_field_name("condition")
            holds = condition is None or self._holds(self._tree.source(condition))
            block = clause.child_by_field_name("consequence") or clause.child_by_field_name("body")
            if block is not None and holds is not False:
                yield block
            if holds is True:
                return

    def _holds(self, condition: str) -> bool | None:
        """Whether a condition holds where the module is used; None if that is not known."""
        if _CHECKING.fullmatch(condition):
            return False
        if match := _PLATFORM.fullmatch(condition):
            return (match[2] == sys.platform) == (match[1] == "==")
        if match := _PYTHON.fullmatch(condition):
            return (self._python >= (3, int(match[2]))) == (match[1] == ">=")
        return None


def _string(source: str) -> list[str]:
    """The value of a string's source, if it is one."""
    try:
        value = ast.literal_eval(source)
    except (SyntaxError, ValueError):
        return []
    return [value] if isinstance(value, str) else []
