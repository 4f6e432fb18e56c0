"""The file that an action works in."""

from __future__ import annotations

from pathlib import Path

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.settings import Settings
from jedimind.text import Position


@attrs.frozen
class SourceFile:
    """Where a file is, and what holds for it.

    `folder` is its workspace folder, `interpreter` the Python that its code is for; None is ours.
    """

    path: Path
    folder: Path
    interpreter: Path | None
    settings: Settings

    def place(self, source: str, position: Position) -> SourcePlace:
        """A place in `source`, which the file has now or would have."""
        return SourcePlace(
            path=self.path,
            source=source,
            position=position,
            folder=self.folder,
            interpreter=self.interpreter,
        )
