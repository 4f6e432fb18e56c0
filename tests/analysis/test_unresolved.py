"""Names that do not exist, marked with carets below them and followed by what is said of them."""

from __future__ import annotations

import re

import pytest

from analysis.project import Project
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.unresolved import Unresolved, UnresolvedQuestion
from jedimind.analysis.worker.verify import verify
from jedimind.text import Position, Span, Text

SHOP = """
from dataclasses import dataclass
from enum import Enum

@dataclass
class Order:
    customer: str
    amount: int = 0

    def net(self, *, tax: int = 0) -> int: ...

class Special(Order):
    pass

class Status(Enum):
    PAID = 1

class Loose:
    def __getattr__(self, name): ...

class Copying:
    def __init__(self, **values):
        self.__dict__.update(values)

def total(orders: list[Order], *, discount: int = 0) -> int: ...

def anything(*args, **kwargs): ...
"""

MARK = re.compile(r"^( *)(\^+) ?(.*)$")


def unresolved(place: SourcePlace, lines: range | None = None) -> tuple[Unresolved, ...]:
    lines = lines or range(len(Text.of(place.source).lines))
    return verify(UnresolvedQuestion(place, lines.start, lines.stop))


def check(project: Project, marked: str, files: dict[str, str] | None = None) -> None:
    """Exactly what is marked is found."""
    lines: list[str] = []
    expected: list[tuple[Span, str]] = []
    for line in marked.removeprefix("\n").splitlines():
        mark = MARK.match(line)
        if mark is None:
            lines.append(line)
        else:
            row = len(lines) - 1
            start, end = mark.start(2), mark.end(2)
            expected.append((Span(Position(row, start), Position(row, end)), mark[3]))
    source = "\n".join(lines) + "\n"
    place = project({"shop.py": SHOP, "main.py": source + "$0", **(files or {})})
    found = [(each.span, each.sentence) for each in unresolved(place)]
    assert found == expected


@pytest.mark.parametrize(
    "marked",
    [
        """
count = 1
print(cuont)
      ^^^^^ `cuont` is not defined here; did you mean `count`?
""",
        """
def f(text):
    return math.sqrt(len(text))
           ^^^^ `math` is used without `import math`.
""",
        """
[x for x in range(3) if y]
                        ^ `y` is not defined here.
""",
        """
class A:
    size = 3
    def f(self):
        return size
               ^^^^ `size` is not defined here; did you mean `slice`?
""",
        """
[a for a in [1]]
print("😀𝒳", a)
            ^ `a` is not defined here.
""",
    ],
)
def test_undefined_names(project: Project, marked: str) -> None:
    check(project, marked)


@pytest.mark.parametrize(
    "marked",
    [
        """
from collections import Counter
Counter().most_frequent(3)
          ^^^^^^^^^^^^^ `Counter` has no attribute `most_frequent`; did you mean `most_common`?
""",
        """
import math
math.squareroot(2)
     ^^^^^^^^^^ `math` has no attribute `squareroot`.
""",
        """
import datetime
datetime.now()
         ^^^ `datetime` has no attribute `now`.
""",
        """
def f(text: str):
    return text.to_lower().strip()
                ^^^^^^^^ `str` has no attribute `to_lower`; did you mean `lower`?
""",
        """
def f(text: str):
    return text.lower().reversed()
                        ^^^^^^^^ `str` has no attribute `reversed`; did you mean `removeprefix`?
""",
        """
def f():
    found = []
    found.push(1)
          ^^^^ `list` has no attribute `push`.
""",
        """
import re
if match := re.match("a", "b"):
    print("😀", match.gruop())
                     ^^^^^ `Match` has no attribute `gruop`; did you mean `group`?
""",
        """
from shop import Order
def f(order: Order | None):
    print(order.nett(), order.customer.uper())
                ^^^^ `Order` has no attribute `nett`; did you mean `net`?
                                       ^^^^ `str` has no attribute `uper`; did you mean `upper`?
""",
        """
import shop
shop.Special("Ann").total()
                    ^^^^^ `Special` has no attribute `total`.
""",
        """
import shop
shop.totl([])
     ^^^^ `shop` has no attribute `totl`; did you mean `total`?
""",
        """
class Stack:
    def __init__(self):
        self.items = []
    def pop(self):
        return self.itmes
                    ^^^^^ `Stack` has no attribute `itmes`; did you mean `items`?
""",
    ],
)
def test_missing_attributes(project: Project, marked: str) -> None:
    check(project, marked)


