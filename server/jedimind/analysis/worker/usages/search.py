"""Finds all uses of a name in a workspace, or says that it did not get to the end.

Files are chosen by the text of the name. In each, every use of the name is brought to what it
stands for; the uses that stand for the same as the one asked about are the answer. Jedi's own
search (0.20.1, `jedi.inference.references`) stops silently after 30 files.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import attrs

from jedimind.analysis.semantic_tokens import Modifier, TokenType
from jedimind.analysis.worker.tokens.uses import Use
from jedimind.analysis.worker.usages.file_names import FileNames, site
from jedimind.analysis.worker.usages.meaning import Meaning, Thing
from jedimind.analysis.worker.usages.project import Project
from jedimind.analysis.worker.workspace_files import python_files
from jedimind.text import Position

_MOST_FILES = 20_000


@attrs.frozen(eq=False)
class Occurrence:
    """A use of the name, and what it stands for."""

    file: FileNames
    use: Use
    things: frozenset[Thing]

    @property
    def binds(self) -> bool:
        return self.use.role == "bound"


@attrs.frozen(eq=False)
class Usages:
    """All occurrences of one thing that has `name`, which may be several that are one.

    `incomplete` is a sentence that says what was not looked at; None if everything was.
    """

    name: str
    things: frozenset[Thing]
    occurrences: tuple[Occurrence, ...]
    incomplete: str | None = None


def usages_in_file(project: Project, use: Use, budget: float) -> Usages:
    """The occurrences in the file asked about of what `use`, a name of it, stands for."""
    return _Search(project, project.asked, use, budget).run([project.asked])


def usages(
    project: Project, file: FileNames, use: Use, folders: Iterable[Path], budget: float
) -> Usages:
    """The occurrences of what `use`, a name of `file`, stands for.

    What is not found within `budget` seconds is reported.
    """
    search = _Search(project, file, use, budget)
    if _stays_in_file(file, use):
        return search.run([file])
    return search.run(search.candidates(folders))


class _Search:
    def __init__(self, project: Project, file: FileNames, use: Use, budget: float) -> None:
        self._project = project
        self._file = file
        self._start = use
        self._until = time.monotonic() + budget
        self._budget = budget
        self._meaning = Meaning(project, use.name)
        self._start_things = self._meaning.of(file, use)
        self._is_parameter = bool(self._start_things) and all(
            _is_parameter(project, thing) for thing in self._start_things
        )
        self._same: dict[Thing, set[Thing]] = defaultdict(set)
        self._incomplete: str | None = None

    def candidates(self, folders: Iterable[Path]) -> list[FileNames]:
        """The files that mention the name, its own first."""
        # A parameter is called by its name before an equals sign.
        before = rb"[\s\\]*=" if self._is_parameter else b""
        pattern = re.compile(word(self._start.name) + before)
        chosen = [self._file]
        # A parameter's own file may mention it otherwise.
        for thing in sorted(self._start_things):
            home = self._project.file(thing.path) if self._is_parameter else None
            if home is not None and home not in chosen:
                chosen.append(home)
        known = {file.path for file in chosen}
        for number, path in enumerate(python_files(folders)):
            if number >= _MOST_FILES or self._is_late():
                self._incomplete = (
                    f"The workspace has more Python files than could be searched for "
                    f"`{self._start.name}`; open a smaller folder to find all of its uses."
                )
                break
            if path not in known and self._project.mentions(path, pattern):
                file = self._project.file(path)
                if file is not None:
                    chosen.append(file)
        return chosen

    def run(self, files: list[FileNames]) -> Usages:
        found: list[Occurrence] = []
        for number, file in enumerate(files):
            if not self._look_at(file, found):
                self._incomplete = (
                    f"Only {number} of the {len(files)} files with `{self._start.name}` could be "
                    f"searched within {self._budget:g} s; raise `analysis.backgroundTimeout` to "
                    "find all of its uses."
                )
                break
        if self._project.failed and self._incomplete is None:
            failed, line = self._project.failed[0]
            self._incomplete = (
                f"Jedi failed in line {line + 1} of {failed.path.name}, so what "
                f"`{self._start.name}` stands for there is not known."
            )
        things = self._connected(self._start_things)
        occurrences = tuple(each for each in found if each.things & things)
        return Usages(self._start.name, things, occurrences, self._incomplete)

    def _look_at(self, file: FileNames, found: list[Occurrence]) -> bool:
        """Add what is in `file` to `found`; whether there was time for all of it."""
        for use in file.called(self._start.name):
            if self._is_late():
                return False
            if self._is_parameter and site(use) not in ("plain", "keyword"):
                continue
            things = self._meaning.of(file, use)
            found.append(Occurrence(file, use, frozenset(things)))
            if use.role == "bound":
                for other in self._meaning.one_with(file, use):
                    for thing in things:
                        self._same[thing].add(other)
                        self._same[other].add(thing)
        return True

    def _connected(self, things: Iterable[Thing]) -> frozenset[Thing]:
        """`things` and all that are one with them."""
        connected: set[Thing] = set()
        rest = list(things)
        while rest:
            thing = rest.pop()
            if thing not in connected:
                connected.add(thing)
                rest += self._same.get(thing, ())
        return frozenset(connected)

    def _is_late(self) -> bool:
        return time.monotonic() > self._until


def _stays_in_file(file: FileNames, use: Use) -> bool:
    """Whether nothing outside of the file can mean what `use` does."""
    owner = file.owner(use)
    if owner is None or owner.kind in ("module", "class"):
        return False
    symbol = owner.symbols[use.name]
    # The name of a parameter is used by callers, but not that of ``self``.
    return symbol.type is not TokenType.PARAMETER or Modifier.SELF in symbol.modifiers


def _is_parameter(project: Project, thing: Thing) -> bool:
    file = project.file(thing.path) if not thing.is_module and thing.is_known else None
    use = file.at(Position(thing.line, thing.column)) if file is not None else None
    symbol = use.scope.find(use.name) if use is not None and site(use) == "plain" else None
    return symbol is not None and symbol.type is TokenType.PARAMETER


def word(name: str) -> bytes:
    """A pattern for `name` as a word, in UTF-8 and, if it is ASCII, in all source encodings."""
    escaped = re.escape(name.encode())
    if not name.isascii():
        return escaped
    return rb"(?<![A-Za-z0-9_])" + escaped + rb"(?![A-Za-z0-9_])"
