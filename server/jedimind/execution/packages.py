"""Tells whether packages were installed, removed or brought up to date meanwhile."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path


class Packages:
    """What stands in some directories of packages. It looks at the disk."""

    def __init__(self, places: Iterable[str]) -> None:
        self._places = tuple(places)
        self._modified = [_modified(place) for place in self._places]
        self._there = _listing(self._places)

    def are_the_same(self) -> bool:
        """Whether nothing was installed since. A directory also changes when Python compiles a
        module in it; that is not taken for an installation."""
        modified = [_modified(place) for place in self._places]
        if modified == self._modified:
            return True
        if _listing(self._places) != self._there:
            return False
        self._modified = modified
        return True


def _modified(place: str) -> int:
    try:
        return Path(place).stat().st_mtime_ns
    except OSError:
        return 0


def _listing(places: Iterable[str]) -> frozenset[tuple[str, str, int]]:
    """Each entry with the time of its record, which package managers write anew."""
    found = []
    for place in places:
        # A directory that cannot be read has no packages.
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                is_record = entry.name.endswith((".dist-info", ".egg-info"))
                if entry.name != "__pycache__":
                    modified = entry.stat().st_mtime_ns if is_record else 0
                    found.append((place, entry.name, modified))
    return frozenset(found)
