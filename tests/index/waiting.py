"""What tests of the index share: how to make one, and how to wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from jedimind.index.workspace_index import WorkspaceIndex

# Generous: it catches hangs on a loaded machine, and measures nothing.
PATIENCE = 60.0

MakeIndex = Callable[..., Awaitable[WorkspaceIndex]]
Write = Callable[..., Path]


async def completed(index: WorkspaceIndex) -> WorkspaceIndex:
    """The index, once it knows everything that it was told."""
    await asyncio.wait_for(index.completed(), PATIENCE)
    assert index.complete
    return index
