"""The values of statements, taken while the program runs as it would without."""

from __future__ import annotations

import pytest

from execution.conftest import GENEROUS, Execute
from jedimind.execution.limits import Limits
from jedimind.execution.outcome import OutcomeCode

Told = tuple[int, str, "str | None", int]


async def told(execute: Execute, source: str) -> list[Told]:
    outcome = await execute(source)
    return [(each.line, each.first, each.last, each.count) for each in outcome.values]


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("x = 1 + 1\nx * 2", [(1, "2", "2", 1), (2, "4", "4", 1)]),
        ("x = 1\n'text'", [(2, "'text'", "'text'", 1)]),
        (
            "x = [1]\nx.append(2)\nx += [3]",
            [(1, "[1]", "[1]", 1), (3, "[1, 2, 3]", "[1, 2, 3]", 1)],
        ),
        ("a, b = 1, 2", [(1, "(1, 2)", "(1, 2)", 1)]),
        ("x: int = 1 + 1", [(1, "2", "2", 1)]),
        ("x: int", []),
        ("(1 +\n 1)\n0", [(1, "2", "2", 1), (3, "0", "0", 1)]),
        ("for i in range(5):\n    i * i", [(2, "0", "16", 5)]),
        ("for i in range(1000):\n    i * i", [(2, "0", "998001", 1000)]),
        ("for i in range(1000):\n    [i]", [(2, "[0]", None, 1000)]),
        (
            "for i in range(300):\n    if i % 3:\n        continue\n    i + 1",
            [(4, "1", "298", 100)],
        ),
        ("for i in range(300):\n    if i % 3:\n        i + 1", [(3, "2", "300", 200)]),
        (
            "for i in range(90):\n  try:\n    1 / (i % 3)\n    i + 1\n  except Exception:\n    -i",
            [(3, "1.0", "0.5", 60), (4, "2", "90", 60), (6, "0", "-87", 30)],
        ),
        (
            "i = 0\nwhile i < 50:\n    i += 1\nelse:\n    i + 1",
            [(3, "1", "50", 50), (5, "51", "51", 1)],
        ),
        ("def f():\n    x = 1 + 1\n    return x\nf()\n0", [(4, "2", "2", 1), (5, "0", "0", 1)]),
        ("x = 1 + 1\ny = x + 1\n1 / 0\nz = 1 + 1", [(1, "2", "2", 1), (2, "3", "3", 1)]),
    ],
)
async def test_values_of_statements(execute: Execute, source: str, values: list[Told]) -> None:
    assert await told(execute, source) == values


async def test_a_timeout_keeps_what_was_known(execute: Execute) -> None:
    limits = Limits(timeout=1, memory=512, output=64)
    outcome = await execute("x = 1 + 1\nwhile True:\n    x += 1", limits=limits)
    assert outcome.code is OutcomeCode.TIMEOUT
    assert [(each.line, each.first) for each in outcome.values] == [(1, "2"), (3, "3")]
    assert outcome.values[1].count > 1000


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("return 1 / 0", "<repr failed: ZeroDivisionError>"),
        ("print('seen'); return 'x'", "x"),
        ("return 1", "<repr failed: TypeError>"),
        ("return 'x' * 10_000_000", "x" * 59 + "…"),
        ("return repr(self)", "<repr failed: RecursionError>"),
        ("return '\\x1b[31m\\u202e\\n'", "\\u001b[31m\\u202e"),
    ],
)
async def test_a_hostile_repr(execute: Execute, body: str, text: str) -> None:
    outcome = await execute(f"class C:\n    def __repr__(self): {body}\nx = C()\n0")
    assert outcome.code is OutcomeCode.OK, outcome
    assert outcome.stdout == ""
    assert [each.first for each in outcome.values] == [text, "0"]


async def test_a_value_that_lies_about_its_class(execute: Execute) -> None:
    outcome = await execute(
        "class C:\n    __class__ = list\n    def __repr__(self): return 'c'\nx = C()\n0"
    )
    assert [each.first for each in outcome.values] == ["c", "0"]


async def test_a_repr_that_hangs_ends_at_the_time_limit(execute: Execute) -> None:
    limits = Limits(timeout=1, memory=512, output=64)
    source = "y = 1 + 1\nclass C:\n    def __repr__(self):\n        while True: pass\nx = C()"
    outcome = await execute(source, limits=limits)
    assert outcome.code is OutcomeCode.TIMEOUT
    assert [each.first for each in outcome.values] == ["2"]


async def test_large_values_cost_little(execute: Execute) -> None:
    limits = Limits(timeout=20, memory=512, output=64)
    source = (
        "x = list(range(10**6))\ny = 'a' * 10**8\nz = 1 << 10**7\nn = {i: i for i in range(10**5)}"
    )
    outcome = await execute(source, limits=limits)
    assert outcome.code is OutcomeCode.OK, outcome
    assert all(len(each.first) <= 60 and len(each.readable) <= 4000 for each in outcome.values)
    assert outcome.values[2].first == "<int of 10000001 bits>"


async def test_no_value_is_kept_alive(execute: Execute) -> None:
    outcome = await execute(
        "import weakref\nclass C: pass\nx = C()\nw = weakref.ref(x)\ndel x\nprint(w())",
        limits=GENEROUS,
    )
    assert outcome.stdout == "None\n"


async def test_the_locals_of_a_failure(execute: Execute) -> None:
    outcome = await execute(
        "import os\ntotal = 5\ndef half(n, _hidden):\n    rest = [n]\n    return n / 0\n"
        "half(total, 1)"
    )
    assert outcome.failure is not None
    module, function = outcome.failure.frames
    assert module.locals == (("total", "5"),)
    assert function.locals == (("n", "5"), ("rest", "[5]"))
