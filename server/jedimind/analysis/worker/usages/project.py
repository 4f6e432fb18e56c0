"""The files of a workspace as Jedi and the scopes of each file know them."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

from jedi.api.helpers import filter_follow_imports, higher_recursion_limit
from jedi.file_io import FileIO
from jedi.inference.gradual.conversion import convert_names
from jedi.inference.imports import load_module_from_path

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.worker import open_files
from jedimind.analysis.worker.scripts import open_script
from jedimind.analysis.worker.tokens.uses import Use
from jedimind.analysis.worker.usages.file_names import FileNames
from jedimind.analysis.worker.workspace_files import contents

logger = logging.getLogger(__name__)

# The path of a document that was never saved.
UNSAVED = Path()


class Project:
    """What is read to answer one question. The file at `place` has the text of the question."""

    def __init__(self, place: SourcePlace) -> None:
        self.position = place.position
        self._script = open_script(place, place.source)
        self.inference = self._script._inference_state
        self.inference.keeps_all = True
        self.asked = FileNames(place.path or UNSAVED, place.source)
        self._files: dict[Path, FileNames | None] = {self.asked.path: self.asked}
        self._contexts: dict[Path, Any] = {}
        self.failed: list[tuple[FileNames, int]] = []

    def file(self, path: Path) -> FileNames | None:
        """The file at `path`; None if it cannot be read."""
        if path not in self._files:
            source = open_files.read(path)
            self._files[path] = FileNames(path, source) if source is not None else None
        return self._files[path]

    def mentions(self, path: Path, pattern: re.Pattern[bytes]) -> bool:
        """Whether the bytes of a file, or what an editor has of it, match `pattern`."""
        if path in self._files:
            file = self._files[path]
            return file is not None and bool(pattern.search(_encoded(file.text.string)))
        text = open_files.text_of(path)
        if text is not None:
            return bool(pattern.search(_encoded(text)))
        source = contents(path)
        return source is not None and bool(pattern.search(source))

    def context(self, file: FileNames) -> Any:
        """Jedi's view of a file (`jedi.inference.context.ModuleContext`)."""
        if file.path not in self._contexts:
            if file is self.asked:
                context = self._script._get_module_context()
            else:
                module = load_module_from_path(self.inference, FileIO(str(file.path)))
                context = module.as_context()
            self._contexts[file.path] = context
        return self._contexts[file.path]

    def leaf(self, file: FileNames, line: int, column: int) -> Any:
        """The name of parso's tree that begins there, or None."""
        context = self.context(file)
        leaf = context.tree_node.get_name_of_position((line + 1, column))
        return leaf if leaf is not None and leaf.start_pos == (line + 1, column) else None

    def goto(self, file: FileNames, line: int, column: int) -> list[Any]:
        """Where the name there comes from (`jedi.inference.names.AbstractNameDefinition`).

        Where Jedi fails that is nowhere, and the place is in `failed`.
        """
        leaf = self.leaf(file, line, column)
        if leaf is None:
            return []
        self.inference.reset_recursion_limitations()
        # Jedi gives up on a statement it has looked at too often, in the whole search.
        self.inference.inferred_element_counts.clear()
        try:
            with higher_recursion_limit():
                return list(self.context(file).create_name(leaf).goto())
        except Exception as error:  # noqa: BLE001 - Jedi raises anything; the rest can be answered
            logger.warning("Jedi failed at line %d of %s: %r", line + 1, file.path, error)
            self.failed.append((file, line))
            return []

    def definition(self, file: FileNames, line: int, column: int) -> list[Any]:
        """The same behind all imports, in sources rather than in stubs."""
        with higher_recursion_limit():
            names = filter_follow_imports(self.goto(file, line, column), True)
            return list(convert_names(names, prefer_stubs=False))

    def defined(self) -> list[Any]:
        """Where the name at the place of the question is defined."""
        use = self.asked.at(self.position)
        return self.definition(self.asked, use.line, use.column) if use is not None else []

    def inferred(self) -> list[Any]:
        """The classes that the name at the place of the question is, or is an object of."""
        row, column = self.position.line + 1, self.position.column
        return [found._name for found in self._script.infer(row, column)]

    def bases(self, file: FileNames, use: Use) -> list[Any]:
        """Jedi's values of the direct bases of the class that `use` names where it is defined."""
        leaf = self.leaf(file, use.line, use.column)
        if leaf is None or leaf.parent.type != "classdef":
            return []
        with higher_recursion_limit():
            class_ = self.context(file).create_value(leaf.parent)
            return [value for base in class_.py__bases__() for value in base.infer()]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
