"""The names of a module: what binds them, and where they stand."""

from __future__ import annotations

from jedimind.analysis.worker.tokens import (
    definitions,
    expressions,
    patterns,
    statements,
    type_hints,
)
from jedimind.analysis.worker.tokens.uses import Source
from jedimind.analysis.worker.tokens.walk import Names, Walk
from jedimind.syntax import Tree

_VISITS = {
    **expressions.VISITS,
    **statements.VISITS,
    **definitions.VISITS,
    **type_hints.VISITS,
    **patterns.VISITS,
}


def names(tree: Tree) -> Names:
    return Walk(_VISITS).through(tree.root, Source.of_tree(tree))
