"""The demo, as a newcomer runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).parent.parent / "scripts" / "demo.py"


@pytest.mark.model
@pytest.mark.usefixtures("installed_model")
def test_the_demo_generates_runs_and_is_right() -> None:
    done = subprocess.run(
        [sys.executable, DEMO], capture_output=True, check=False, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The generated function is right" in done.stdout
    assert "offered: Generate from comment" in done.stdout
