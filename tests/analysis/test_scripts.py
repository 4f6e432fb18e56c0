"""What the worker keeps from one question to the next is never of a text that has gone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import parso.cache
import pytest

from jedimind.analysis.completion import CompletionQuestion
from jedimind.analysis.navigation import NavigationQuestion
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.worker import scripts
from jedimind.analysis.worker.completion import complete
from jedimind.analysis.worker.navigation import navigate
from jedimind.text import Position, Text


@pytest.fixture(autouse=True)
def a_new_worker() -> Iterator[None]:
    scripts.forget()
    yield
    scripts.forget()


WORDS = {"first", "fixed", "four", "five"}


def offered(path: Path, source: str, folder: Path | None = None) -> list[str]:
    """Of `WORDS` those that may be written at the end of `source`, the present text of `path`."""
    end = Text.of(source).end
    start = Position(end.line, end.column - 1)
    place = SourcePlace(path, source, end, folder or path.parent)
    names = [each.name for each in complete(CompletionQuestion(place, start)).candidates]
    return [name for name in names if name in WORDS]


def packages(folder: Path) -> Path:
    """The directory of packages of an environment in `folder`."""
    directory = folder / ".venv" / "lib" / "python3.11" / "site-packages"
    directory.mkdir(parents=True)
    return directory


def test_a_document_that_is_left_counts_as_on_disk(tmp_path: Path) -> None:
    shop = tmp_path / "shop.py"
    shop.write_text("first = 1\n")
    assert offered(shop, "four = 1\nf") == ["four"]
    assert offered(tmp_path / "a.py", "import shop\nshop.f") == ["first"]


def test_a_document_is_open_until_it_is_closed(tmp_path: Path) -> None:
    shop, user = tmp_path / "shop.py", tmp_path / "a.py"
    shop.write_text("first = 1\n")
    scripts.documents_changed({str(shop): "four = 1\n"})
    scripts.files_changed(on_disk=False)
    assert offered(user, "import shop\nshop.f") == ["four"]
    scripts.documents_changed({str(shop): None})
    scripts.files_changed(on_disk=False)
    assert offered(user, "import shop\nshop.f") == ["first"]


def test_a_document_is_read_as_it_was_edited_last(tmp_path: Path) -> None:
    """Also where the tree of the text before is made into that of the new one."""
    shop, user = tmp_path / "shop.py", tmp_path / "a.py"
    shop.write_text("first = 1\n")
    lines = ["import os", "class A:", "    def f(self): pass", "    x = 1", "if os:", "    y = 2"]
    for number, name in enumerate(["first", "fixed", "four", "five"] * 3):
        text = "\n".join([*lines[number % 5 :], f"{name} = 1", *lines[: number % 5]])
        scripts.documents_changed({str(shop): text})
        scripts.files_changed(on_disk=False)
        assert offered(user, "import shop\nshop.f") == [name]
        assert offered(shop, f"{text}\n{name}_ = 1\nf") == [name]


def test_an_older_file_takes_the_place_of_a_newer_text(tmp_path: Path) -> None:
    """As after a checkout: Jedi goes by the time of modification."""
    shop, user = tmp_path / "shop.py", tmp_path / "a.py"
    shop.write_text("first = 1\n")
    os.utime(shop, (1, 1))
    scripts.documents_changed({str(shop): "four = 1\n"})
    scripts.files_changed(on_disk=False)
    assert offered(user, "import shop\nshop.f") == ["four"]
    scripts.documents_changed({str(shop): None})
    scripts.files_changed(on_disk=False)
    assert offered(user, "import shop\nshop.f") == ["first"]


def test_a_library_that_is_not_what_it_was_is_read_again(tmp_path: Path) -> None:
    library, user = packages(tmp_path) / "shop.py", tmp_path / "a.py"
    library.write_text("from prices import first\n")
    library.with_name("prices.py").write_text("first = fixed = 1\n")
    asked = f"import sys\nsys.path.append({str(library.parent)!r})\nimport shop\nshop.f"
    assert offered(user, asked) == ["first"]
    # A package manager may bring a file that is older than the one before.
    library.write_text("from prices import fixed\n")
    os.utime(library, (1e9, 1e9))
    scripts.files_changed(on_disk=True)
    assert offered(user, asked) == ["fixed"]
    scripts.documents_changed({str(library): "four = 1\n"})
    scripts.files_changed(on_disk=False)
    assert offered(user, asked) == ["four"]
    # The text that is asked about is not told of otherwise.
    assert offered(library, "five = 1\nf", tmp_path) == ["five"]
    assert offered(user, asked) == ["four"]
    scripts.documents_changed({str(library): None})
    scripts.files_changed(on_disk=False)
    assert offered(user, asked) == ["fixed"]


def test_a_tree_on_disk_is_that_of_the_same_file(tmp_path: Path) -> None:
    """Also for the next worker, which finds nothing in its memory."""
    library, user = packages(tmp_path) / "shop.py", tmp_path / "a.py"
    asked = f"import sys\nsys.path.append({str(library.parent)!r})\nimport shop\nshop.f"
    for modified, name in ((2e9, "first"), (1e9, "fixed")):
        library.write_text(f"{name} = 1\n")
        os.utime(library, (modified, modified))
        assert offered(user, asked) == [name]
        scripts.forget()
        parso.cache.parser_cache.clear()


def test_a_tree_that_parso_dropped_is_not_missed(tmp_path: Path) -> None:
    """It drops what was not read for ten minutes once there are many."""
    shop, user = packages(tmp_path) / "shop.py", tmp_path / "a.py"
    shop.write_text("class A:\n    first = 1\n")
    asked = f"import sys\nsys.path.append({str(shop.parent)!r})\nimport shop\nshop.A.f"
    assert offered(user, asked) == ["first"]
    parso.cache.parser_cache.clear()
    assert offered(user, f"\n{asked}") == ["first"]


def test_what_jedi_gave_up_on_is_not_kept_as_an_answer(tmp_path: Path) -> None:
    """It follows a function six times for one question, and here nine would be needed."""
    calls = "".join(f"made_{n} = make({n})\n" for n in range(9))
    every = ", ".join(f"made_{n}" for n in range(9))
    source = (
        "class Thing:\n    first = 1\n\ndef make(number):\n    return Thing()\n\n"
        f"{calls}for each in [{every}]:\n    each.first\nmade_8.first\n"
    )

    def leads(part: str) -> int:
        before = source[: source.index(part) + len(part)]
        place = SourcePlace(tmp_path / "a.py", source, Text.of(before).end, tmp_path)
        return len(navigate(NavigationQuestion(place, "definition")).found)

    assert leads("    each.first") == 1
    assert leads("made_8.first") == 1
