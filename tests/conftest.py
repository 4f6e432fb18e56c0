"""What every test has: directories of its own, and the real model for those that ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jedimind.model.store import destination
from real_model import real_model, real_model_file


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What can be made again when it is gone: the trees and indexes of libraries, made once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def jedimind_home(
    tmp_path_factory: pytest.TempPathFactory, shared_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The directory that holds all of jedimind's files during the test; empty but for caches."""
    home = tmp_path_factory.mktemp("home")
    (home / "cache").symlink_to(shared_cache)
    monkeypatch.setenv("JEDIMIND_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def model_file() -> Path:
    """The file of the real model."""
    return real_model_file()


@pytest.fixture
def installed_model(model_file: Path, jedimind_home: Path) -> str:
    """The name of the real model, which is installed in the test's own `jedimind_home`."""
    place = destination(real_model())
    place.parent.mkdir(parents=True)
    place.symlink_to(model_file)
    return real_model().name
