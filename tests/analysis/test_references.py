"""All uses of a name are found, in every file and in every way a name can be written.

In the pictures `$0` is the cursor, and everything in ``«»`` is to be found, and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from analysis.marks import Marked, write_marked
from jedimind.analysis.references import HighlightsQuestion, References, ReferencesQuestion
from jedimind.analysis.worker.references import highlights, references
from jedimind.analysis.worker.scripts import documents_changed

PATIENCE = 60.0

Project = Callable[[Mapping[str, str]], Marked]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return lambda files: write_marked(tmp_path / "project", files)


def search(project: Marked, budget: float = PATIENCE) -> References:
    return references(ReferencesQuestion(project.place, (project.folder,), budget))


def in_words(project: Marked, found: References) -> set[str]:
    """Where each reference is, as a reader of a failed test would say it."""
    return {
        f"{project.relative(each.location.path)}:{each.location.span.start.line + 1}:"
        f"{each.location.span.start.column} {each.location.line.strip()}"
        for each in found.found
    }


def assert_finds_all_that_is_marked(project: Marked) -> None:
    found = search(project)
    assert found.incomplete is None
    spans = {(project.relative(each.location.path), each.location.span) for each in found.found}
    assert spans == project.marked, in_words(project, found)
    assert len(found.found) == len(spans)


FUNCTION = {
    "shop.py": """
def «to$0tal»(orders):
    return sum(orders)

__all__ = ["«total»", "other"]
""",
    "app.py": """
import shop
from shop import «total», total as sum_up
import shop as market

print(«total»([1]), sum_up([2]), shop.«total»([3]), market.«total»([4]))
print(f"{«total»([5])!r:>{10}} total")
total_of = {"total": 1}
""".replace("total as", "«total» as"),
    "pkg/__init__.py": "from shop import «total»\n",
    "pkg/deep.py": "from . import «total»\n\n\ndef use():\n    return «total»([])\n",
    "pkg/star.py": "from shop import *\n\nprint(«total»([]))\n",
    "other.py": """
def total():
    pass


class Total:
    total = 1


total()
Total().total
""",
}

PICTURES: dict[str, dict[str, str]] = {
    "a function, in every way it can be imported": FUNCTION,
    "from an import of it": {
        name: text.replace("$0", "").replace("print(«total»([]))", "print(«to$0tal»([]))")
        for name, text in FUNCTION.items()
    },
    "an alias is a name of its own": {
        "shop.py": "def total(): ...\n",
        "app.py": "from shop import total as «su$0m_up»\n«sum_up»()\n",
        "more.py": "from app import «sum_up»\n«sum_up»()\n",
    },
    "a name of two letters": {
        "a.py": "«id$0» = 1\n",
        "b.py": "from a import «id»\nprint(«id»)\n",
        "c.py": "import a\nprint(a.«id», id(a))\n",
    },
    "a name of one letter": {
        "a.py": "def «f»(): ...\n",
        "b.py": "from a import «f»\n«f$0»()\n",
    },
    "string annotations and later definitions": {
        "shop.py": """
from __future__ import annotations


def load(order: "«Order»", many: list["«Order»"]) -> "«Order» | None":
    x: "«Order»" = order
    return x


class «Or$0der»:
    def merge(self, other: «Order») -> "«Order»": ...
""",
        "app.py": """
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from shop import «Order»


def show(order: "«Order»") -> None:
    cast("«Order»", order)
""",
    },
    "a parameter and the calls that name it": {
        "shop.py": """
def price(order, «ta$0x»=1, *rest):
    def inner(tax):
        return tax
    return order * «tax» + inner(tax=2)


price(1, «tax»=2)
""",
        "app.py": """
import shop
from shop import price

tax = 3
price(1, «tax»=tax)
shop.price(1, «tax»=tax)
dict(tax=1)
""",
    },
    "a parameter, from a call that names it": {
        "shop.py": "def price(order, «tax»: int):\n    return order * «tax»\n",
        "app.py": "from shop import price\n\nprice(1, «ta$0x»=2)\n",
    },
    "attributes of objects whose type is known": {
        "shop.py": """
class Order:
    def __init__(self, count: int):
        self.«cou$0nt» = count

    def more(self):
        self.«count» += 1
        return self.«count»


class Basket:
    def __init__(self, order: Order):
        self.order = order
        self.count = 2
""",
        "app.py": """
from shop import Basket, Order

order = Order(1)
print(order.«count»)
order.«count» = 3


def show(order: Order, basket: Basket):
    print(order.«count», basket.order.«count», basket.count)
""",
    },
    "methods that override each other": {
        "shapes.py": """
class Shape:
    def «area»(self): ...


class Square(Shape):
    def «ar$0ea»(self):
        return super().«area»()


class Field:
    def area(self): ...
""",
        "app.py": """
from shapes import Field, Shape, Square


class Circle(Shape):
    def «area»(self):
        return 1


def show(shape: Shape):
    return shape.«area»() + Square().«area»() + Circle().«area»() + Field().area()
""",
    },
    "fields of data classes, and patterns": {
        "shop.py": """
from dataclasses import dataclass
from typing import NamedTuple


@dataclass
class Order:
    «to$0tal»: int
    name: str = ""


class Line(NamedTuple):
    total: int


order = Order(«total»=1)
Line(total=1).total
match order:
    case Order(«total»=0):
        print(order.«total»)
    case Order(«total»=total) if total > 1:
        print(total)
    case Line(total=2):
        pass
""",
    },
    "fields of named tuples": {
        "shop.py": """
from typing import NamedTuple


class Line(NamedTuple):
    «total»: int


print(Line(«total»=1).«to$0tal»)
""",
    },
    "what a pattern binds": {
        "a.py": """
