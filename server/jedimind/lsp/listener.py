"""Who wants to hear of what happens to documents and around them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jedimind.lsp.documents import Document


class Listener:
    """Hears of what happens to documents and around them; each may be of no interest."""

    def edited(self, document: Document) -> None:
        """`document` was opened or has another text."""

    def closed(self, document: Document) -> None:
        """`document` was closed."""

    def files_changed(self, paths: Sequence[Path]) -> None:
        """These files or folders changed, appeared or went."""

    def everything(self) -> None:
        """Settings, folders or trust may not be what they were."""

    def closing(self) -> None:
        """The session ends."""