@pytest.mark.parametrize(
    "marked",
    [
        """
import requestss
       ^^^^^^^^^ No module named `requestss` can be found.
""",
        """
import colections
       ^^^^^^^^^^ No module named `colections` can be found; did you mean `collections`?
""",
        """
from json.deep import thing
     ^^^^^^^^^ No module named `json.deep` can be found; did you mean `json`?
""",
        """
from collections import OrderedDikt
                        ^^^^^^^^^^^ Module `collections` has no attribute `OrderedDikt`; did you \
mean `OrderedDict`?
""",
        """
from shop import totals, Order
                 ^^^^^^ Module `shop` has no attribute `totals`; did you mean `total`?
""",
    ],
)
def test_missing_imports(project: Project, marked: str) -> None:
    check(project, marked)


@pytest.mark.parametrize(
    "marked",
    [
        """
import shop
shop.total([], discont=3)
               ^^^^^^^ `shop.total` takes no argument `discont`; its keyword arguments are: \
`discount`, `orders`.
""",
        """
from shop import Order
Order(custmer="Ann")
      ^^^^^^^ `Order` takes no argument `custmer`; its keyword arguments are: `amount`, `customer`.
""",
        """
print(1, endd="")
         ^^^^ `print` takes no argument `endd`; its keyword arguments are: `end`, `file`, `flush`, \
`sep`.
""",
        """
class Point:
    def __init__(self, x, y=0): ...
Point(1, z=2)
         ^ `Point` takes no argument `z`; its keyword arguments are: `x`, `y`.
""",
    ],
)
def test_refused_keyword_arguments(project: Project, marked: str) -> None:
    check(project, marked)


@pytest.mark.parametrize(
    "source",
    [
        # scopes
        "def f():\n    global made\n    made = 1\nprint(made)\n",
        "def f():\n    def g():\n        nonlocal x\n        x = 2\n        return x\n    x = 1\n",
        "if (n := 3) > 2: print(n)\n[last := x for x in [1]]\nprint(last)\n",
        "try: pass\nexcept ValueError as error: print(error)\n",
        "match [1]:\n    case [first, *rest]: print(first, rest)\n    case str() as s: s\n",
        "match {}:\n    case {'a': a, **others} | other: print(a, others, other)\n",
        "class A:\n    n = 1\n    m = [n for _ in 'a']\n    def f(self): return __class__\n",
        "print((lambda a, *b, c=1, **d: (a, b, c, d))(1), __name__, __file__)\n",
        "with open('a') as f, open('b') as g: print(f, g)\nimport os.path\nprint(os)\n",
        "def f(): return later()\ndef later(): ...\n",
        "from os.path import *\nprint(join('a'))\n",
        "del_me = 1\ndel del_me\nfor i in 'ab': pass\nprint(i)\n",
        "async def f():\n    async for a in b():\n        print(await a)\nasync def b(): yield 1\n",
        # guarded
        "try:\n    unicode\nexcept NameError:\n    unicode = str\n",
        "try:\n    import nosuchmodule\nexcept ImportError:\n    nosuchmodule = None\n",
        "import sys\nif sys.platform == 'nt':\n    import nosuchmodule\n",
        "import os\nif hasattr(os, 'nosuch'):\n    os.nosuch()\n",
        "import os\ntry:\n    os.nosuch()\nexcept AttributeError:\n    pass\n",
        # receivers that may be more than they seem
        "def f(x=None):\n    return x.foo\n",
        "def f(x=''):\n    return x.foo\n",
        "def f(flag):\n    x = []\n    if flag: x = flag\n    return x.foo\n",
        "def f(x: str):\n    if isinstance(x, bytearray):\n        return x.foo\n",
        "from shop import Loose, Copying\nLoose().foo\nCopying(a=1).a\n",
        "from shop import Status\nStatus.PAID.value\nStatus('a').name\nStatus.PAID.foo\n",
        "from shop import Order\no = Order('a')\no.extra = 1\nprint(o.extra)\n",
        "class Mixin:\n    def f(self): return self.given_by_the_other_base\n",
        "class Base:\n    def f(self): raise NotImplementedError\n    def g(self): return self.h\n",
        "class A:\n    def f(self): return self.g()\nclass B(A):\n    def g(self): ...\n",
        "class A(unknown_base):\n    def f(self): return self.foo\nunknown_base = object\n",
        "def decorate(c): return c\n@decorate\nclass A:\n    pass\nA().foo\n",
        "from unittest.mock import Mock\nMock().anything.at_all\n",
        "import argparse\nargparse.Namespace().foo\n",
        "from shop import anything\nanything(a=1)\n",
        "from functools import partial\nfrom shop import total\npartial(total, x=1)(y=2)\n",
        "def wrap(f): return f\n@wrap\ndef g(): ...\ng(a=1)\n",
        "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\nP(x=1)._replace(x=2).x\n",
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\nP(x=1, y=2).x\n",
        "import shop\nclass Loose(shop.Loose):\n    pass\nLoose().foo\n",
        "def f():\n    pass\nf.cache = {}\nf.cache\n",
        "import os.path, xml.etree.ElementTree as et\nos.path.join('a'), et.parse\n",
        "from typing import Callable\ndef f(c: Callable[[], int]): c.anything\n",
        "super().foo\ntype(3).foo\nobject().__doc__\n",
        "",
    ],
)
def test_what_may_exist_is_not_reported(project: Project, source: str) -> None:
    place = project({"shop.py": SHOP, "main.py": source + "$0"})
    assert unresolved(place) == ()


