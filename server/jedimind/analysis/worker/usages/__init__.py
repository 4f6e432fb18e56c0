"""Which names of the workspace stand for the same thing.

Within a file names are resolved by its scopes (the package `tokens`), in half-typed files and new
syntax, too; Jedi is asked what attributes, keyword arguments and imports lead to.
"""
