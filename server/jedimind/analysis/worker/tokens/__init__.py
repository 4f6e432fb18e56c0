"""Which names a file binds and uses, from its syntax tree.

tree-sitter's tree and not parso's (0.8.7), which has no `match`, no type parameters and no
``except*``, and takes ten times as long. Both go on after errors.
"""
