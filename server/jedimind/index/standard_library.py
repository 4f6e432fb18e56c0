"""What the sources of the standard library do not tell, because it is compiled.

The stubs for type checkers tell it. Those that Jedi carries are read, as text; Jedi is not loaded.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from jedimind.index.modules import is_public

# What others are made of; their names are to be imported from those.
_IMPLEMENTATION = frozenset(
    {"genericpath", "nt", "ntpath", "nturl2path", "posix", "posixpath"}
    | {"sre_compile", "sre_constants", "sre_parse", "antigravity", "this"}
)
# It is posixpath or ntpath, and has no file.
_WITHOUT_FILE = "os.path"


def is_offered(module: str) -> bool:
    """Whether others may import `module` of the standard library, by its name."""
    return is_public(module) and module.partition(".")[0] not in _IMPLEMENTATION


def stubs(directory: Path, incomplete: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """The modules of the standard library in `directory` to be read from stubs, and the stubs.

    These are the compiled ones, and the `incomplete` ones, which have names from those.
    """
    place = _typeshed()
    if place is None:
        return
    for module in sorted({*_compiled(directory), *incomplete, _WITHOUT_FILE}):
        if is_offered(module):
            path = place.joinpath(*module.split("."))
            for stub in (path / "__init__.pyi", path.with_suffix(".pyi")):
                if stub.exists():
                    yield module, stub
                    break


def _compiled(directory: Path) -> set[str]:
    # The interpreter of the environment is not asked: it has hardly others built in than ours.
    extensions = directory / "lib-dynload"
    files = extensions.iterdir() if extensions.is_dir() else ()
    return {*sys.builtin_module_names, *(file.name.partition(".")[0] for file in files)}


def _typeshed() -> Path | None:
    found = importlib.util.find_spec("jedi")
    for place in (found and found.submodule_search_locations) or []:
        stubs_of_it = Path(place, "third_party", "typeshed", "stdlib")
        if stubs_of_it.is_dir():
            return stubs_of_it
    return None
