"""Jedi as anyone may call it, in a process of its own: what the server's answers are compared with.

A question is a line of JSON on stdin, ``{"path", "source", "folder", "what", "line", "column",
"callers"}``; the answer is one on stdout. Columns in questions are code points, those in answers
UTF-16 units, as the protocol counts by default. With ``callers`` Jedi looks for calls of a function
in other files to guess the types of its parameters, as it does unless told otherwise.

Every answer is that of a new script, so none depends on what was asked before it. Nothing of
jedimind is imported here.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jedi

_TERMINATOR = re.compile("\r\n|\r|\n")
_Place = list[Any]


def main() -> None:
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(_answer(question)), flush=True)


def _answer(question: dict[str, Any]) -> Any:
    jedi.settings.dynamic_params_for_other_modules = question["callers"]
    path = Path(question["path"])
    texts = _Texts(path, question["source"])
    script = jedi.Script(texts.of(path), path=path, project=jedi.Project(question["folder"]))
    if question["what"] == "names":
        return list(_names(script))
    answer = _ANSWERS[question["what"]]
    try:
        return answer(script, texts, question["line"] + 1, question["column"])
    except Exception as error:  # noqa: BLE001 - Jedi raises anything
        return {"error": f"{type(error).__name__}: {error}"}


def _names(script: jedi.Script) -> Iterator[tuple[int, int, str]]:
    """Every name of the source: line and column from 0, and the name."""
    leaf = script._module_node.get_first_leaf()
    while leaf is not None:
        if leaf.type == "name":
            yield leaf.line - 1, leaf.column, leaf.value
        leaf = leaf.get_next_leaf()


def _definition(script: jedi.Script, texts: _Texts, row: int, column: int) -> list[_Place]:
    found = script.goto(row, column, follow_imports=True, follow_builtin_imports=True)
    return texts.places(found)


def _stub(script: jedi.Script, texts: _Texts, row: int, column: int) -> list[_Place]:
    found = script.goto(
        row, column, follow_imports=True, follow_builtin_imports=True, prefer_stubs=True
    )
    return texts.places(found)


def _references(script: jedi.Script, texts: _Texts, row: int, column: int) -> list[_Place]:
    return texts.places(script.get_references(row, column, scope="file"))


def _hover(script: jedi.Script, _texts: _Texts, row: int, column: int) -> list[list[str]]:
    """What is known of each meaning: signatures or else a name, and the docstring."""
    return [
        [
            name.name,
            name.type,
            name.docstring(raw=True),
            *(each.to_string() for each in name.get_signatures()),
        ]
        for name in script.help(row, column)
    ]


def _completion(script: jedi.Script, _texts: _Texts, row: int, column: int) -> list[list[str]]:
    return [[name.name_with_symbols, name.type] for name in script.complete(row, column)]


_ANSWERS: dict[str, Callable[[jedi.Script, Any, int, int], Any]] = {
    "definition": _definition,
    "stub": _stub,
    "references": _references,
    "hover": _hover,
    "completion": _completion,
}


class _Texts:
    """The lines of files, of which one may have another text than on disk."""

    def __init__(self, path: Path, source: str) -> None:
        self._known = {path: source}

    def of(self, path: Path) -> str:
        if path not in self._known:
            self._known[path] = path.read_bytes().decode("utf-8", "replace")
        return self._known[path]

    def places(self, names: list[Any]) -> list[_Place]:
        """File, line, first and last column of all names that stand in a file, without order."""
        return sorted({tuple(self._place(name)) for name in names if name.module_path is not None})

    def _place(self, name: Any) -> _Place:
        path = Path(name.module_path)
        if name._name.tree_name is None:  # a module
            return [str(path), 0, 0, 0]
        line = _TERMINATOR.split(self.of(path))[name.line - 1]
        end = name.column + len(name._name.tree_name.value)
        ends = (_utf16(line[: name.column]), _utf16(line[:end]))
        return [str(path), name.line - 1, *ends]


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


if __name__ == "__main__":
    main()
