"""Whether a module can be found, without looking into it and without importing anything."""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from pathlib import Path


def found(dotted: str, search_path: list[str]) -> bool:
    """Whether ``import dotted`` can succeed.

    A module that is no package may still make submodules of its own, as ``os`` makes ``os.path``,
    so only a package is sure to lack what it has no file for.
    """
    first = dotted.partition(".")[0]
    if first in sys.stdlib_module_names and PathFinder.find_spec(first, search_path) is None:
        return True  # built in, or another platform's
    return _found(dotted.split("."), search_path, plain_module_has_any=True)


def has_submodule(dotted: str, search_path: list[str]) -> bool:
    """Whether there is a file or directory for a submodule."""
    return _found(dotted.split("."), search_path, plain_module_has_any=False)


def _found(parts: list[str], search_path: list[str], *, plain_module_has_any: bool) -> bool:
    path = search_path
    for number, part in enumerate(parts):
        spec = PathFinder.find_spec(part, path)
        last = number == len(parts) - 1
        if spec is None:
            return last and _has_extension_module(part, path)
        if spec.submodule_search_locations is None:
            return last or plain_module_has_any
        path = list(spec.submodule_search_locations)
    return True


def _has_extension_module(name: str, path: list[str]) -> bool:
    """Whether there is one for any version of Python; the search sees those for ours only."""
    return any(
        file.suffix in (".so", ".pyd") for entry in path for file in Path(entry).glob(f"{name}.*")
    )
