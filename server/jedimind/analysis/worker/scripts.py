"""Jedi's view of a document, with all that it knows of libraries kept from one edit to the next.

`jedi.Script` begins with an empty mind each time: only parsed trees are kept, and what `os` or
`typing` mean is found out anew at every keystroke. Here the mind outlives the script.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import jedi
import parso.cache
import parso.utils
from jedi import cache, settings

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.worker import open_files, type_annotations
from jedimind.analysis.worker.environment import is_library
from jedimind.analysis.worker.mind import Mind

# What was found out about texts that are gone is only forgotten with the whole mind.
_MOST_TEXTS = 300
_MOST_MINDS = 4
_MOST_SCRIPTS = 8


def open_script(place: SourcePlace, source: str) -> jedi.Script:
    """Jedi's view of `source` as the text of the file at `place`.

    String annotations are read as the code they hold, in the same columns.
    """
    return _scripts.open(place, source)


def documents_changed(news: Mapping[str, str | None]) -> None:
    """Take over the texts of open documents by path, None for those that were closed."""
    for name, text in news.items():
        path = Path(name)
        before = open_files.read(path)
        open_files.put(path, text)
        if open_files.read(path) != before:
            if not _scripts.has_parsed(path, text):
                open_files.forget_newer_tree(path)
            if is_library(path):
                _scripts.forget_all()


def files_changed(*, on_disk: bool) -> None:
    """Look at the files of projects again for the next question, and at libraries if `on_disk`."""
    _scripts.files_changed(on_disk=on_disk)


def forget() -> None:
    """Begin anew: where Jedi fails, it keeps half of what it found out as if that were all."""
    _scripts.forget_all()


class Script(jedi.Script):
    """A script with a mind that was there before. `text` is what the editor has."""

    def __init__(self, mind: Mind, path: Path | None, source: str) -> None:
        self._orig_path = path
        self.path = path
        self.text = source
        self._inference_state = mind
        code = type_annotations.unquoted(source, mind.grammar, path)
        self._module_node, code = mind.parse_and_get_code(
            code=code,
            path=path,
            use_latest_grammar=path is not None and path.suffix == ".pyi",
            cache=False,
            diff_cache=settings.fast_parser,
            cache_path=settings.cache_directory,
        )
        self._code_lines = parso.utils.split_lines(code, keepends=True)
        self._code = code
        # Jedi keeps for seconds what is called at a place, whatever is written there by now.
        for known in cache._time_caches.values():
            known.clear()


@attrs.define(eq=False)
class _Scripts:
    """The scripts of the last questions, and the minds behind them."""

    _minds: OrderedDict[tuple[Any, ...], Mind] = attrs.field(factory=OrderedDict)
    _scripts: OrderedDict[tuple[Any, ...], Script] = attrs.field(factory=OrderedDict)
    _last: Script | None = None
    _parsed: dict[Path, str] = attrs.field(factory=dict)  # the text that a tree in memory is of

    def open(self, place: SourcePlace, source: str) -> Script:
        key = place.path, place.folder, place.interpreter
        last = self._last
        if last is not None and last.path is not None and last.path != place.path:
            self._leave(last.path, last.text)
        script = self._scripts.pop(key, None)
        if script is not None and script.text == source:
            mind: Mind = script._inference_state
            mind.script_path = place.path
            mind.begin()
        else:
            script = Script(self._mind(place, source), place.path, source)
            if place.path is not None:
                self._parsed[place.path] = source
        self._last = self._scripts[key] = script
        if len(self._scripts) > _MOST_SCRIPTS:
            self._scripts.popitem(last=False)
        return script

    def has_parsed(self, path: Path, text: str | None) -> bool:
        """Whether the tree of `path` that is in memory is that of `text`."""
        return text is not None and self._parsed.get(path) == text

    def files_changed(self, *, on_disk: bool) -> None:
        self._scripts.clear()
        if on_disk:
            for mind in self._minds.values():
                mind.look_again()

    def forget_all(self) -> None:
        self._scripts.clear()
        self._minds.clear()

    def _leave(self, path: Path, text: str) -> None:
        """No longer read `path` as the last questions had it.

        parso makes the tree of a new text out of that of the old one, which others may hold.
        """
        if open_files.read(path) != text:
            open_files.forget_newer_tree(path)
            self._parsed.pop(path, None)
            self._scripts.clear()
            if is_library(path):
                self._minds.clear()

    def _mind(self, place: SourcePlace, source: str) -> Mind:
        key: tuple[Any, ...] = (place.path and place.path.parent), place.folder, place.interpreter
        if place.path is not None and is_library(place.path):
            key += place.path, source
        mind = self._minds.pop(key, None)
        if mind is None or mind.texts >= _MOST_TEXTS or mind.is_outdated():
            mind = Mind(place)
        mind.script_path = place.path
        mind.texts += 1
        mind.forget_projects()
        mind.begin()
        self._minds[key] = mind
        if len(self._minds) > _MOST_MINDS:
            self._minds.popitem(last=False)
        return mind


_scripts = _Scripts()
