"""A place in a file where a name stands."""

from __future__ import annotations

from typing import Literal

import attrs
import tree_sitter

from jedimind.analysis.semantic_tokens import TokenType
from jedimind.analysis.worker.tokens.scopes import Scope, Symbol
from jedimind.syntax import Tree, source_bytes
from jedimind.text import Text

# What is done with a name where it stands, other than reading it.
Role = Literal["bound", "called", "decorates"] | None


@attrs.define(eq=False)
class Use:
    """A name at a place. What it stands for is told by the first of these that is there: its
    `type`; its `symbol`; or what the first name of `chain` is in `scope`, and then the attributes
    from there on, the last of which is this name. An empty chain is an attribute of something
    that has no name.
    """

    line: int
    column: int
    chain: tuple[str, ...]
    name: str
    scope: Scope
    role: Role = None
    type: TokenType | None = None
    symbol: Symbol | None = None


@attrs.frozen(eq=False)
class Source:
    """What the nodes of a tree say, and where they are in the file: those of a quoted annotation
    begin inside of a line.

    `contents` is what was parsed. A slice of it takes 0.4 µs, a node's own `text` 8.
    """

    text: Text
    contents: bytes
    line: int = 0
    column: int = 0

    @classmethod
    def of_tree(cls, tree: Tree, line: int = 0, column: int = 0) -> Source:
        """`line` and `column` are those in the file at which the text of the tree begins."""
        return cls(tree.text, source_bytes(tree.text), line, column)

    def of(self, node: tree_sitter.Node) -> str:
        return self.contents[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def place(self, node: tree_sitter.Node) -> tuple[int, int]:
        """Line and column of the start of `node`, from 0, in code points of the file."""
        row, column = node.start_point
        line = self.text.lines[row]
        if not line.isascii():
            column = len(line.encode("utf-8", "replace")[:column].decode("utf-8", "replace"))
        return row + self.line, column + (self.column if row == 0 else 0)
