"""The Python environments of a project, wherever its tools keep them.

They are found by reading names and small files; no tool and no interpreter is executed for it.
"""
