"""Renaming: everything that stands for the same is changed, or nothing is, with the reason.

In the pictures `$0` is the cursor. What a renaming makes of a project is read as a project.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from analysis.marks import Marked, write_marked
from jedimind.analysis.rename import RenamableQuestion, RenameQuestion, Renaming
from jedimind.analysis.worker.rename import renamable, rename
from jedimind.text import Text

PATIENCE = 60.0

Project = Callable[[Mapping[str, str]], Marked]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return lambda files: write_marked(tmp_path / "project", files)


def ask(project: Marked, new_name: str) -> Renaming:
    return rename(RenameQuestion(project.place, (project.folder,), new_name, PATIENCE))


def renamed(project: Marked, new_name: str) -> dict[str, str]:
    """The files after the renaming that are not what they were before, by their new names."""
    answer = ask(project, new_name)
    assert answer.refusal is None
    files = {
        path: Text.of(path.read_text("utf-8"))
        for path in project.folder.rglob("*")
        if path.is_file()
    }
    before = dict(files)
    for found in sorted(answer.found, key=lambda each: each.span.start, reverse=True):
        files[found.path], _ = files[found.path].replace(found.span, new_name)
    after: dict[str, str] = {}
    for path, text in files.items():
        ast.parse(text.string)
        moved = path
        for move in answer.moves:
            if path.is_relative_to(move.old):
                moved = move.new / path.relative_to(move.old)
        if text is not before[path] or moved != path:
            after[project.relative(moved)] = text.string
    return after


def test_everything_that_stands_for_the_same_is_renamed(project: Project) -> None:
    marked = project(
        {
            "shop.py": '__all__ = ["total"]\n\n\ndef to$0tal(): ...\n',
            "app.py": "import shop\nfrom shop import total as t, total\nt(total(), shop.total)\n",
            "later.py": 'import shop\n\n\ndef f(x: "shop.total"): ...\n',
            "other.py": "total = 1\n",
        }
    )
    assert renamed(marked, "sum_up") == {
        "shop.py": '__all__ = ["sum_up"]\n\n\ndef sum_up(): ...\n',
        "app.py": "import shop\nfrom shop import sum_up as t, sum_up\nt(sum_up(), shop.sum_up)\n",
        "later.py": 'import shop\n\n\ndef f(x: "shop.sum_up"): ...\n',
    }


def test_overrides_are_renamed_with_what_they_override(project: Project) -> None:
    marked = project(
        {
            "shapes.py": "class Shape:\n    def area(self): ...\n",
            "app.py": """
from shapes import Shape


class Circle(Shape):
    def ar$0ea(self):
        return super().area()
