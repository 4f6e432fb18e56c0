"""Which modules are installed, and which of those in memory a program would find elsewhere.

A zygote imports installed modules only, before a program runs. The program must find what it would
find without that: its own folder comes before the places of installed modules.
"""

from __future__ import annotations

import importlib.machinery
import os
import site
import sys
import sysconfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def is_installed(name: str) -> bool:
    """Whether the module `name` is Python's own or in a directory of packages.

    Nothing is imported to find out. What a directory of packages only names, as editable installs
    are, is not installed in this sense.
    """
    top = name.partition(".")[0]
    try:
        spec = importlib.machinery.PathFinder.find_spec(top, sys.path)
    except Exception:  # noqa: BLE001 - a broken package raises anything, and is not for us
        return False
    if spec is None:
        return top in sys.builtin_module_names
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
    directories = [*_library(), *package_directories()]
    return bool(places) and all(_is_in(place, directories) for place in places)


def package_directories() -> list[str]:
    """Where this Python has installed packages, links followed."""
    known = [sysconfig.get_path(name) for name in ("purelib", "platlib")]
    known += site.getsitepackages() if hasattr(site, "getsitepackages") else []
    if site.ENABLE_USER_SITE:
        known.append(site.getusersitepackages())
    return sorted({os.path.realpath(place) for place in known})


def _library() -> list[str]:
    return [os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")]


def newly_imported(before: Iterable[str]) -> list[str]:
    """Names of the modules that were imported since, in the order of their import."""
    known = frozenset(before)
    return [
        name
        for name, module in list(sys.modules.items())
        if name not in known and getattr(module, "__spec__", None) is not None
    ]


def forget_shadowed(folder: str, at_start: frozenset[str]) -> None:
    """Forget the modules in memory that a program in `folder` finds there.

    Those that every Python has imported `at_start` stay: a program comes too late for them.
    """
    try:
        here = {entry.partition(".")[0] for entry in os.listdir(folder)}
    except OSError:
        return
    tops = {name.partition(".")[0] for name in sys.modules}
    shadowed = here & tops - at_start - set(sys.builtin_module_names)
    found = {name for name in shadowed if _is_another(name, folder)}
    for name in [name for name in sys.modules if name.partition(".")[0] in found]:
        del sys.modules[name]


def _is_another(name: str, folder: str) -> bool:
    """Whether `name` is found in `folder`, and is not what is in memory."""
    spec = importlib.machinery.PathFinder.find_spec(name, [folder])
    if spec is None or spec.loader is None:
        return False
    return getattr(sys.modules.get(name), "__file__", None) != spec.origin


def _is_in(place: str, directories: list[str]) -> bool:
    real = os.path.realpath(place)
    return place == "frozen" or any(real.startswith(each + os.sep) for each in directories)
