"""Has Jedi read documents and what they import, while nobody waits for anything.

Whoever then asks about a document finds it parsed, and what it imports known.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from jedimind.analysis.errors import AnalysisError
from jedimind.analysis.preload import Preloaded, PreloadQuestion
from jedimind.lsp.documents import Document
from jedimind.lsp.listener import Listener
from jedimind.text import Position

if TYPE_CHECKING:
    from jedimind.lsp.session import Session


@attrs.define(eq=False)
class Preloading(Listener):
    """Reads what was opened or edited, the last first: that is where the user is."""

    _session: Session
    # By path, because the cells of a notebook are read together.
    _waiting: dict[Path, Document] = attrs.field(factory=dict)
    _too_hard: set[Path] = attrs.field(factory=set)
    _work: asyncio.Task[None] | None = None

    def edited(self, document: Document) -> None:
        self._waiting.pop(document.path, None)
        self._waiting[document.path] = document
        if self._work is None or self._work.done():
            self._work = self._session.keep(self._read_all())

    def closed(self, document: Document) -> None:
        self._too_hard.discard(document.path)
        if self._waiting.get(document.path) is document:
            del self._waiting[document.path]

    def everything(self) -> None:
        for document in self._session.documents.all():
            self.edited(document)

    async def _read_all(self) -> None:
        while self._waiting:
            path, document = self._waiting.popitem()
            if path not in self._too_hard and not await self._read(document):
                self._too_hard.add(path)

    async def _read(self, document: Document) -> bool:
        """Read a document unless it is edited or closed meanwhile; False if Jedi cannot."""
        view = await self._session.view(document.uri, "language")
        number: int | None = 0
        while view is not None and number is not None and self._is_current(document):
            read = await self._ask(PreloadQuestion(view.place(Position(0, 0)), number))
            if read is None:
                return False
            number = read.more
        return True

    def _is_current(self, document: Document) -> bool:
        is_open = self._session.documents.find(document.uri) is document
        return is_open and document.path not in self._waiting

    async def _ask(self, question: PreloadQuestion) -> Preloaded | None:
        """Ask both lanes; None if one has no answer.

        The background lane first: what that parsed is on disk then, and the interactive lane, where
        somebody may come to wait, only has to load it.
        """
        session = self._session
        try:
            # Whoever waits there should not share the processor with what nobody waits for.
            await session.lanes.interactive.quiet()
        except AnalysisError:  # the first question tries again, and says so
            return None
        first = await session.ask(question, lane=session.lanes.background, in_passing=True)
        if first is None:
            return None
        second = await session.ask(question, in_passing=True)
        if second is None:
            return None
        more = [read.more for read in (first, second) if read.more is not None]
        return Preloaded(min(more, default=None))
