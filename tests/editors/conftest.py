"""What the tests in real editors share: a `jedimind` command that an editor finds on its PATH."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest


@pytest.fixture
def editor_environment(tmp_path: Path, jedimind_home: Path) -> dict[str, str]:
    """The environment of an editor whose user has installed jedimind and configured nothing."""
    commands, home = tmp_path / "commands", tmp_path / "user"
    commands.mkdir()
    home.mkdir()
    command = commands / "jedimind"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m jedimind "$@"\n')
    command.chmod(0o755)
    own = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return {
        **own,
        "HOME": str(home),
        "JEDIMIND_HOME": str(jedimind_home),
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
    }
