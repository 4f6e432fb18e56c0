"""The two language servers: how each is started, and what it is told at the start."""

from __future__ import annotations

import compileall
import os
import shlex
import subprocess
import sys
import venv
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import attrs
import platformdirs

import jedimind

_PEER = "jedi-language-server"


@attrs.frozen
class Program:
    """A language server. `options` become its `initializationOptions`."""

    name: str
    command: tuple[str, ...]
    version: str
    options: Mapping[str, Any]


def ours() -> Program:
    # Installed packages are compiled; a source tree need not be.
    compileall.compile_dir(Path(jedimind.__file__).parent, quiet=1)
    # Trusted, and free to spin, because a run is part of the load.
    options = {"trusted": True, "execution": {"timeout": 86_400}}
    command = (sys.executable, "-m", "jedimind", "serve")
    return Program("jedimind", command, metadata.version("jedimind"), options)


def peer(command: str | None) -> Program:
    """jedi-language-server: `command`, or else its current version in an environment of its own.

    It offers semantic tokens only where it is told to.
    """
    words = shlex.split(command) if command else [str(_installed())]
    said = subprocess.run([*words, "--version"], capture_output=True, text=True, check=True)
    return Program(_PEER, tuple(words), said.stdout.strip(), {"semanticTokens": {"enable": True}})


def _installed() -> Path:
    """The peer's command, after bringing it up to date from the package index.

    Raises:
        SystemExit: it is not there and cannot be installed.
    """
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    home = platformdirs.user_cache_path("jedimind", appauthor=False) / "bench" / python
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    if not scripts.exists():
        venv.create(home, with_pip=True)
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade")
    done = subprocess.run([scripts / "python", *install, _PEER], check=False)
    command = scripts / _PEER
    if done.returncode and not command.exists():
        raise SystemExit(f"{_PEER} could not be installed; give a command that starts it: --peer")
    return command
