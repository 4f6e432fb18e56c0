"""The real model that tests generate with, installed once and shared by all test runs.

``JEDIMIND_TEST_MODELS`` names the directory of models to use; without it the user's own is used.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jedimind import directories
from jedimind.model.catalogue import Model, resolve
from jedimind.model.install import install

# Read on import: later every test has a JEDIMIND_HOME of its own.
_DIRECTORY = Path(os.environ.get("JEDIMIND_TEST_MODELS") or directories.models()).absolute()


def real_model() -> Model:
    """The catalogue's entry for the model that the tests use."""
    model = resolve("qwen2.5-coder-0.5b")
    assert isinstance(model, Model)
    return model


def real_model_file() -> Path:
    """The model's file, downloaded (491 MB) if it is not there yet."""
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as thread:
        patch.setattr(directories, "models", lambda: _DIRECTORY)
        # In a thread, since the one that asks may have an event loop already.
        return thread.submit(asyncio.run, install(real_model(), lambda progress: None)).result()
