"""Implementations, callers and called, base classes and derived ones.

In the pictures `$0` is the cursor, and what is in ``«»`` is to be found, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from analysis.marks import Marked, write_marked
from jedimind.analysis.hierarchy import (
    Call,
    CallItemsQuestion,
    HierarchyItem,
    ImplementationsQuestion,
    IncomingCallsQuestion,
    OutgoingCallsQuestion,
    SubtypesQuestion,
    SupertypesQuestion,
    TypeItemsQuestion,
)
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.worker.call_hierarchy import call_items, incoming_calls, outgoing_calls
from jedimind.analysis.worker.type_hierarchy import (
    implementations,
    subtypes,
    supertypes,
    type_items,
)

PATIENCE = 60.0

Project = Callable[[Mapping[str, str]], Marked]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return lambda files: write_marked(tmp_path / "project", files)


def names(items: Iterable[HierarchyItem]) -> list[str]:
    return [f"{item.kind} {item.name} in {item.detail}" for item in items]


def calls(found: Iterable[Call]) -> dict[str, list[int]]:
    """The lines of the calls, from 1, by who is at their other end."""
    return {
        name: [place.span.start.line + 1 for place in call.places]
        for call in found
        for name in names([call.item])
    }


SHAPES = {
    "shapes.py": """
from abc import abstractmethod
from typing import Generic, TypeVar

T = TypeVar("T")


class Shape(Generic[T]):
    @abstractmethod
    def area(self): ...

    def name(self): ...
""",
    "app.py": """
import shapes
from shapes import Shape as Base


class Circle(Base[int]):
    def area(self): ...
    def name(self): ...


class Square(shapes.Shape):
    def area(self): ...


class Field:
    def area(self): ...


class Tile(Square):
    def area(self): ...


def show(shape: shapes.Shape):
    shape.area()
    shape.name()
""",
}


def shapes(**marks: tuple[str, str]) -> dict[str, str]:
    """The shapes with each of `marks`, for a file, in the place of some text."""
    files = dict(SHAPES)
    for name, (plain, marked) in marks.items():
        file = name.rstrip("_0123456789") + ".py"
        assert plain in files[file]
        files[file] = files[file].replace(plain, marked)
    return files


IMPLEMENTATIONS = {
    "of a class are those that derive from it": shapes(
        shapes=("class Shape", "class Sha$0pe"),
        app=("class Circle", "class «Circle»"),
        app_2=("class Square", "class «Square»"),
        app_3=("class Tile", "class «Tile»"),
    ),
    "of an abstract method are what overrides it": shapes(
        app=("shape.area()", "shape.ar$0ea()"),
        app_2=("Circle(Base[int]):\n    def area", "Circle(Base[int]):\n    def «area»"),
        app_3=("Square(shapes.Shape):\n    def area", "Square(shapes.Shape):\n    def «area»"),
        app_4=("Tile(Square):\n    def area", "Tile(Square):\n    def «area»"),
    ),
    "of a method are itself and what overrides it": shapes(
        shapes=("def name", "def «na$0me»"), app=("def name", "def «name»")
    ),
    "of a function are its definition": {
        "a.py": "def «f»(): ...\n",
        "b.py": "from a import f\n\nf$0()\n",
    },
}


@pytest.mark.parametrize("files", IMPLEMENTATIONS.values(), ids=IMPLEMENTATIONS.keys())
def test_implementations(project: Project, files: dict[str, str]) -> None:
    marked = project(files)
    question = ImplementationsQuestion(marked.place, (marked.folder,), PATIENCE)
    found = implementations(question)
    assert found.incomplete is None
    assert {(marked.relative(each.path), each.span) for each in found.found} == marked.marked


def test_types_above_and_below(project: Project) -> None:
    marked = project(shapes(app=("class Square", "class Squ$0are")))
    (square,) = type_items(TypeItemsQuestion(marked.place)).items
    assert names([square]) == ["class Square in app"]
    assert square.span.end.line > square.span.start.line
    above = supertypes(SupertypesQuestion(marked.place, "Square")).items
    assert names(above) == ["class Shape in shapes"]
    below = subtypes(SubtypesQuestion(marked.place, "Square", (marked.folder,), PATIENCE))
    assert names(below.items) == ["class Tile in app"]


def test_subtypes_are_found_through_aliases(project: Project) -> None:
    marked = project(shapes(shapes=("class Shape", "class Sha$0pe")))
    below = subtypes(SubtypesQuestion(marked.place, "Shape", (marked.folder,), PATIENCE))
    assert names(below.items) == ["class Circle in app", "class Square in app"]


def test_types_of_libraries_can_be_above(project: Project) -> None:
    marked = project({"a.py": "from threading import Thread\n\n\nclass Wo$0rker(Thread): ...\n"})
    assert names(supertypes(SupertypesQuestion(marked.place, "Worker")).items) == [
        "class Thread in threading"
    ]


def test_the_type_of_an_object_is_its_class(project: Project) -> None:
    marked = project({"a.py": "class A: ...\n\n\nx = A()\nx$0\n"})
    assert names(type_items(TypeItemsQuestion(marked.place)).items) == ["class A in a"]


CALLS = {
    "core.py": """
import json


def load(path):
    return json.loads(read(path))


def read(path):
    def inner():
        return other()

    return open(path).read()


def other(): ...
""",
    "app.py": """
import core
from core import load


class Main:
    def run(self):
        load(1), core.load(2)
        callback = load

    @staticmethod
    def stop(): ...


load(3)
Main().run()
""",
}


def test_a_call_is_an_item_by_what_is_called(project: Project) -> None:
    marked = project({**CALLS, "app.py": CALLS["app.py"].replace("load(3)", "lo$0ad(3)")})
    (load,) = call_items(CallItemsQuestion(marked.place)).items
    assert names([load]) == ["function load in core"]
    assert load.location.path.name == "core.py"


def test_callers_are_grouped_by_function(project: Project) -> None:
    marked = project({**CALLS, "core.py": CALLS["core.py"].replace("def load", "def lo$0ad")})
    found = incoming_calls(IncomingCallsQuestion(marked.place, "load", (marked.folder,), PATIENCE))
    assert found.incomplete is None
    assert calls(found.calls) == {"module app in app.py": [15], "method run in app.Main": [8, 8]}


def test_what_a_function_calls_itself(project: Project) -> None:
    marked = project({**CALLS, "core.py": CALLS["core.py"].replace("def read", "def re$0ad")})
    found = outgoing_calls(OutgoingCallsQuestion(marked.place, "read"))
    assert not any("other" in name for name in calls(found.calls)), "that is what `inner` calls"
    marked = project({**CALLS, "core.py": CALLS["core.py"].replace("def load", "def lo$0ad")})
    found = outgoing_calls(OutgoingCallsQuestion(marked.place, "load"))
    assert calls(found.calls) == {
        "function loads in json": [6],
        "function read in core": [6],
    }


def test_an_item_is_found_again_after_edits_above_it(project: Project) -> None:
    marked = project({"a.py": "def f(): ...\n\n\ndef g$0():\n    f()\n"})
    place = marked.place
    later = SourcePlace(place.path, "import os\n\n\n" + place.source, place.position, place.folder)
    found = outgoing_calls(OutgoingCallsQuestion(later, "g"))
    assert calls(found.calls) == {"function f in a": [8]}
