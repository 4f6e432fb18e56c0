"""A workspace folder, and an index of it that is complete."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from index.waiting import MakeIndex, Write, completed
from jedimind.index.workspace_index import WorkspaceIndex


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def write(folder: Path) -> Write:
    """Write a file in the folder; its path."""

    def write(name: str, source: str | bytes = "") -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source.encode() if isinstance(source, str) else source)
        return path

    return write


@pytest.fixture
async def make_index(folder: Path) -> AsyncIterator[MakeIndex]:
    """Start an index of the folder, or another one, and wait until it has everything."""
    indexes: list[WorkspaceIndex] = []

    async def make(search_path: Sequence[Path] = (), place: Path = folder) -> WorkspaceIndex:
        index = WorkspaceIndex(place, search_path)
        indexes.append(index)
        await index.start()
        return await completed(index)

    yield make
    for index in indexes:
        await index.close()
