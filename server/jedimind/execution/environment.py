"""The environment variables a run sees: the server's, without what is ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def for_run(interpreter: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """Variables for code run by `interpreter`."""
    variables = {
        name: value for name, value in inherited.items() if not name.startswith("JEDIMIND_")
    }
    environment = variables.get("VIRTUAL_ENV")
    if environment and not Path(interpreter).is_relative_to(environment):
        # It belongs to another Python, and tools believe it.
        del variables["VIRTUAL_ENV"]
    # Another Python's standard library.
    variables.pop("PYTHONHOME", None)
    # Output is read while the program runs, as UTF-8; there is no display to open windows on.
    variables["PYTHONUNBUFFERED"] = "1"
    variables["PYTHONIOENCODING"] = "utf-8"
    variables.setdefault("MPLBACKEND", "Agg")
    return variables
