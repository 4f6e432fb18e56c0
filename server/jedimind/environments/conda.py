"""The environment of conda that a project's ``environment.yml`` names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from jedimind.environments.environment import Environment, of_conda
from jedimind.small_files import text_if_any

_NAME = re.compile(r"""^name:[ \t]*(["']?)([^\s"'#]+)\1[ \t]*(?:#.*)?$""", re.MULTILINE)


def environments(directory: Path) -> Iterator[Environment]:
    """Those of the user that have the name in ``environment.yml`` of `directory`."""
    for file in ("environment.yml", "environment.yaml"):
        named = _NAME.search(text_if_any(directory / file))
        if named is None:
            continue
        for prefix in _known():
            if prefix.name == named[2]:
                reason = f"the conda environment that {file} names"
                yield of_conda(prefix, reason, named_by_project=True)


def _known() -> Iterator[Path]:
    """The named environments that conda made, by its own list."""
    for line in text_if_any(Path("~/.conda/environments.txt").expanduser()).splitlines():
        prefix = Path(line.strip())
        # One elsewhere has no name, only a path.
        if prefix.is_absolute() and prefix.parent.name == "envs":
            yield prefix
