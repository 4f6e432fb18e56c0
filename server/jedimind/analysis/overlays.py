"""Texts that Jedi must read in the place of files, because an editor has newer ones."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import attrs

from jedimind.text import Text


@attrs.frozen
class Overlay:
    """The text of a file as an editor has it; two of the same `revision` are the same."""

    text: Text
    revision: int


@attrs.define(eq=False)
class Overlays:
    """The open documents of all windows of a session, for every worker to be told of.

    `generation` changes whenever anything that Jedi may have read is not the same any more, and
    `disk` only where that may be on disk.
    """

    generation: int = 0
    disk: int = 0
    _texts: dict[Path, Overlay] = attrs.field(factory=dict)
    _edits: Counter[Path] = attrs.field(factory=Counter)
    _revisions: itertools.count[int] = attrs.field(factory=lambda: itertools.count(1))

    def put(self, path: Path, text: Text) -> None:
        self._texts[path] = Overlay(text, next(self._revisions))
        self.generation += 1
        self._edits[path] += 1

    def generation_beside(self, path: Path) -> int:
        """A number that changes with everything but the text of `path`."""
        return self.generation - self._edits[path]

    def remove(self, path: Path) -> None:
        if self._texts.pop(path, None) is not None:
            self.generation += 1

    def files_changed(self) -> None:
        """What is on disk changed."""
        self.generation += 1
        self.disk += 1

    def since(self, known: Mapping[Path, int], asked: Path | None) -> dict[Path, Overlay | None]:
        """What a worker that knows the revisions `known` must hear; None for one that is gone.

        The file `asked` about is left out: its text travels with the question.
        """
        news: dict[Path, Overlay | None] = {
            path: overlay
            for path, overlay in self._texts.items()
            if path != asked and known.get(path) != overlay.revision
        }
        return news | {path: None for path in known if path not in self._texts}
