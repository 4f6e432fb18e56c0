"""An editor with a server, in a workspace folder of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from editor import Editor


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest_asyncio.fixture
async def editor(jedimind_home: Path) -> AsyncIterator[Editor]:
    """An editor that is not started yet. The test fails with what it did not expect."""
    window = Editor(jedimind_home)
    yield window
    await window.leave()


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Path:
    """A `jedimind_home` for an editor that all tests of a module share."""
    home = tmp_path_factory.mktemp("home")
    (home / "cache").symlink_to(shared_cache)
    return home


@pytest.fixture(scope="module")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace folder of an editor that all tests of a module share."""
    folder = tmp_path_factory.mktemp("shared") / "project"
    folder.mkdir()
    return folder
