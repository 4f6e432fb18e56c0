"""What Jedi knows of one search path, from one text to the next.

It is Jedi's `InferenceState`, which with Jedi lives for one text only. Before each new text
everything is forgotten that could depend on it or on any file of the project; what is kept are
modules of libraries, which import nothing from projects. When a library is not what it was, on disk
or in the editor, it is told to be outdated: what is known of one module may depend on any other.
"""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import jedi
import parso.cache
import parso.utils
from jedi.file_io import FileIO
from jedi.inference import InferenceState
from jedi.inference.recursion import ExecutionRecursionDetector

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.worker import open_files, type_annotations
from jedimind.analysis.worker.environment import (
    is_library,
    project_folder,
    search_path,
    static_environment,
)

# Jedi's own limit (`jedi.inference.syntax_tree`, 0.20.1) on how often one scope is looked at.
_MOST_INFERENCES = 300
# Seconds between looks at whether libraries changed on disk: there are hundreds of files.
_LOOK_AGAIN = 2.0


class Mind(InferenceState):
    """What Jedi knows of one search path. Open documents are read in the place of their files.

    Jedi gives up on what would take too long, and would keep that as an answer: what it found out
    for a question that it gave up on is forgotten before the next, unless that `keeps_all`, because
    it asks for so much that it could never be finished otherwise.
    """

    keeps_all = False
    _gave_up = False

    def __init__(self, place: SourcePlace) -> None:
        project = jedi.Project(
            project_folder(place),
            sys_path=search_path(place),
            load_unsafe_extensions=False,
            smart_sys_path=True,
        )
        super().__init__(project, environment=static_environment(), script_path=place.path)
        self.texts = 0
        self.imported: set[str] = set()  # what was read before anybody asked, in its own words
        self._libraries: dict[Path, float | None] = {}  # when each was modified
        self._looked = time.monotonic()
        self._sizes: dict[Any, int] = {}  # of what was known before the present question

    def begin(self) -> None:
        """Make ready for a question."""
        counts = self.inferred_element_counts
        gave_up = self._gave_up or any(count > _MOST_INFERENCES for count in counts.values())
        if gave_up and not self.keeps_all:
            for function, known in self.memoize_cache.items():
                while len(known) > self._sizes.get(function, 0):
                    known.popitem()  # the newest
        self.keeps_all = self._gave_up = False
        self._sizes = {function: len(known) for function, known in self.memoize_cache.items()}
        counts.clear()
        self.reset_recursion_limitations()

    def reset_recursion_limitations(self) -> None:
        super().reset_recursion_limitations()
        self.execution_recursion_detector = _Executions(self)

    def parse_and_get_code(
        self,
        code: str | None = None,
        path: Path | None = None,
        use_latest_grammar: bool = False,
        file_io: Any = None,
        **options: Any,
    ) -> Any:
        if code is None and file_io is not None and file_io.path is not None:
            file_io = open_files.as_edited(file_io)
            if is_library(Path(file_io.path)):
                self._libraries[Path(file_io.path)] = file_io.get_last_modified()
            else:
                grammar = self.latest_grammar if use_latest_grammar else self.grammar
                known = parso.cache.load_module(
                    grammar._hashed, file_io, cache_path=options.get("cache_path")
                )
                if known is not None:
                    return known, None
                text = parso.utils.python_bytes_to_unicode(
                    file_io.read(), "utf-8", errors="replace"
                )
                code = type_annotations.unquoted(text, grammar, Path(file_io.path))
        return super().parse_and_get_code(
            code, path, use_latest_grammar=use_latest_grammar, file_io=file_io, **options
        )

    def is_outdated(self) -> bool:
        """Whether a library is not any more what it was when it was read."""
        now = time.monotonic()
        if now - self._looked < _LOOK_AGAIN:
            return False
        self._looked = now
        return any(
            open_files.as_edited(FileIO(path)).get_last_modified() != modified
            for path, modified in self._libraries.items()
        )

    def look_again(self) -> None:
        """Have the next look at libraries be no later than the next text."""
        self._looked = -math.inf

    def forget_projects(self) -> None:
        """Forget every module that is no library's, and modules that were not there."""
        modules = self.module_cache._name_cache
        for names in [names for names, values in modules.items() if not _lasting(values)]:
            del modules[names]
        stubs = self.stub_module_cache
        for names in [
            names
            for names, stub in stubs.items()
            if not (names[:1] in modules if stub is None else _lasting([stub]))
        ]:
            del stubs[names]


class _Executions(ExecutionRecursionDetector):
    """Limits how often functions are followed, and tells the mind when that was too often."""

    def push_execution(self, execution: Any) -> bool:
        reached: bool = super().push_execution(execution)
        if reached:
            self._inference_state._gave_up = True
        return reached


def _lasting(values: Any) -> bool:
    """Whether these modules are there, and are libraries'."""
    found = False
    for value in values:
        path = value.py__file__()
        # A namespace package has no file; who knows what will be in it.
        if not (value.is_compiled() if path is None else is_library(Path(path))):
            return False
        found = True
    return found
