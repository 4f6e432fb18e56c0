"""What is read before anybody asks."""

from __future__ import annotations

from analysis.project import Project
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.preload import PreloadQuestion
from jedimind.analysis.worker.preload import preload
from jedimind.analysis.worker.scripts import open_script
from jedimind.text import Position


def read(place: SourcePlace) -> list[int | None]:
    """Where each question said to go on, to the last."""
    answers: list[int | None] = []
    number: int | None = 0
    while number is not None:
        number = preload(PreloadQuestion(place, number)).more
        answers.append(number)
    return answers


def edited(place: SourcePlace, source: str) -> SourcePlace:
    return SourcePlace(place.path, source, Position(0, 0), place.folder)


def test_each_import_is_read_once(project: Project) -> None:
    place = project({"main.py": "import json\nfrom os import path, sep\nimport gone\n$0"})
    assert read(place) == [1, 2, 3, None]
    inference = open_script(place, place.source)._inference_state
    assert inference.module_cache.get(("json",))
    assert read(place) == [None]


def test_an_import_that_is_typed_later_is_read(project: Project) -> None:
    place = project({"main.py": "import json\n$0"})
    assert read(place) == [None]
    typed = edited(place, "import json\nx = 1\nimport textwrap as tw\n")
    assert read(typed) == [None]
    inference = open_script(typed, typed.source)._inference_state
    assert inference.module_cache.get(("textwrap",))


def test_a_source_without_imports_is_parsed(project: Project) -> None:
    place = project({"main.py": "x = (\n$0"})
    assert read(place) == [None]
    assert open_script(place, place.source).text == place.source