def f(command):
    match command:
        case ["go", «wh$0ere», *rest]:
            return «where»
        case {"to": «where», **others} if «where»:
            print(«where»)
    return «where»()


def where(): ...
""",
    },
    "global and nonlocal": {
        "a.py": """
«cou$0nt» = 0


def more():
    global «count»
    «count» += 1


def outer():
    count = 1

    def inner():
        nonlocal count
        count = 2


del «count»
""",
        "b.py": "import a\na.«count» = 2\n",
    },
    "an assignment in an expression": {
        "a.py": """
def f(rows):
    if any((«la$0st» := row) for row in rows):
        return «last»
    return [last for last in rows]
""",
    },
    "a module": {
        "shop/__init__.py": "",
        "shop/prices.py": "low = 1\n",
        "shop/orders.py": "from . import «prices»\nfrom .«prices» import low\n«prices».low\n",
        "app.py": """
import shop.«prices»
import shop.«prices» as p
from shop import «prices»
from shop.«prices» import low

shop.«prices».low
«pric$0es».low
""",
    },
    "a package": {
        "«shop»/__init__.py".replace("«", "").replace("»", ""): "from .prices import low\n",
        "shop/prices.py": "low = 1\n",
        "app.py": "import «shop»\nimport «sh$0op».prices\nfrom «shop» import low\n«shop».low\n",
    },
    "a stub beside its module": {
        "shop.py": "def «total»(orders): ...\n\n\nclass Order:\n    def total(self): ...\n",
        "shop.pyi": "def «to$0tal»(orders: list[int]) -> int: ...\n",
        "app.py": "from shop import «total»\n«total»([])\n",
    },
    "a property with its setter": {
        "a.py": """
class Order:
    @property
    def «total»(self): ...

    @«total».setter
    def «total»(self, value): ...


Order().«tot$0al» = 1
""",
    },
    "type parameters": {
        "a.py": "def f[«T$0»](x: «T») -> list[«T»]:\n    return [x]\n\n\ndef g[T](x: T): ...\n",
    },
    "an attribute of something unknown is found where it is written the same": {
        "a.py": "def f(x, y):\n    return x.«wi$0dth» + x.«width» + y.width + g().width\n",
    },
}


@pytest.mark.parametrize("files", PICTURES.values(), ids=PICTURES.keys())
def test_finds_all_uses_and_nothing_else(project: Project, files: dict[str, str]) -> None:
    assert_finds_all_that_is_marked(project(files))


def test_all_of_46_files_are_found(project: Project) -> None:
    files = {"core.py": "def «conv$0ert»(value):\n    return value\n"}
    for number in range(45):
        files[f"part_{number % 7}/use_{number}.py"] = (
            f"from core import «convert»\n\nresult_{number} = «convert»({number})\n"
        )
    marked = project(files)
    assert_finds_all_that_is_marked(marked)
    assert len({each.location.path for each in search(marked).found}) == 46


def test_what_an_editor_has_counts_and_not_the_file(project: Project) -> None:
    marked = project(
        {"a.py": "def «gr$0eet»(): ...\n", "b.py": "import a\n", "c.py": "from a import greet\n"}
    )
    changed, gone = marked.folder / "b.py", marked.folder / "c.py"
    documents_changed({str(changed): "import a\n\na.greet()\n", str(gone): "import a\n"})
    try:
        found = search(marked)
    finally:
        documents_changed({str(changed): None, str(gone): None})
    assert in_words(marked, found) == {"a.py:1:4 def greet(): ...", "b.py:3:2 a.greet()"}


def test_environments_and_dependencies_are_left_alone(project: Project) -> None:
    marked = project(
        {
            "a.py": "def «gr$0eet»(): ...\n",
            ".github/run.py": "from a import «greet»\n",
            "build/tools.py": "from a import «greet»\n",
            "build/lib/b.py": "from a import greet\n",
            "env/pyvenv.cfg": "",
            "env/b.py": "from a import greet\n",
            "node_modules/b.py": "from a import greet\n",
        }
    )
    assert_finds_all_that_is_marked(marked)


def test_what_could_not_be_searched_in_time_is_said(project: Project) -> None:
    marked = project({"a.py": "def gr$0eet(): ...\n", "b.py": "from a import greet\n"})
    found = search(marked, budget=0.0)
    assert found.incomplete is not None
    assert "`greet`" in found.incomplete


def test_no_name_no_references(project: Project) -> None:
    found = search(project({"a.py": "x = 1  # n$0othing here\n"}))
    assert (found.name, found.found) == ("", ())


def test_highlights_are_of_the_file_and_say_what_is_written(project: Project) -> None:
    marked = project(
        {"a.py": "«cou$0nt» = 1\n«count» += 1\nprint(«count»)\n", "b.py": "from a import count\n"}
    )
    found = highlights(HighlightsQuestion(marked.place, PATIENCE))
    assert [each.access for each in found.found] == ["write", "write", "read"]
    assert {("a.py", each.location.span) for each in found.found} == marked.marked


def test_declarations_are_told_from_uses(project: Project) -> None:
    marked = project(
        {
            "a.py": "class Base:\n    def run$0(self): ...\n\n\nBase().run()\n",
            "b.py": "from a import Base\n\n\nclass More(Base):\n    def run(self): ...\n",
        }
    )
    assert {
        (each.location.path.name, each.location.span.start.line)
        for each in search(marked).found
        if each.declares
    } == {("a.py", 1), ("b.py", 4)}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files here")
def test_a_pipe_that_nobody_writes_to_is_no_source(project: Project) -> None:
    files = project({"shop.py": "def «to$0tal»(): ...\n", "app.py": "from shop import «total»\n"})
    os.mkfifo(files.folder / "pipe.py")
    assert_finds_all_that_is_marked(files)
