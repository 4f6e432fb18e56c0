"""What an object certainly is, and what it certainly has, as far as sources and stubs say.

Jedi guesses: of a variable with one known and one unknown value it gives the known one. That is
right for completions and wrong for accusations. Here a `Thing` is a module, class, instance or
function whose every attribute is known, and everything less certain is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, TypeAlias

import attrs
from parso.python import tree
from parso.tree import BaseNode, Leaf, NodeOrLeaf

from jedimind.analysis.worker import stubs

# What Jedi calls a value has many classes without a common one that says more than this.
Value = Any

_METACLASSES = frozenset({"ABCMeta", "EnumMeta", "EnumType", "type"})
# Decorators after which a class still has the attributes it shows.
_CLASS_DECORATORS = frozenset(
    {"dataclass", "total_ordering", "final", "runtime_checkable", "unique", "define", "frozen"}
    | {"disjoint_base", "type_check_only", "deprecated"}
)
# Decorators after which a function is still called, and returns, as it shows.
_FUNCTION_DECORATORS = frozenset(
    {"staticmethod", "classmethod", "abstractmethod", "final", "override", "type_check_only"}
    | {"deprecated", "property", "cached_property", "overload"}
)
# Text in a source that says attributes are made at run time.
_DYNAMIC_CLASS = ("setattr(", "__dict__", "vars(", "__getattr")
_DYNAMIC_MODULE = ("globals()", "sys.modules", "setattr(", "exec(", "vars(")
# Instances of these have a type that only evaluation knows.
_OPAQUE_CLASSES = frozenset({"type", "super", "object", "Any", "partial", "MagicMock", "Mock"})
_MOST_BASES = 30

# Everything that an expression can be, but None; None if that is not certain.
Things: TypeAlias = "list[Thing] | None"


@attrs.frozen
class Thing:
    """An object known in full. Of an instance, `value` is its class."""

    kind: Literal["module", "class", "instance", "function"]
    value: Value

    def has(self, name: str) -> bool:
        return bool(self._names(name))

    def names(self) -> Iterator[str]:
        """The attributes it has."""
        for value in self._objects():
            for each in value._get_value_filters(None):
                yield from (name.string_name for name in each.values())

    def member(self, name: str) -> Things:
        """What its attribute can be."""
        bound = self.kind == "instance"
        return union(_meaning(found, bound=bound) for found in self._names(name)) or None

    def describe(self) -> str:
        """Its name in a sentence for the user."""
        name = str(self.value.py__name__() or "the module")
        return name if self.kind in ("module", "function") else name.removeprefix("builtins.")

    def _names(self, name: str) -> list[Any]:
        return [found for value in self._objects() for found in value.goto(name)]

    def _objects(self) -> list[Value]:
        if self.kind == "instance":
            return list(self.value.execute_with_values())
        return [self.value]


def module_thing(value: Value) -> Thing | None:
    """The module, unless it makes names at run time."""
    if value.is_compiled() or not value.is_module():
        return None
    if value.goto("__getattr__"):
        return None
    # Of a module with a stub, the stub says what the tricks of the source amount to.
    if not value.is_stub():
        text = "".join(value.code_lines)
        if any(sign in text for sign in _DYNAMIC_MODULE) or _has_unknown_star(value):
            return None
    return Thing("module", value)


def class_thing(value: Value) -> Thing | None:
    """The class, if all its bases are known and none makes attributes at run time."""
    if not value.is_class() or value.py__name__() in _OPAQUE_CLASSES:
        return None
    # Jedi's order of bases repeats them; `object` is the one that may define `__getattribute__`.
    classes = {
        getattr(each, "tree_node", None) or each: each
        for each in value.py__mro__()
        if each.py__name__() != "object"
    }
    if len(classes) > _MOST_BASES or not all(map(_is_closed, classes.values())):
        return None
    return Thing("class", value)


def instance_thing(value: Value) -> Thing | None:
    """An instance of a class, if that is certain to have no other attributes than it shows."""
    if class_thing(value) is None or not isinstance(value.tree_node, tree.Class):
        return None  # `Callable` and its like are no classes
    return Thing("instance", value)


def function_thing(value: Value) -> Thing | None:
    """The function, if no decorator changes what it is."""
    node = getattr(value, "tree_node", None)
    if not isinstance(node, tree.Function):
        return None
    if not set(stubs.decorators(node)) <= _FUNCTION_DECORATORS:
        return None
    return Thing("function", value)


def returned(function: Thing) -> Things:
    """What calling a function certainly gives, by its annotation."""
    # Which overload is meant depends on the arguments; any of them may be.
    return union(_returned(overload) for overload in function.value.get_signature_functions())


def _returned(function: Value) -> Things:
    node = function.tree_node
    if node.annotation is None or node.parent.type in ("async_stmt", "async_funcdef"):
        return None
    return annotated(function.get_default_param_context(), node.annotation)


def annotated(context: Any, node: NodeOrLeaf) -> Things:
    """The instances that an annotation allows, without None; None if it allows anything else."""
    if isinstance(node, Leaf) and node.value == "None":
        return []
    if node.type in ("arith_expr", "expr") and isinstance(node, BaseNode):
        if any(operator.value != "|" for operator in node.children[1::2]):
            return None
        return union(annotated(context, part) for part in node.children[::2])
    if node.type == "atom_expr" and isinstance(node, BaseNode):
        return _annotated_generic(context, node)
    if not isinstance(node, tree.Name):
        return None
    if node.value == "LiteralString":
        return []  # the overload for `str` in general follows
    return _instances(context.infer_node(node))


def _annotated_generic(context: Any, node: BaseNode) -> Things:
    *dotted, last = node.children
    if last.type != "trailer" or last.children[0] != "[":
        return _instances(context.infer_node(node))
    name = stubs.code(dotted[-1]).lstrip(".")
    inside = last.children[1]
    if name == "Optional":
        return annotated(context, inside)
    if name == "Union":
        parts = inside.children[::2] if inside.type == "subscriptlist" else [inside]
        return union(annotated(context, part) for part in parts)
    if len(dotted) != 1:
        return None
    # What a container holds does not change its attributes.
    return _instances(context.infer_node(dotted[0]))


def _instances(classes: Any) -> Things:
    return all_known(instance_thing(value) for value in classes)


def union(parts: Iterable[Things]) -> Things:
    """All the things of all the parts, if every part is certain."""
    every: list[Thing] = []
    for part in parts:
        if part is None:
            return None
        every += part
    return every


def all_known(things: Iterable[Thing | None]) -> Things:
    """The things, if there is one and none is uncertain."""
    known: list[Thing] = []
    for thing in things:
        if thing is None:
            return None
        known.append(thing)
    return known or None


def _meaning(name: Any, *, bound: bool) -> Things:
    """What one definition of an attribute makes it."""
    if name.tree_name is None:
        return all_known(module_thing(value) for value in name.infer())
    node = name.tree_name.get_definition(import_name_always=True)
    if isinstance(node, tree.Class):
        return all_known(class_thing(value) for value in name.infer())
    if isinstance(node, (tree.ImportName, tree.ImportFrom)):
        return all_known(_imported(value) for value in name.infer())
    if isinstance(node, tree.Function):
        return _function_meaning(name, node, bound=bound)
    if isinstance(node, tree.ExprStmt):
        for child in node.children:
            if child.type == "annassign":
                return annotated(name.parent_context, child.children[1])
    return None


def _function_meaning(name: Any, node: tree.Function, *, bound: bool) -> Things:
    decorators = set(stubs.decorators(node))
    if decorators & {"property", "cached_property"}:
        if not bound or node.annotation is None or not decorators <= _FUNCTION_DECORATORS:
            return None
        return annotated(name.parent_context, node.annotation)
    return all_known(function_thing(value) for value in name.infer())


def _imported(value: Value) -> Thing | None:
    if value.is_module():
        return module_thing(value)
    if value.is_class():
        return class_thing(value)
    return function_thing(value) if value.is_function() else None


def _is_closed(value: Value) -> bool:
    """Whether a class of a hierarchy shows all its own attributes and all its bases."""
    if value.is_compiled():
        return True
    node = getattr(value, "tree_node", None)
    if not isinstance(node, tree.Class):
        return True  # a special form such as `Generic`
    if not set(stubs.decorators(node)) <= _CLASS_DECORATORS:
        return False
    text = node.get_code()
    if any(sign in text for sign in (_DYNAMIC_CLASS if not value.is_stub() else ("__getattr",))):
        return False
    return _bases_known(value, node)


def _bases_known(value: Value, node: tree.Class) -> bool:
    arguments = node.get_super_arglist()
    if arguments is None:
        return True
    written = arguments.children[::2] if arguments.type == "arglist" else [arguments]
    for argument in written:
        if argument.type != "argument":
            continue
        keyword, operator, *rest = argument.children
        if operator != "=":
            return False
        metaclass = stubs.code(rest[0]).rpartition(".")[2]
        if keyword.value == "metaclass" and metaclass not in _METACLASSES:
            return False
    positional = [argument for argument in written if argument.type != "argument"]
    bases = [base.infer() for base in value.py__bases__()]
    # `object` is added by Jedi to those that are written.
    return len(bases) >= len(positional) and all(
        found and all(hasattr(each, "py__mro__") for each in found) for found in bases
    )


def _has_unknown_star(module: Value) -> bool:
    stars = [each for each in module.tree_node.iter_imports() if each.is_star_import()]
    return len(stars) > len(module.star_imports())
