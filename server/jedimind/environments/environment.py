"""A Python with its packages, and why it would be the one of a project."""

from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path

import attrs

from jedimind.small_files import text_if_any

_WINDOWS = os.name == "nt"
_VERSION_OF_VENV = re.compile(r"^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)", re.MULTILINE)
_VERSION_OF_CONDA = re.compile(r"python-(\d+\.\d+(?:\.\d+)?)-[^-]+\.json")


@attrs.frozen
class Environment:
    """The interpreter `python` as it is called, and in `reason` how it was found.

    `named_by_project` is whether a file in the project chose it among others of the user: what a
    repository brings must not have that say before it is trusted.
    """

    python: str
    reason: str
    named_by_project: bool = False

    def version(self) -> str | None:
        """What its environment says of its version, such as ``3.12.1``; None if it says nothing."""
        if self.python == sys.executable:
            return platform.python_version()
        prefix = prefix_of(Path(self.python))
        if said := _VERSION_OF_VENV.search(text_if_any(prefix / "pyvenv.cfg")):
            return said[1]
        records = (prefix / "conda-meta").glob("python-*.json")
        versions = (_VERSION_OF_CONDA.fullmatch(record.name) for record in records)
        return next((version[1] for version in versions if version), None)


def of_venv(prefix: Path, reason: str, *, named_by_project: bool = False) -> Environment:
    """What venv, virtualenv and uv made at `prefix`, if they did."""
    python = prefix / "Scripts" / "python.exe" if _WINDOWS else prefix / "bin" / "python"
    return Environment(str(python), reason, named_by_project)


def of_conda(prefix: Path, reason: str, *, named_by_project: bool = False) -> Environment:
    """What conda made at `prefix`, if it did."""
    python = prefix / "python.exe" if _WINDOWS else prefix / "bin" / "python"
    return Environment(str(python), reason, named_by_project)


def prefix_of(python: Path) -> Path:
    """The directory that the interpreter called by `python` is installed in.

    Its link is not followed: a virtual environment's interpreter links to that of its base.
    """
    directory = python.parent
    return directory.parent if directory.name in ("bin", "Scripts") else directory