""",
        }
    )
    after = renamed(marked, "surface")
    assert "def surface" in after["shapes.py"]
    assert "area" not in after["app.py"]


def test_a_module_is_renamed_with_its_file(project: Project) -> None:
    marked = project(
        {
            "shop/__init__.py": "",
            "shop/prices.py": "low = 1\n",
            "shop/prices.pyi": "low: int\n",
            "shop/orders.py": "from . import prices\n\nprices.low\n",
            "app.py": "import shop.prices\nfrom shop.pri$0ces import low\n\nshop.prices.low\n",
        }
    )
    assert renamed(marked, "costs") == {
        "shop/costs.py": "low = 1\n",
        "shop/costs.pyi": "low: int\n",
        "shop/orders.py": "from . import costs\n\ncosts.low\n",
        "app.py": "import shop.costs\nfrom shop.costs import low\n\nshop.costs.low\n",
    }


def test_a_package_is_renamed_with_its_directory(project: Project) -> None:
    marked = project(
        {"shop/__init__.py": "low = 1\n", "shop/a.py": "", "app.py": "import sh$0op\n\nshop.low\n"}
    )
    assert renamed(marked, "market") == {
        "market/__init__.py": "low = 1\n",
        "market/a.py": "",
        "app.py": "import market\n\nmarket.low\n",
    }


def test_an_alias_of_a_library_can_be_renamed(project: Project) -> None:
    marked = project({"app.py": "import json as js$0on_\n\njson_.dumps(1)\n"})
    assert renamed(marked, "j") == {"app.py": "import json as j\n\nj.dumps(1)\n"}


STAYS: dict[str, tuple[str, str]] = {
    "a builtin": ("print(le$0n([]))\n", "one of Python's own names"),
    "a module of a library": ("import js$0on\n", "outside of the workspace"),
    "a name of a library": ("from json import du$0mps\n", "outside of the workspace, in"),
    "a use of one": ("import json\n\njson.du$0mps(1)\n", "outside of the workspace, in"),
    "an argument of one": (
        "import json\n\njson.dumps(1, inde$0nt=2)\n",
        "outside of the workspace",
    ),
    "a method that overrides one": (
        "from threading import Thread\n\n\nclass T(Thread):\n    def ru$0n(self): ...\n",
        "outside of the workspace, in threading.py",
    ),
    "a method that Python calls": (
        "class A:\n    def __in$0it__(self): ...\n",
        "for Python itself",
    ),
    "a keyword": ("if Tr$0ue: ...\n", "no name here"),
    "an operator": ("x = 1 $0+ 1\n", "no name here"),
    "a word in a comment": ("x = 1  # wo$0rd\n", "no name here"),
    "an attribute of who knows what": ("def f(x):\n    return x.wi$0dth\n", "not known"),
    "a name that nobody defines": ("print(nobo$0dy)\n", "not known"),
    "a module that is not there": ("import nobo$0dy\n", "not known"),
}


@pytest.mark.parametrize(("source", "reason"), STAYS.values(), ids=STAYS.keys())
def test_what_is_not_the_users_stays(project: Project, source: str, reason: str) -> None:
    marked = project({"app.py": source})
    found = renamable(RenamableQuestion(marked.place, (marked.folder,)))
    assert found.refusal is not None
    assert reason in found.refusal
    assert ask(marked, "other").refusal == found.refusal


@pytest.mark.parametrize("name", ["1 x", "a-b", "", "for", "None", "a.b", "x "])
def test_what_is_no_name_is_refused(project: Project, name: str) -> None:
    refusal = ask(project({"a.py": "x$0 = 1\n"}), name).refusal
    assert refusal is not None
    assert f"`{name}`" in refusal


TAKEN: dict[str, tuple[str, str]] = {
    "in the same scope": ("to$0tal = 1\nnew = 2\n", "line 2 of a.py"),
    "as a parameter": ("def f(to$0tal, new): ...\n", "line 1 of a.py"),
    "in a scope between": (
        "total$0 = 1\n\n\ndef f():\n    new = 2\n    return total\n",
        "line 5 of a.py",
    ),
    "further out, and used here": (
        "new = 1\n\n\ndef f():\n    to$0tal = 2\n    return new + total\n",
        "line 6 of a.py",
    ),
    "as one of Python's own that is used": (
        "def f(to$0tal):\n    return new, total\n".replace("new", "len"),
        "line 2 of a.py",
    ),
    "in a base class": (
        "class A:\n    new = 1\n\n\nclass B(A):\n    to$0tal = 2\n",
        "line 2 of a.py",
    ),
    "in a derived class": (
        "class A:\n    to$0tal = 1\n\n\nclass B(A):\n    new = 2\n",
        "line 6 of a.py",
    ),
    "on self": (
        "class A:\n    def f(self):\n        self.to$0tal = 1\n        self.new = 2\n",
        "line 4 of a.py",
    ),
}


@pytest.mark.parametrize(("source", "place"), TAKEN.values(), ids=TAKEN.keys())
def test_a_name_that_is_taken_is_refused(project: Project, source: str, place: str) -> None:
    new_name = "len" if "len" in source else "new"
    refusal = ask(project({"a.py": source}), new_name).refusal
    assert refusal is not None
    assert place in refusal
    assert f"`{new_name}`" in refusal


def test_a_name_that_is_taken_elsewhere_is_free_here(project: Project) -> None:
    source = "def f(new):\n    return new\n\n\ndef g(to$0tal):\n    return total\n"
    assert renamed(project({"a.py": source}), "new")


def test_a_name_taken_in_a_file_that_imports_it_is_refused(project: Project) -> None:
    marked = project({"a.py": "to$0tal = 1\n", "b.py": "from a import total\n\nnew = total\n"})
    refusal = ask(marked, "new").refusal
    assert refusal is not None
    assert "line 3 of b.py" in refusal


def test_a_file_that_is_there_already_is_not_overwritten(project: Project) -> None:
    marked = project({"a.py": "", "b.py": "", "c.py": "import a$0\n"})
    refusal = ask(marked, "b").refusal
    assert refusal == "b.py exists already in project."


def test_a_broken_file_is_renamed_in_and_not_made_worse(project: Project) -> None:
    marked = project({"a.py": "def to$0tal(): ...\n", "b.py": "from a import total\ntotal(\n"})
    found = ask(marked, "new")
    assert [each.path.name for each in found.found] == ["a.py", "b.py", "b.py"]
