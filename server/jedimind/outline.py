"""The outline of a document: its classes, functions and variables, each within what it is part of.

Made from the syntax tree alone, by one query that runs inside tree-sitter, so that it is there at
once, in half-typed files too. Names that are local to a function have no place in an outline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import attrs
import tree_sitter
import tree_sitter_python

from jedimind.syntax import Tree
from jedimind.text import Position, Span

_Point = tuple[int, int]  # the row and the byte in it
_Captures = dict[str, list[tree_sitter.Node]]

Kind = Literal[
    "class",
    "function",
    "method",
    "property",
    "attribute",
    "enum member",
    "constant",
    "variable",
]

# The last two patterns are what the parser leaves of a header that is not complete yet.
_QUERY = tree_sitter.Query(
    tree_sitter.Language(tree_sitter_python.language()),
    """
    (class_definition name: (identifier) @name) @class
    (function_definition name: (identifier) @name) @function
    (assignment left: (_) @target) @statement
    (type_alias_statement left: (type (identifier) @target)) @statement
    (type_alias_statement left: (type (generic_type . (identifier) @target))) @statement
    (for_statement left: (_) @target)
    (with_item value: (as_pattern alias: (as_pattern_target (_) @target)))
    (ERROR "class" @class . (identifier) @name)
    (ERROR "def" @function . (identifier) @name)
    """,
)
# Behind `as` the grammar has expressions in the place of patterns.
_SEVERAL_TARGETS = frozenset(
    {"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "tuple", "list"}
)
_DEEPEST = 100  # Python itself refuses code that is indented deeper
_CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]*")
_FINAL = re.compile(r"([\w.]+\.)?Final\b")
_ENUM = re.compile(r"\b\w*(Enum|Flag|Choices)\b")
_PROPERTY = re.compile(r"@\s*([\w.]*property\b|\w+\.(setter|getter|deleter)\b)")
_STATIC = re.compile(r"@\s*staticmethod\b")
_DEPRECATED = re.compile(r"@\s*([\w.]+\.)?deprecated\b")


@attrs.frozen
class Symbol:
    """Something with a name. `span` is all of it, decorators included; `name_span` is its name."""

    name: str
    kind: Kind
    span: Span
    name_span: Span
    children: tuple[Symbol, ...] = ()
    deprecated: bool = False


@attrs.define(eq=False)
class _Scope:
    """The module, a class or a function, while what is in it is collected."""

    kind: Literal["module", "class", "function"]
    end: _Point
    place: int = 0  # of its symbol among those of the scope around it
    is_enum: bool = False
    # In a method: the class, and what the method calls the instance.
    owner: _Scope | None = None
    instance: str | None = None
    children: list[Symbol] = attrs.field(factory=list)
    bound: set[str] = attrs.field(factory=set)


def outline(tree: Tree) -> list[Symbol]:
    """The top level of the outline of `tree`, in the order of the document.

    Functions and classes are there each time they are defined, variables where they are first
    bound. A thousand symbols take about 10 ms: the outline of a large file belongs in a thread.
    """
    return _Outline(tree).made()


class _Outline:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._scopes = [_Scope("module", (len(tree.text.lines), 0))]

    def made(self) -> list[Symbol]:
        for start, captures in _in_order(self._tree.root):
            while start >= self._scopes[-1].end:
                self._leave()
            if "target" in captures:
                self._bind(captures["target"][0], captures.get("statement", [None])[0])
            elif len(self._scopes) <= _DEEPEST and _has_own_name(captures):
                if "class" in captures:
                    self._enter_class(captures["class"][0], captures["name"][0])
                else:
                    self._enter_function(captures["function"][0], captures["name"][0])
        while len(self._scopes) > 1:
            self._leave()
        return self._scopes[0].children

    def _enter_class(self, node: tree_sitter.Node, name: tree_sitter.Node) -> None:
        scope = self._enter("class", "class", node, name, self._decorators(node))
        bases = node.child_by_field_name("superclasses")
        scope.is_enum = bases is not None and bool(_ENUM.search(self._tree.source(bases)))

    def _enter_function(self, node: tree_sitter.Node, name: tree_sitter.Node) -> None:
        outer, decorators = self._scopes[-1], self._decorators(node)
        if outer.kind != "class":
            scope = self._enter("function", "function", node, name, decorators)
            scope.owner, scope.instance = outer.owner, outer.instance
        else:
            is_property = any(map(_PROPERTY.match, decorators))
            kind: Kind = "property" if is_property else "method"
            scope = self._enter("function", kind, node, name, decorators)
            if not any(map(_STATIC.match, decorators)):
                scope.owner, scope.instance = outer, self._first_parameter(node)

    def _enter(
        self,
        scope_kind: Literal["class", "function"],
        kind: Kind,
        node: tree_sitter.Node,
        name: tree_sitter.Node,
        decorators: list[str],
    ) -> _Scope:
        word, name_span = self._word(name)
        if node.is_named:
            whole = node.parent if decorators and node.parent is not None else node
            span, end = self._tree.span(whole), (node.end_point.row, node.end_point.column)
        else:
            span = self._below_header(node, name_span)
            end = span.end.line + 1, 0
        deprecated = any(map(_DEPRECATED.match, decorators))
        symbol = Symbol(word, kind, span, name_span, deprecated=deprecated)
        siblings = self._scopes[-1].children
        scope = _Scope(scope_kind, end, len(siblings))
        siblings.append(symbol)
        self._scopes.append(scope)
        return scope

    def _leave(self) -> None:
        scope = self._scopes.pop()
        if scope.children:
            siblings = self._scopes[-1].children
            symbol = siblings[scope.place]
            siblings[scope.place] = attrs.evolve(symbol, children=tuple(scope.children))

    def _bind(self, target: tree_sitter.Node, statement: tree_sitter.Node | None) -> None:
        """Take over the names in `target`; `statement` is what to show of them, if there is one."""
        scope = self._scopes[-1]
        for node in single_targets(target):
            if node.type == "attribute":
                self._bind_attribute(node, statement)
            elif node.type == "identifier" and scope.kind != "function":
                self._add_variable(scope, node, node, statement)

    def _bind_attribute(self, node: tree_sitter.Node, statement: tree_sitter.Node | None) -> None:
        scope = self._scopes[-1]
        receiver, attribute = map(node.child_by_field_name, ("object", "attribute"))
        if scope.owner is None or receiver is None or attribute is None:
            return
        if receiver.type == "identifier" and self._word(receiver)[0] == scope.instance:
            self._add_variable(scope.owner, node, attribute, statement)

    def _add_variable(
        self,
        scope: _Scope,
        target: tree_sitter.Node,
        name: tree_sitter.Node,
        statement: tree_sitter.Node | None,
    ) -> None:
        word, name_span = self._word(name)
        if word in scope.bound:
            return
        scope.bound.add(word)
        kind = self._kind_of_variable(scope, word, statement)
        span = self._tree.span(statement if statement is not None else target)
        scope.children.append(Symbol(word, kind, span, name_span))

    def _kind_of_variable(
        self, scope: _Scope, word: str, statement: tree_sitter.Node | None
    ) -> Kind:
        annotation = statement.child_by_field_name("type") if statement is not None else None
        if scope.is_enum and annotation is None and not word.startswith("_"):
            return "enum member"
        if _CONSTANT.fullmatch(word):
            return "constant"
        if annotation is not None and _FINAL.match(self._tree.source(annotation)):
            return "constant"
        return "attribute" if scope.kind == "class" else "variable"

    def _word(self, name: tree_sitter.Node) -> tuple[str, Span]:
        """What stands at an identifier, and where."""
        span = self._tree.span(name)
        line = self._tree.text.lines[span.start.line]
        return line[span.start.column : span.end.column], span

    def _decorators(self, definition: tree_sitter.Node) -> list[str]:
        around = definition.parent
        if around is None or around.type != "decorated_definition":
            return []
        nodes = around.named_children
        return [self._tree.source(node) for node in nodes if node.type == "decorator"]

    def _first_parameter(self, function: tree_sitter.Node) -> str | None:
        parameters = function.child_by_field_name("parameters")
        if parameters is None or not parameters.named_children:
            return None
        first = parameters.named_children[0]
        if first.type == "typed_parameter":
            first = first.named_children[0]
        return self._word(first)[0] if first.type == "identifier" else None

    def _below_header(self, keyword: tree_sitter.Node, name_span: Span) -> Span:
        """An incomplete definition with the lines below it that are indented deeper."""
        text, start = self._tree.text, self._tree.span(keyword).start
        last = start.line
        for number in range(start.line + 1, len(text.lines)):
            line = text.line(number)
            content = line.lstrip()
            if content and len(line) - len(content) <= start.column:
                break
            if content:
                last = number
        end = Position(last, len(text.line(last)))
        return Span(start, max(end, name_span.end))


def _in_order(root: tree_sitter.Node) -> Iterator[tuple[_Point, _Captures]]:
    """What the query finds, each with where it starts."""
    # Asked of the whole tree, the query would hold the interpreter lock for all of it.
    parts = [root] if root.type == "ERROR" else root.children
    for part in parts:
        found = [
            (min(node.start_point for nodes in captures.values() for node in nodes), captures)
            for _, captures in tree_sitter.QueryCursor(_QUERY).matches(part)
        ]
        yield from sorted(found, key=lambda item: item[0])


def _has_own_name(captures: _Captures) -> bool:
    """Whether a definition is not a keyword without a name yet and the first word below it."""
    (node,) = captures.get("class") or captures["function"]
    return node.is_named or captures["name"][0].start_point.row == node.start_point.row


def single_targets(target: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The names, attributes and items that are bound, of a pattern that may have several."""
    rest = [target]
    while rest:  # not by recursion: patterns can be nested deeper than Python's stack
        node = rest.pop()
        if node.type in _SEVERAL_TARGETS:
            rest.extend(reversed(node.named_children))
        else:
            yield node
