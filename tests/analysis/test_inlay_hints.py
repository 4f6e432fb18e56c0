"""What is shown between the code. A picture has the hints in ``⟦⟧``; `!` says insertable."""

from __future__ import annotations

import math

import pytest

from analysis.project import Project
from jedimind.analysis.inlay_hints import InlayHint, InlayHintsQuestion, Kind
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.worker import inlay_hints as worker
from jedimind.analysis.worker.inlay_hints import inlay_hints
from jedimind.text import Position, Text

ALL: frozenset[Kind] = frozenset({"variable", "return", "parameter"})


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look at a library can take longer than an editor would be kept waiting."""
    monkeypatch.setattr(worker, "_BUDGET", math.inf)


def drawn(place: SourcePlace, kinds: frozenset[Kind] = ALL) -> str:
    text = Text.of(place.source)
    lines = [list(text.line(number)) for number in range(len(text.lines))]
    question = InlayHintsQuestion(place, 0, len(lines), kinds, 500)
    for hint in reversed(inlay_hints(question).hints):
        line = lines[hint.position.line]
        line.insert(hint.position.column, f"⟦{hint.text}{'!' if hint.insertable else ''}⟧")
    return "\n".join("".join(line) for line in lines)


def picture(source: str) -> str:
    return drawn(SourcePlace(None, source, Position(0, 0)))


def without_hints(expected: str) -> str:
    plain = expected
    while "⟦" in plain:
        plain = plain[: plain.index("⟦")] + plain[plain.index("⟧") + 1 :]
    return plain


@pytest.mark.parametrize(
    "expected",
    [
        "size⟦int!⟧ = len('x')",
        "names⟦list[str]!⟧ = [str(i) for i in range(3)]",
        "import re\nfound⟦Match[str] | None⟧ = re.match(⟦pattern⟧'a', ⟦string⟧'b')",
        "async def f() -> int: ...\nasync def g() -> None:\n    x⟦int!⟧ = await f()",
        "def f() -> None:\n    global n\n    n⟦int⟧ = len('x')",
        "a = b⟦int⟧ = len('x')",
        "class A:\n    size⟦int!⟧ = len('x')",
        "😀 = 1\nü⟦int!⟧ = len('x')",
    ],
)
def test_variables_show_what_they_are(expected: str) -> None:
    assert picture(without_hints(expected)) == expected


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\ny = 'a'\nz = [1]\nu = {}\nv = (1, 2)\nw = None\nt = lambda: 1",  # as it says
        "x: int = len('x')",
        "class Order: pass\norder = Order()\nOther = Order",
        "x = list(range(3))",
        "_ = len('x')",
        "x = nowhere()",
        "def f(a) -> None:\n    x = a\nf(1)",  # what others pass is not known
        "x = len('x') or nowhere()",  # Jedi knows one half
        "x = 1 if y else nowhere()",
        "import os\nx = os",
        "for x in range(3): pass",
        "x = print()",
        "x = = len('x')",
    ],
)
def test_what_is_obvious_or_not_certain_is_not_shown(source: str) -> None:
    assert picture(source) == source


@pytest.mark.parametrize(
    "expected",
    [
        "def f()⟦int!⟧:\n    return 1",
        "def f(\n    a,\n)⟦str!⟧:\n    return 'x'",
        "async def f()⟦int!⟧:\n    return 1",
        "def f(a)⟦int | None⟧:\n    if a:\n        return 1",
        "def f(a)⟦int | None⟧:\n    if a:\n        return 1\n    return",
        "def f(a)⟦int | str⟧:\n    if a:\n        return 1\n    else:\n        return 'x'",
        "def f(a)⟦None!⟧:\n    a.b = 1",
        "def f(a)⟦None!⟧:\n    if a:\n        return\n    a.b = 1",
        "class A:\n    @property\n    def me(self)⟦A⟧:\n        return self",
        "def f()⟦dict[str, list[int]]!⟧:\n    return {'a': [1]}",
        "def f()⟦int!⟧:\n    def g()⟦str!⟧:\n        return 'x'\n    return 1",
    ],
)
def test_functions_show_what_they_return(expected: str) -> None:
    assert picture(without_hints(expected)) == expected


@pytest.mark.parametrize(
    "source",
    [
        "def f() -> int:\n    return 1",
        "def f():\n    yield 1",
        "def f():\n    raise NotImplementedError",
        "def f(): ...",
        "class A:\n    def __init__(self): self.x = 1",
        "def f(a):\n    return a\nf(1)",
        "def f(a):\n    if a:\n        return 1\n    return nowhere()",
        "import sys\ndef f(a):\n    if a:\n        return 1\n    sys.exit()",
        "def f(a):\n    with a:\n        return 1",  # `a` may swallow an error
        "def f(a):\n    if a: return 1\n    if a: return 'x'\n    if a: return 2.0\n    return b''",
    ],
)
def test_a_function_that_may_return_something_else_shows_nothing(source: str) -> None:
    assert picture(source) == source


_DEFINED = """\
class Order:
    def __init__(self, customer, size=1) -> None: ...
    def move(self, target, speed=1, *rest, hard=False) -> None: ...
