"""What code can use, as a prompt shows it: calls, not definitions to repeat."""

from __future__ import annotations

import pytest

from jedimind.analysis.context import Context, Definition
from jedimind.analysis.rendering import render

TOTAL = Definition(
    "billing.total",
    "function",
    "billing.py",
    "def total(order: Order, *, discount: Decimal = Decimal(0)) -> Decimal",
    "What the customer owes.",
)


@pytest.mark.parametrize(
    ("definition", "shown"),
    [
        (
            TOTAL,
            """\
From billing.py:
    billing.total(order: Order, *, discount: Decimal = Decimal(0)) -> Decimal
        What the customer owes.
""",
        ),
        (
            Definition("VAT", "variable", "billing.py", "VAT: dict[str, int]"),
            "From billing.py:\n    VAT: dict[str, int]\n",
        ),
        (
            Definition("shop.VAT", "variable", "shop.py", "VAT: int"),
            "From shop.py:\n    shop.VAT: int\n",
        ),
        (
            Definition(
                "B", "class", "b.py", "@dataclass\nclass B:\n    x: int\n    y: int = 1", "B."
            ),
            "From b.py:\n    B(x: int, y: int = 1)\n        B.\n",
        ),
        (
            Definition(
                "A",
                "class",
                "a.py",
                "class A:\n    n: int\n"
                '    def __init__(self, n: int) -> None: """Make."""\n'
                "    @property\n    def size(self) -> int\n"
                '    @classmethod\n    def of(cls, text: str) -> A: """Read."""\n'
                "    async def go(self, far: bool = False) -> None",
                "One A.",
            ),
            """\
From a.py:
    A(n: int)
        One A.
        its attributes: n: int, size: int
    A.of(text: str) -> A
        Read.
    A().go(far: bool = False) -> None
""",
        ),
        (Definition("C", "class", "c.py", "class C: ..."), "From c.py:\n    C(...)\n"),
    ],
)
def test_a_definition_is_shown_as_it_is_used(definition: Definition, shown: str) -> None:
    assert render(Context((definition,)), 1000) == shown


def test_definitions_are_grouped_by_origin_and_never_cut() -> None:
    other = Definition("x", "variable", "other.py", "x: int")
    context = Context((TOTAL, other, Definition("y", "variable", "billing.py", "y: int")))
    full = render(context, 1000)
    assert [line for line in full.splitlines() if line.startswith("From")] == [
        "From billing.py:",
        "From other.py:",
    ]
    for budget in range(0, 100, 3):
        text = render(context, budget)
        assert len(text) <= budget * 3.5
        assert set(text.splitlines()) <= set(full.splitlines())


def test_nothing_is_shown_of_nothing() -> None:
    assert render(Context(), 100) == ""
