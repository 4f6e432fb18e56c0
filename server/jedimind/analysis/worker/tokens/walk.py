"""One walk through a syntax tree that finds every scope, what it binds, and where names stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import accumulate

import attrs
import tree_sitter

from jedimind.analysis.semantic_tokens import Modifier, TokenType
from jedimind.analysis.worker.tokens import looks
from jedimind.analysis.worker.tokens.scopes import Origin, Scope, Symbol
from jedimind.analysis.worker.tokens.uses import Role, Source, Use
from jedimind.syntax import Tree, parse
from jedimind.text import Text

Node = tree_sitter.Node

_PATTERNS = frozenset(
    {"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "tuple", "list"}
    | {"parenthesized_expression", "as_pattern_target", "dictionary_splat_pattern", "list_splat"}
)


@attrs.define(eq=False)
class Names:
    """What a walk found: the module's scope, and all uses, in no order."""

    module: Scope
    uses: list[Use]
    has_star_imports: bool = False
    # Modules that are named in full: ``import os.path``.
    modules: set[str] = attrs.field(factory=set)


def names(tree: Tree) -> Names:
    """The names of `tree`."""
    walk = _Walk()
    walk.all(tree)
    return walk.found


class _Walk:
    """`_rest` holds what is still to be visited, with its scope, the next one last.

    Not by recursion: expressions are nested deeper than Python's stack.
    """

    def __init__(self) -> None:
        self.found = Names(Scope("module"), [])
        self._rest: list[tuple[Node, Scope, Source]] = []
        self._visits: dict[str, Callable[[Node, Scope, Source], None]] = {
            "identifier": self._identifier,
            "attribute": self._attribute,
            "call": self._call,
            "keyword_argument": self._keyword_argument,
            "function_definition": self._function,
            "class_definition": self._class,
            "decorated_definition": self._decorated,
            "lambda": self._lambda,
            "assignment": self._assignment,
            "augmented_assignment": self._augmented_assignment,
            "named_expression": self._named_expression,
            "for_statement": self._for,
            "as_pattern": self._as_pattern,
            "list_comprehension": self._comprehension,
            "set_comprehension": self._comprehension,
            "dictionary_comprehension": self._comprehension,
            "generator_expression": self._comprehension,
            "import_statement": self._import,
            "import_from_statement": self._import_from,
            "future_import_statement": self._future_import,
            "global_statement": self._global,
            "nonlocal_statement": self._global,
            "case_pattern": self._case_pattern,
            "class_pattern": self._class_pattern,
            "keyword_pattern": self._keyword_pattern,
            "splat_pattern": self._splat_pattern,
            "dotted_name": self._dotted_name,
            "type": self._type,
            "generic_type": self._generic_type,
            "type_alias_statement": self._type_alias,
        }

    def all(self, tree: Tree) -> None:
        self._rest.append((tree.root, self.found.module, Source.of_tree(tree)))
        while self._rest:
            node, scope, source = self._rest.pop()
            visit = self._visits.get(node.type)
            if visit is not None:
                visit(node, scope, source)
            elif node.child_count:
                self._next(node.named_children, scope, source)

    def _next(self, nodes: Iterable[Node | None], scope: Scope, source: Source) -> None:
        """Visit `nodes`, in order, before all that waits."""
        wanted = [(node, scope, source) for node in nodes if node is not None]
        self._rest.extend(reversed(wanted))

    def _use(
        self,
        node: Node,
        scope: Scope,
        source: Source,
        chain: tuple[str, ...] | None = None,
        role: Role = None,
        type_: TokenType | None = None,
        symbol: Symbol | None = None,
    ) -> str:
        """Note that a name stands at `node`; the name."""
        name = source.of(node)
        line, column = source.place(node)
        if chain is None:
            chain = (name,)
        self.found.uses.append(Use(line, column, chain, name, scope, role, type_, symbol))
        return name

    # Expressions.

    def _identifier(self, node: Node, scope: Scope, source: Source) -> None:
        self._use(node, scope, source)

    def _attribute(self, node: Node, scope: Scope, source: Source) -> None:
        self._chain(node, scope, source)

    def _chain(self, node: Node, scope: Scope, source: Source, role: Role = None) -> None:
        """A name with attributes; `role` is that of the last one."""
        attributes: list[Node] = []
        while node.type == "attribute":
            attribute = node.child_by_field_name("attribute")
            receiver = node.child_by_field_name("object")
            if attribute is None or receiver is None:
                break
            attributes.append(attribute)
            node = receiver
        attributes.reverse()
        chain: tuple[str, ...] = ()
        if node.type == "identifier":
            only = role if not attributes else None
            chain = (self._use(node, scope, source, role=only),)
        else:
            self._next([node], scope, source)
        for attribute in attributes:
            known = (*chain, source.of(attribute)) if chain else ()
            last = role if attribute is attributes[-1] else None
            self._use(attribute, scope, source, known, last)
            chain = known

    def _call(self, node: Node, scope: Scope, source: Source) -> None:
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        self._next([arguments], scope, source)
        if function is None:
            return
        if function.type in ("identifier", "attribute"):
            self._chain(function, scope, source, "called")
            if looks.last_word(source.of(function)) == "cast" and arguments is not None:
                self._quoted(arguments.named_children[:1], scope, source)
        else:
            self._next([function], scope, source)

    def _keyword_argument(self, node: Node, scope: Scope, source: Source) -> None:
        name = node.child_by_field_name("name")
        if name is not None:
            self._use(name, scope, source, type_=TokenType.PARAMETER)
        self._next([node.child_by_field_name("value")], scope, source)

    def _lambda(self, node: Node, scope: Scope, source: Source) -> None:
        inner = Scope("function", scope)
        self._next([node.child_by_field_name("body")], inner, source)
        self._parameters(node.child_by_field_name("parameters"), scope, inner, source, None)

    def _comprehension(self, node: Node, scope: Scope, source: Source) -> None:
        inner = Scope("comprehension", scope)
        clauses = [child for child in node.named_children if child.type == "for_in_clause"]
        for child in reversed(node.named_children):
            if child.type != "for_in_clause":
                self._next([child], inner, source)
                continue
            # The first iterable is evaluated outside.
            iterated = scope if child is clauses[0] else inner
            self._next([child.child_by_field_name("right")], iterated, source)
            self._bind(child.child_by_field_name("left"), inner, source)

    def _named_expression(self, node: Node, scope: Scope, source: Source) -> None:
        target = scope
        while target.kind == "comprehension" and target.parent is not None:
            target = target.parent
        self._bind(node.child_by_field_name("name"), target, source)
        self._next([node.child_by_field_name("value")], scope, source)

    # Bindings.

    def _bind(
        self, node: Node | None, scope: Scope, source: Source, symbol: Symbol | None = None
    ) -> None:
        """Bind all names of a target; to variables, unless there is a `symbol`."""
        rest = [node] if node is not None else []
        while rest:
            target = rest.pop()
            if target.type == "identifier":
                name = source.of(target)
                scope.declare(name, symbol or looks.variable(name, scope))
                self._use(target, scope, source, role="bound")
            elif target.type == "attribute":
                self._chain(target, scope, source, "bound")
            elif target.type in _PATTERNS:
                rest.extend(reversed(target.named_children))
            else:
                self._next([target], scope, source)

    def _assignment(self, node: Node, scope: Scope, source: Source) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        type_ = node.child_by_field_name("type")
        symbol = None
        if left is not None and left.type == "identifier":
            symbol = looks.assigned(source, left, type_, right, scope)
        self._next([type_, right], scope, source)
        self._bind(left, scope, source, symbol)

    def _augmented_assignment(self, node: Node, scope: Scope, source: Source) -> None:
        self._next([node.child_by_field_name("right")], scope, source)
        self._bind(node.child_by_field_name("left"), scope, source)

    def _for(self, node: Node, scope: Scope, source: Source) -> None:
        left = node.child_by_field_name("left")
        self._next([child for child in node.named_children if child != left], scope, source)
        self._bind(left, scope, source)

    def _as_pattern(self, node: Node, scope: Scope, source: Source) -> None:
        *values, target = node.named_children
        self._next(values, scope, source)
        self._bind(target, scope, source)

    def _global(self, node: Node, scope: Scope, source: Source) -> None:
        for child in node.named_children:
            name = source.of(child)
            scope.outward[name] = "global" if node.type == "global_statement" else "nonlocal"
            self._use(child, scope, source)

    # Imports.

    def _import(self, node: Node, scope: Scope, source: Source) -> None:
        for child in node.named_children:
            alias = child.child_by_field_name("alias")
            dotted = child.child_by_field_name("name") if alias is not None else child
            if dotted is None or dotted.type != "dotted_name":
                continue
            parts = dotted.named_children
            *packages, path = accumulate(map(source.of, parts), "{}.{}".format)
            self.found.modules.update((*packages, path))
            named, module = (alias, path) if alias is not None else (parts[0], source.of(parts[0]))
            origin = Origin(module, "", *source.place(parts[-1] if alias else parts[0]))
            scope.declare(source.of(named), Symbol(TokenType.NAMESPACE, origin=origin))
            for part in parts:
                role: Role = "bound" if part is named else None
                self._use(part, scope, source, role=role, type_=TokenType.NAMESPACE)
            if alias is not None:
                self._use(alias, scope, source, role="bound", type_=TokenType.NAMESPACE)

    def _import_from(self, node: Node, scope: Scope, source: Source) -> None:
        module = node.child_by_field_name("module_name")
        if module is None:
            return
        for part in _identifiers(module):
            self._use(part, scope, source, type_=TokenType.NAMESPACE)
        for child in node.named_children:
            if child.type == "wildcard_import":
                self.found.has_star_imports = True
        for child in node.children_by_field_name("name"):
            alias = child.child_by_field_name("alias")
            name = child.child_by_field_name("name") if alias is not None else child
            if name is None or not name.named_children:
                continue
            name = name.named_children[0]
            origin = Origin(source.of(module), source.of(name), *source.place(name))
            symbol = Symbol(TokenType.VARIABLE, origin=origin)
            scope.declare(source.of(alias or name), symbol)
            role: Role = None if alias is not None else "bound"
            self._use(name, scope, source, role=role, symbol=symbol)
            if alias is not None:
                self._use(alias, scope, source, role="bound", symbol=symbol)

    def _future_import(self, node: Node, scope: Scope, source: Source) -> None:
        """It imports nothing; its names stay without a colour."""

    # Definitions.

    def _decorated(self, node: Node, scope: Scope, source: Source) -> None:
        decorators = [child for child in node.named_children if child.type == "decorator"]
        definition = node.child_by_field_name("definition")
        words = [looks.last_word(source.of(decorator)) for decorator in decorators]
        if definition is not None and definition.type == "function_definition":
            self._function(definition, scope, source, words)
        elif definition is not None and definition.type == "class_definition":
            self._class(definition, scope, source, words)
        for decorator in reversed(decorators):
            self._decorator(decorator, scope, source)

    def _decorator(self, node: Node, scope: Scope, source: Source) -> None:
        expression = next((c for c in node.named_children if c.type != "comment"), None)
        if expression is not None and expression.type == "call":
            self._next([expression.child_by_field_name("arguments")], scope, source)
            expression = expression.child_by_field_name("function")
        if expression is None:
            return
        if expression.type in ("identifier", "attribute"):
            self._chain(expression, scope, source, "decorates")
        else:
            self._next([expression], scope, source)

    def _function(
        self, node: Node, scope: Scope, source: Source, decorators: Iterable[str] = ()
    ) -> None:
        name = node.child_by_field_name("name")
        if name is not None:
            is_async = node.children[0].type == "async"
            symbol = looks.function(decorators, scope, is_async=is_async)
            scope.declare(source.of(name), symbol)
            self._use(name, scope, source, role="bound")
        outer = self._type_parameters(node.child_by_field_name("type_parameters"), scope, source)
        inner = Scope("function", outer)
        self._next([node.child_by_field_name("body")], inner, source)
        self._next([node.child_by_field_name("return_type")], outer, source)
        receiver = None
        if scope.kind == "class" and "staticmethod" not in decorators:
            receiver = scope
        self._parameters(node.child_by_field_name("parameters"), outer, inner, source, receiver)

    def _parameters(
        self,
        node: Node | None,
        outer: Scope,
        inner: Scope,
        source: Source,
        receiver: Scope | None,
    ) -> None:
        """Bind parameters. The first is an object of `receiver`, or that class itself."""
        for parameter in node.named_children if node is not None else []:
            target: Node | None = parameter
            if parameter.type in ("default_parameter", "typed_default_parameter"):
                target = parameter.child_by_field_name("name")
            elif parameter.type == "typed_parameter":
                target = parameter.named_children[0]
            elif parameter.type in ("keyword_separator", "positional_separator", "comment"):
                continue
            symbol = Symbol(TokenType.PARAMETER)
            if receiver is not None and target is not None and target.type == "identifier":
                symbol = Symbol(TokenType.PARAMETER, Modifier.SELF, members=receiver)
            receiver = None
            self._bind(target, inner, source, symbol)
            self._next(
                [parameter.child_by_field_name("type"), parameter.child_by_field_name("value")],
                outer,
                source,
            )

    def _class(
        self, node: Node, scope: Scope, source: Source, decorators: Iterable[str] = ()
    ) -> None:
        outer = self._type_parameters(node.child_by_field_name("type_parameters"), scope, source)
        bases = node.child_by_field_name("superclasses")
        inner = Scope("class", outer)
        inner.bases = [
            source.of(base) for base in (bases.named_children if bases is not None else [])
        ]
        inner.is_enum = looks.is_enum(inner)
        name = node.child_by_field_name("name")
        if name is not None:
            symbol = looks.class_(decorators, inner)
            scope.declare(source.of(name), symbol)
            self._use(name, scope, source, role="bound")
        self._next([node.child_by_field_name("body")], inner, source)
        self._next([bases], outer, source)

    def _type_parameters(self, node: Node | None, scope: Scope, source: Source) -> Scope:
        """The scope of the type parameters at `node`; without any that is `scope`."""
        if node is None:
            return scope
        inner = Scope("type parameters", scope)
        for parameter in node.named_children:
            first, *bounds = _innermost(parameter)
            inner.declare(source.of(first), Symbol(TokenType.TYPE_PARAMETER))
            self._use(first, inner, source, role="bound")
            self._next(bounds, inner, source)
        return inner

    def _type_alias(self, node: Node, scope: Scope, source: Source) -> None:
        left = node.child_by_field_name("left")
        named = left.named_children[0] if left is not None and left.named_children else None
        inner = scope
        if named is not None and named.type == "generic_type":
            parameters = named.named_children[1] if named.named_child_count > 1 else None
            inner = self._type_parameters(parameters, scope, source)
            named = named.named_children[0]
        self._bind(named, scope, source, Symbol(TokenType.CLASS))
        self._next([node.child_by_field_name("right")], inner, source)

    # Annotations.

    def _type(self, node: Node, scope: Scope, source: Source) -> None:
        self._next(node.named_children, scope, source)
        self._quoted(node.named_children, scope, source)

    def _generic_type(self, node: Node, scope: Scope, source: Source) -> None:
        """``Literal["a"]`` quotes no type, and of ``Annotated`` only the first is one."""
        generic, *arguments = node.named_children
        self._next([generic], scope, source)
        word = looks.last_word(source.of(generic))
        types = arguments[0].named_children if arguments and word != "Literal" else []
        for at, type_ in enumerate(types):
            if word == "Annotated" and at > 0:
                self._next(type_.named_children, scope, source)
            else:
                self._next([type_], scope, source)

    def _quoted(self, nodes: Iterable[Node], scope: Scope, source: Source) -> None:
        """Visit the types that are quoted by those of `nodes` that are strings."""
        for node in nodes:
            if node.type == "subscript":
                value = node.child_by_field_name("value")
                if value is not None and looks.last_word(source.of(value)) != "Literal":
                    self._quoted(node.children_by_field_name("subscript"), scope, source)
            contents = node.named_children[1:-1] if node.type == "string" else []
            if len(contents) == 1 and not contents[0].child_count:
                line, column = source.place(contents[0])
                inner = parse(Text.of(source.of(contents[0])))
                if len(inner.text.lines) == 1 and not inner.root.has_error:
                    self._next([inner.root], scope, Source.of_tree(inner, line, column))

    # Patterns of `match`.

    def _case_pattern(self, node: Node, scope: Scope, source: Source) -> None:
        self._captures(node.named_children, scope, source)

    def _captures(self, patterns: Iterable[Node], scope: Scope, source: Source) -> None:
        """Visit `patterns`; a name without a dot is bound."""
        for pattern in patterns:
            if pattern.type == "dotted_name" and pattern.named_child_count == 1:
                self._bind(pattern.named_children[0], scope, source)
            else:
                self._next([pattern], scope, source)

    def _class_pattern(self, node: Node, scope: Scope, source: Source) -> None:
        class_, *arguments = node.named_children
        self._next(arguments, scope, source)
        self._dotted(class_, scope, source, "called")

    def _keyword_pattern(self, node: Node, scope: Scope, source: Source) -> None:
        name, *values = node.named_children
        self._use(name, scope, source, type_=TokenType.PROPERTY)
        self._captures(values, scope, source)

    def _splat_pattern(self, node: Node, scope: Scope, source: Source) -> None:
        for child in node.named_children:
            self._bind(child, scope, source)

    def _dotted_name(self, node: Node, scope: Scope, source: Source) -> None:
        self._dotted(node, scope, source, None)

    def _dotted(self, node: Node, scope: Scope, source: Source, role: Role) -> None:
        chain: tuple[str, ...] = ()
        for part in node.named_children:
            chain = (*chain, source.of(part))
            last = role if part is node.named_children[-1] else None
            self._use(part, scope, source, chain, last)


def _identifiers(node: Node) -> list[Node]:
    if node.type == "identifier":
        return [node]
    return [found for child in node.named_children for found in _identifiers(child)]


def _innermost(parameter: Node) -> tuple[Node, ...]:
    """The name of a type parameter, and its bounds."""
    name = parameter
    bounds: list[Node] = []
    while name.named_children:
        name, *others = name.named_children
        bounds.extend(others)
    return (name, *bounds)
