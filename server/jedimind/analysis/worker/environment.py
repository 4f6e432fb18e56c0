"""Jedi's view of a project: directories to read, and nothing to execute.

Jedi only ever *reads* Python sources and stubs, with three exceptions, all closed here:

- It starts the interpreter of a virtual environment to ask for its path. Ours is given a static
  path instead: the directories an interpreter of that prefix would use.
- It *imports* modules that have no source (extension modules, ``.pyc``) to look inside. Ours
  imports such a module only if it belongs to the standard library of our own interpreter.
- It looks modules up with the project first on `sys.path` and asks every finder of `sys.meta_path`.
  One that imports something of its own, as setuptools' does for ``distutils``, would import it
  from the project. Ours asks Python's own finders only.

Settings that a repository could carry (``.jedi/project.json``) are never loaded, and ``.pth`` files
are read for the directories they name; their ``import`` lines are ignored.
"""

from __future__ import annotations

import functools
import os
import sys
from importlib.machinery import BuiltinImporter, ExtensionFileLoader, FrozenImporter, PathFinder
from pathlib import Path
from typing import Any

import jedi
from jedi.api.environment import InterpreterEnvironment
from jedi.inference import InferenceState
from jedi.inference.compiled import access
from jedi.inference.compiled.subprocess import InferenceStateSameProcess, functions

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.worker import name_search, parse_cache, type_annotations
from jedimind.environments.import_path import installed, own_packages, own_standard_library

parse_cache.make_robust()
type_annotations.find_later_definitions()
name_search.make_fast()
# A module to be imported, not analysed, would be executed.
jedi.settings.auto_import_modules = []
# Guessing an argument's type from callers in other files took seconds for an answer of no use.
jedi.settings.dynamic_params_for_other_modules = False

_FINDERS = (BuiltinImporter, FrozenImporter, PathFinder)

# The folder of an unsaved document: no directory, so that nothing is found in it.
_NOWHERE = Path(os.devnull)


def project_folder(place: SourcePlace) -> Path:
    if place.folder is not None:
        return place.folder
    return place.path.parent if place.path is not None else _NOWHERE


def search_path(place: SourcePlace) -> list[str]:
    """Where the imports of the file are looked for, in order. Jedi puts the folder in front."""
    packages = installed(place.interpreter) if place.interpreter else own_packages()
    own = []
    # A script's directory is searched first; a module of a package is not imported from its own.
    if place.path is not None and not (place.path.parent / "__init__.py").exists():
        own = [str(place.path.parent)]
    return [*own, str(project_folder(place) / "src"), *own_standard_library(), *packages]


@functools.cache
def static_environment() -> StaticEnvironment:
    return StaticEnvironment()


class StaticEnvironment(InterpreterEnvironment):
    """Our interpreter's grammar and standard library, without a process."""

    def get_inference_state_subprocess(self, inference_state: InferenceState) -> Any:
        return _NoProjectImports(inference_state)

    def get_sys_path(self) -> list[str]:
        return list(own_standard_library())


class _NoProjectImports(InferenceStateSameProcess):
    def get_module_info(self, **wanted: Any) -> Any:
        """The source of a module, or None if it has none, and whether it is a package."""
        finders = sys.meta_path[:]
        sys.meta_path[:] = _FINDERS
        try:
            return functions.get_module_info(self._inference_state_weakref(), **wanted)
        finally:
            sys.meta_path[:] = finders

    def load_module(self, dotted_name: str, sys_path: list[str]) -> Any:
        """The module, imported, if it is a compiled one of the standard library; else None."""
        if not _is_compiled_standard_module(dotted_name):
            return None
        return access.load_module(
            self._inference_state_weakref(), dotted_name, list(own_standard_library())
        )


@functools.lru_cache(maxsize=4096)
def is_library(path: Path) -> bool:
    """Whether `path` belongs to the standard library, an installed package or Jedi's own stubs."""
    parts = path.parts
    if "site-packages" in parts or "dist-packages" in parts:
        return True
    return any(str(path).startswith(directory + os.sep) for directory in _library_directories())


@functools.cache
def _library_directories() -> tuple[str, ...]:
    return (*own_standard_library(), str(Path(jedi.__file__).parent))


def _is_compiled_standard_module(name: str) -> bool:
    if name in sys.builtin_module_names:
        return True
    spec = PathFinder.find_spec(name, list(own_standard_library()))
    return spec is not None and isinstance(spec.loader, ExtensionFileLoader)
