"""Where in which source a question to Jedi is about."""

from __future__ import annotations

from pathlib import Path

import attrs

from jedimind.text import Position

# Put behind a folder that is to be searched: the files in it, but not those of folders below.
NEIGHBOURS = "*.py"


@attrs.frozen
class SourcePlace:
    """A place in a source text, which need not be what is on disk nor be complete.

    `position` is where code would begin: before line `position.line`, at the indentation
    `position.column` (a line from 0, a column in code points). `path` is None for a document that
    was never saved. `folder` is the workspace folder; without one it is the file's own.

    `interpreter` is the Python the code will run under (``.venv/bin/python``), whose installed
    packages it sees; None means the one that jedimind runs on. It is never started: its packages
    are found by their directories, so a folder need not be trusted for any question.
    """

    path: Path | None
    source: str
    position: Position
    folder: Path | None = None
    interpreter: Path | None = None
