"""Extracting and inlining: the code that comes out does the same, or none comes out.

The selection, or the name, is in ``«»`` or at `$0`.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from analysis.marks import unmarked
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.refactoring import (
    ExtractionsQuestion,
    Refactored,
    Refactoring,
    RefactorQuestion,
)
from jedimind.analysis.worker.refactoring import extractions, refactor
from jedimind.text import Span

PATIENCE = 60.0


def ask(folder: Path, picture: str, refactoring: Refactoring) -> Refactored:
    folder.mkdir(exist_ok=True)
    place, span = parts(folder, picture)
    (folder / "a.py").write_bytes(place.source.encode())
    return refactor(RefactorQuestion(place, span, refactoring, (folder,), PATIENCE))


def parts(folder: Path, picture: str) -> tuple[SourcePlace, Span]:
    """The source of a picture, and its selection, which may have several lines."""
    before, opened, rest = picture.partition("«")
    if not opened:
        text, _, cursor = unmarked(picture)
        assert cursor is not None
        return SourcePlace(folder / "a.py", text, cursor, folder), Span(cursor, cursor)
    selected, _, after = rest.partition("»")
    _, _, start = unmarked(f"{before}$0")
    _, _, end = unmarked(f"{before}{selected}$0")
    assert start is not None
    assert end is not None
    source = before + selected + after
    return SourcePlace(folder / "a.py", source, start, folder), Span(start, end)


DONE: dict[str, tuple[Refactoring, str, str]] = {
    "an expression becomes a variable": (
        "extract variable",
        "def f(x):\n    return «x + 1» * 2\n",
        "def f(x):\n    new_variable = x + 1\n    return new_variable * 2\n",
    ),
    "blanks around the selection do not matter": (
        "extract variable",
        "print(« 1 + 2 »)\n",
        "new_variable = 1 + 2\nprint( new_variable )\n",
    ),
    "the name is new": (
        "extract variable",
        "new_variable = 1\nprint(«2 * 3»)\n",
        "new_variable = 1\nnew_variable_2 = 2 * 3\nprint(new_variable_2)\n",
    ),
    "lines keep their ends": (
        "extract variable",
        "x = 1\r\nprint(«x * 3»)\r\n",
        "x = 1\r\nnew_variable = x * 3\r\nprint(new_variable)\r\n",
    ),
    "string annotations keep their quotes": (
        "extract variable",
        "def f(x: 'int'):\n    return «x + 1» * 2\n",
        "def f(x: 'int'):\n    new_variable = x + 1\n    return new_variable * 2\n",
    ),
    "an expression becomes a function": (
        "extract function",
        "def f(x, y):\n    return «x + y» * 2\n",
        (
            "def new_function(x, y):\n    return x + y\n\n\n"
            "def f(x, y):\n    return new_function(x, y) * 2\n"
        ),
    ),
    "statements become a function": (
        "extract function",
        "def f(x):\n    «y = x + 1\n    z = y * 2»\n    return z\n",
        (
            "def new_function(x):\n    y = x + 1\n    z = y * 2\n    return z\n\n\n"
            "def f(x):\n    z = new_function(x)\n    return z\n"
        ),
    ),
    "a part of a method becomes a method": (
        "extract function",
        "class A:\n    def f(self, x):\n        «y = self.z + x»\n        return y\n",
        (
            "class A:\n    def new_function(self, x):\n        y = self.z + x\n        return y\n\n"
            "    def f(self, x):\n        y = self.new_function(x)\n        return y\n"
        ),
    ),
    "a variable is inlined": (
        "inline",
        "def f(a):\n    to$0tal = a + 1\n    return total * 2\n",
        "def f(a):\n    return (a + 1) * 2\n",
    ),
}


@pytest.mark.parametrize(("refactoring", "picture", "after"), DONE.values(), ids=DONE.keys())
def test_done(tmp_path: Path, refactoring: Refactoring, picture: str, after: str) -> None:
    found = ask(tmp_path / "project", picture, refactoring)
    assert found.refusal is None
    assert _without_blank_lines(found.source) == _without_blank_lines(after)
    ast.parse(found.source)


REFUSED: dict[str, tuple[Refactoring, str, str]] = {
    "await": ("extract function", "async def f(x):\n    return «await x»\n", "`await`"),
    "yield": ("extract function", "def f(x):\n    y = «yield x»\n", "`yield`"),
    "return": (
        "extract function",
        "def f(x):\n    «if x:\n        return 1\n    y = 2»\n    return y\n",
        "",
    ),
    "break": (
        "extract function",
        "def f(x):\n    for y in x:\n        «if y:\n            break»\n",
        "`break`",
    ),
    "continue": (
        "extract function",
        "def f(x):\n    for y in x:\n        «if y:\n            continue»\n",
        "`continue`",
    ),
    "a variable that is counted up": (
        "extract function",
        "def f():\n    x = 0\n    for y in range(3):\n        «x += y»\n    return x\n",
        "",
    ),
    "a variable that may not be set": (
        "extract function",
        "def f(a):\n    x = 0\n    «if a:\n        x = 1»\n    return x\n",
        "",
    ),
    "variables that are used further on": (
        "extract function",
        (
            "def f(a):\n    if a:\n        «x = 1\n        y = 2»\n    else:\n        x = y = 3\n"
            "    return x, y\n"
        ),
        "used after",
    ),
    "a name of a comprehension": (
        "extract variable",
        "def f(y):\n    return [«x + 1» for x in y]\n",
        "`x`",
    ),
    "a name of a lambda": ("extract variable", "f = lambda x: «x + 1»\n", "`x`"),
    "a loop's condition": ("extract variable", "while «f()»:\n    pass\n", "again and again"),
    "a keyword": ("extract variable", "«if» True:\n    pass\n", "Jedi cannot extract"),
    "nothing": ("extract variable", "x = 1« »\n", "no code"),
    "a function": ("inline", "def f$0(): ...\n\n\nf()\n", "assignment"),
    "two values": ("inline", "def f():\n    x$0 = 1\n    x = 2\n    return x\n", "2 places"),
    "a value that changes": (
        "inline",
        "def f(a):\n    x$0 = a\n    a = 2\n    return x, a\n",
        "another value",
    ),
    "an import": ("inline", "import os$0\n\nos.sep\n", "not a plain variable"),
    "no name": ("inline", "x = 1  # n$0o\n", "no name"),
}


@pytest.mark.parametrize(("refactoring", "picture", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(tmp_path: Path, refactoring: Refactoring, picture: str, why: str) -> None:
    found = ask(tmp_path / "project", picture, refactoring)
    assert found.refusal is not None, found.source
    assert why in found.refusal


def test_a_variable_that_others_import_is_not_inlined(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text("from a import rate\n")
    found = ask(tmp_path, "ra$0te = 2\nprint(rate)\n", "inline")
    assert found.refusal == "`rate` is used in b.py, too."


def test_loops_that_are_selected_whole_may_break(tmp_path: Path) -> None:
    picture = "def f(x):\n    «for y in x:\n        if y:\n            break»\n"
    assert ask(tmp_path / "project", picture, "extract function").refusal is None


def test_what_is_offered_can_be_done(tmp_path: Path) -> None:
    place, span = parts(tmp_path, "async def f(x):\n    return «await x» + 1\n")
    assert extractions(ExtractionsQuestion(place, span)).possible == ("extract variable",)
    place, span = parts(tmp_path, "def f(x):\n    «y = x»\n    return y\n")
    assert extractions(ExtractionsQuestion(place, span)).possible == ("extract function",)


def _without_blank_lines(source: str) -> list[str]:
    return [line for line in source.split("\n") if line.strip()]