def send(order, address, /, priority, x=0) -> None: ...
def set_name(name, other=None) -> None: ...
def only(value) -> None: ...
"""


@pytest.mark.parametrize(
    "expected",
    [
        "Order(⟦customer⟧'Ann', ⟦size⟧2)",
        "Order(⟦customer⟧'Ann').move(⟦target⟧'x', ⟦speed⟧3, 4, hard=True)",
        "send(1, 2, ⟦priority⟧3, 4)",
        "customer = 'x'\nOrder(customer, ⟦size⟧2)",
        "Order(the.old_customer(), ⟦size⟧2)",
        "Order(*args, 2)",
        "Order(⟦customer⟧1, *args)",
        "set_name('x')",
        "set_name(⟦name⟧'x', ⟦other⟧1)",
        "only(1)",
        "print('x', 1)",
        "nowhere(1, 2)",
        "Order(⟦customer⟧send(1, 2, ⟦priority⟧3))",
    ],
)
def test_arguments_show_their_parameters_where_they_do_not_say_them(expected: str) -> None:
    source = _DEFINED + without_hints(expected)
    assert picture(source) == _DEFINED + expected


def test_what_is_not_asked_for_is_not_looked_at(project: Project) -> None:
    place = project({"a.py": "def f(size, n=1):\n    return 1\nx = f(2)\ny = f(3)\n$0"})
    assert drawn(place, frozenset({"return"})).count("⟦") == 1
    hints = inlay_hints(InlayHintsQuestion(place, 2, 3, ALL, 500)).hints
    assert hints == (
        InlayHint("variable", Position(2, 1), "int", insertable=True),
        InlayHint("parameter", Position(2, 6), "size"),
    )
    assert inlay_hints(InlayHintsQuestion(place, 0, 4, ALL, 2)).hints == (
        InlayHint("return", Position(0, 16), "int", insertable=True),
        InlayHint("variable", Position(2, 1), "int", insertable=True),
    )


def test_without_time_there_are_fewer_and_the_answer_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "_BUDGET", -1.0)
    place = SourcePlace(None, "x = len('x')", Position(0, 0))
    answer = inlay_hints(InlayHintsQuestion(place, 0, 1, ALL, 500))
    assert (answer.hints, answer.complete) == ((), False)


def test_hints_leave_jedi_s_guesses_to_others(project: Project) -> None:
    place = project({"a.py": "def f(a):\n    x = a.upper()\nf('x')\n$0"})
    script = worker.open_script(place, place.source)
    inlay_hints(InlayHintsQuestion(place, 0, 3, ALL, 500))
    assert [name.name for name in script.infer(2, 4)] == ["str"]
