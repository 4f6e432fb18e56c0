"""A walk through a syntax tree, on which every scope, binding and use of a name is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import attrs
import tree_sitter

from jedimind.analysis.semantic_tokens import TokenType
from jedimind.analysis.worker.tokens import looks
from jedimind.analysis.worker.tokens.scopes import Scope, Symbol
from jedimind.analysis.worker.tokens.uses import Role, Source, Use

Node = tree_sitter.Node

_PATTERNS = frozenset(
    {"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "tuple", "list"}
    | {"parenthesized_expression", "as_pattern_target", "dictionary_splat_pattern", "list_splat"}
)


@attrs.define(eq=False)
class Names:
    """What a walk found: the module's scope, and all uses, in no order.

    `modules` are those that are imported by their full names: ``import os.path``.
    """

    module: Scope
    uses: list[Use] = attrs.field(factory=list)
    has_star_imports: bool = False
    modules: set[str] = attrs.field(factory=set)


class Walk:
    """Visits nodes by their type, as `visits` says; of others, the children.

    Not by recursion: expressions are nested deeper than Python's stack. What is still to be visited
    waits, with its scope, the next one last.
    """

    def __init__(self, visits: Mapping[str, Visit]) -> None:
        self.found = Names(Scope("module"))
        self._visits = visits
        self._rest: list[tuple[Node, Scope, Source]] = []

    def through(self, root: Node, source: Source) -> Names:
        self._rest.append((root, self.found.module, source))
        while self._rest:
            node, scope, source = self._rest.pop()
            visit = self._visits.get(node.type)
            if visit is not None:
                visit(self, node, scope, source)
            elif node.child_count:
                self.next(node.named_children, scope, source)
        return self.found

    def next(self, nodes: Iterable[Node | None], scope: Scope, source: Source) -> None:
        """Visit `nodes`, in order, before all that waits."""
        wanted = [(node, scope, source) for node in nodes if node is not None]
        self._rest.extend(reversed(wanted))

    def use(
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

    def bind(
        self, node: Node | None, scope: Scope, source: Source, symbol: Symbol | None = None
    ) -> None:
        """Bind all names of a target; to variables, unless there is a `symbol`."""
        rest = [node] if node is not None else []
        while rest:
            target = rest.pop()
            if target.type == "identifier":
                name = source.of(target)
                scope.declare(name, symbol or looks.variable(name, scope))
                self.use(target, scope, source, role="bound")
            elif target.type == "attribute":
                self.chain(target, scope, source, "bound")
            elif target.type in _PATTERNS:
                rest.extend(reversed(target.named_children))
            else:
                self.next([target], scope, source)

    def chain(self, node: Node, scope: Scope, source: Source, role: Role = None) -> None:
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
            chain = (self.use(node, scope, source, role=only),)
        else:
            self.next([node], scope, source)
        for attribute in attributes:
            known = (*chain, source.of(attribute)) if chain else ()
            last = role if attribute is attributes[-1] else None
            self.use(attribute, scope, source, known, last)
            chain = known


Visit = Callable[[Walk, Node, Scope, Source], None]