def test_only_the_lines_asked_about_are_judged(project: Project) -> None:
    place = project({"main.py": "first\nsecond\nthird\n$0"})
    assert [each.name for each in unresolved(place, range(1, 2))] == ["second"]


def test_known_names_are_given_for_a_second_try(project: Project) -> None:
    place = project({"main.py": "from collections import Counter\nCounter().most_frequent\n$0"})
    (found,) = unresolved(place)
    assert found.known[0] == "most_common"
    assert found.kind == "attribute"


@pytest.mark.parametrize(
    "broken",
    ["x = (1,\n", "def half(\n", "class\n", "    stray = 1\n", "print 'two'\n", "if made:\n"],
)
def test_the_rest_of_the_file_may_be_half_typed(project: Project, broken: str) -> None:
    source = f"import math\nmade = 1\ndef f():\n    return made + math.sqroot(missing)\n\n{broken}"
    place = project({"main.py": source + "$0"})
    found = unresolved(place, range(2, 4))
    assert [each.name for each in found] in (["sqroot", "missing"], [])
    if not broken.endswith("(\n"):
        assert found, "a broken line elsewhere must not hide everything"


def test_names_of_a_line_that_does_not_parse_count_as_made_there(project: Project) -> None:
    place = project({"main.py": "made = = 1\ndef f():\n    return made + other\n$0"})
    assert [each.name for each in unresolved(place, range(1, 3))] == ["other"]


@pytest.mark.parametrize("source", ["x = (\n", "x = '\0'\n", "x = '\ud800'\ny\n"])
def test_a_candidate_that_does_not_parse_is_not_judged(source: str) -> None:
    assert unresolved(SourcePlace(None, source, Position(0, 0))) == ()


def test_lines_end_only_where_python_ends_them() -> None:
    source = "a = '\u2028\x0b\x85'\r\n\x0c\r\nb = '😀𝒳'; missing\rmissing_too\n"
    found = unresolved(SourcePlace(None, source, Position(0, 0)))
    assert [each.span for each in found] == [
        Span(Position(2, 10), Position(2, 17)),
        Span(Position(3, 0), Position(3, 11)),
    ]


@pytest.mark.parametrize("suffix", ["abi3.so", "cpython-39-x86_64-linux-gnu.so", "pyd"])
@pytest.mark.parametrize(
    "source",
    [
        "import pkg.fast\nfrom pkg.fast import anything\npkg.fast.more\n",
        "from pkg import fast\nfast.more\n",
        "from .fast import anything\nfrom . import fast\nfast.more\n",
        "from ..pkg.fast import anything\n",
    ],
)
def test_a_compiled_module_without_source_is_given_the_benefit_of_the_doubt(
    project: Project, source: str, suffix: str
) -> None:
    place = project({"pkg/__init__.py": "", "pkg/main.py": f"{source}$0"})
    assert place.path is not None
    place.path.with_name(f"fast.{suffix}").write_bytes(b"not really")
    assert unresolved(place) == ()


def test_a_relative_import_in_an_unsaved_document_cannot_be_judged() -> None:
    source = "from .nosuch import thing\nfrom . import other\n"
    assert unresolved(SourcePlace(None, source, Position(0, 0))) == ()


def test_a_relative_import_of_nothing_is_found(project: Project) -> None:
    place = project({"pkg/__init__.py": "", "pkg/main.py": "from .nosuch import thing\n$0"})
    assert [each.sentence for each in unresolved(place)] == [
        "No module named `.nosuch` can be found."
    ]
