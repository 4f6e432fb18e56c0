"""The index: what has a name in the workspace, and what can be imported there.

It is kept in SQLite databases in the user's cache, one a directory, and built from sources alone by
a process of its own (`builder.py`): nothing of the project or of packages is imported, and the
server's event loop and interpreter lock stay free. `workspace_index.py` is what callers see.
"""
