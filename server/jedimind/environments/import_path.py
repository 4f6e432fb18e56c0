"""Where the modules come from that code imports, told from directories: nothing is started."""

from __future__ import annotations

import functools
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from jedimind.environments.environment import prefix_of
from jedimind.small_files import text_if_any


def standard_library(interpreter: Path) -> Path:
    """The directory of the standard library that `interpreter` uses; ours if it is not found."""
    prefix = prefix_of(interpreter)
    bases = [prefix]
    if home := _settings_of_venv(prefix).get("home"):
        bases.append(prefix_of(Path(home, interpreter.name)))
    for base in bases:
        for library in (*sorted(base.glob("lib/python3*"), reverse=True), base / "Lib"):
            if (library / "os.py").exists():
                return library
    return Path(own_standard_library()[0])


@functools.cache
def own_standard_library() -> tuple[str, ...]:
    """The directories of our own interpreter's standard library."""
    paths = sysconfig.get_paths()
    directories = dict.fromkeys([paths["stdlib"], paths["platstdlib"]])
    extensions = [str(Path(directory, "lib-dynload")) for directory in directories]
    return (*directories, *extensions)


def own_packages() -> list[str]:
    """The directories of packages that our own interpreter uses."""
    # The worker's current directory, which `-m` adds, is its prefix.
    others = (*own_standard_library(), sys.prefix)
    return [entry for entry in sys.path if entry not in others and Path(entry).is_dir()]


def installed(interpreter: Path) -> list[str]:
    """The directories of packages that `interpreter` would use, found without starting it."""
    prefix = prefix_of(interpreter)
    prefixes = [prefix, *_base_prefix(prefix)]
    found = [directory for prefix in prefixes for directory in _package_directories(prefix)]
    named = [path for directory in found for path in _named_by_pth(directory)]
    return list(dict.fromkeys(map(str, found + named)))


def _base_prefix(prefix: Path) -> Iterator[Path]:
    """The prefix whose packages a virtual environment also sees, if it does."""
    settings = _settings_of_venv(prefix)
    if settings.get("include-system-site-packages", "").lower() == "true" and "home" in settings:
        yield Path(settings["home"]).parent


def _settings_of_venv(prefix: Path) -> dict[str, str]:
    """What the ``pyvenv.cfg`` of a virtual environment says; nothing for other prefixes."""
    lines = text_if_any(prefix / "pyvenv.cfg").splitlines()
    return {key.strip(): value.strip() for key, _, value in (x.partition("=") for x in lines)}


def _package_directories(prefix: Path) -> Iterator[Path]:
    for pattern in (
        "lib/python3*/site-packages",
        "lib/python3*/dist-packages",
        "local/lib/python3*/dist-packages",
        "Lib/site-packages",
    ):
        yield from sorted(prefix.glob(pattern), reverse=True)


def _named_by_pth(directory: Path) -> Iterator[Path]:
    """Directories that ``.pth`` files add, as an editable installation does (see `site`)."""
    for file in sorted(directory.glob("*.pth")):
        for line in text_if_any(file).splitlines():
            entry = line.strip()
            if entry and not entry.startswith(("#", "import ", "import\t")):
                path = directory / entry
                if path.is_dir():
                    yield path
