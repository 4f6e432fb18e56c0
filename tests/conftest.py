"""What every test has: directories of its own, and the real model for those that ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jedimind.model.store import destination
from real_model import real_model, real_model_file


@pytest.fixture(autouse=True)
def jedimind_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The directory that holds all of jedimind's files during the test; empty at first."""
    home = tmp_path_factory.mktemp("home")
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
