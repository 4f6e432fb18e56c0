"""What Jedi tells a prompt about the names that code at a place can use."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from analysis.project import Project
from jedimind.analysis.context import Context, ContextQuestion, Definition
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.worker import scope
from jedimind.analysis.worker.gather import gather
from jedimind.text import Position

BILLING = '''
from dataclasses import dataclass, field
from decimal import Decimal
import os

RATE = Decimal("0.2")
_cache = {}

@dataclass
class Order:
    """A customer's order.

    With everything in it."""

    customer: str
    lines: list[int] = field(default_factory=list)

    def net(self, *, tax: Decimal = RATE) -> Decimal:
        """Without tax. Rounded."""
        return Decimal(0)

    def _private(self): ...

def invoice_total(
    order: Order,  # what to bill
    *,
    discount: Decimal = Decimal(0),
) -> Decimal:
    """What the customer owes."""
    return order.net() - discount
'''


def ask(place: SourcePlace, wanted: Iterable[str] = (), limit: int = 60) -> Context:
    return gather(ContextQuestion(place, frozenset(wanted), limit))


def named(context: Context) -> Mapping[str, Definition]:
    return {definition.name: definition for definition in context.definitions}


def test_an_imported_module_shows_its_public_members_as_the_code_writes_them(
    project: Project,
) -> None:
    place = project({"billing.py": BILLING, "main.py": "import billing\n# sum\n$0"})
    found = named(ask(place))
    assert {"billing.RATE", "billing.Order", "billing.invoice_total"} == {
        name for name in found if name.startswith("billing.")
    }
    total = found["billing.invoice_total"]
    assert total.signature == (
        "def invoice_total(order: Order, *, discount: Decimal = Decimal(0)) -> Decimal"
    )
    assert total.doc == "What the customer owes."
    assert (total.kind, total.home) == ("function", "billing.py")
    assert total.path == place.folder / "billing.py"
    assert total.line == BILLING.removeprefix("\n").splitlines().index("def invoice_total(")


def test_an_imported_class_shows_fields_and_public_methods(project: Project) -> None:
    place = project({"billing.py": BILLING, "main.py": "from billing import Order\n$0"})
    order = named(ask(place))["Order"]
    assert order.doc == "A customer's order."
    assert order.signature == (
        "@dataclass\n"
        "class Order:\n"
        "    customer: str\n"
        "    lines: list[int] = field(default_factory=list)\n"
        '    def net(self, *, tax: Decimal = RATE) -> Decimal: """Without tax"""'
    )


def test_a_class_without_annotations_shows_its_constructor_and_what_it_sets(
    project: Project,
) -> None:
    account = """
class Account:
    def __init__(self, owner: str, limit=0):
        self.owner = owner
        self.balance = 0
        self._log = []

    @property
    def open(self) -> bool:
        return True
"""
    place = project({"bank.py": account, "main.py": "from bank import Account\n$0"})
    assert named(ask(place))["Account"].signature == (
        "class Account:\n"
        "    def __init__(self, owner: str, limit=0)\n"
        "    self.owner: str\n"
        "    self.balance = 0\n"
        "    open: bool  # property"
    )


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("from billing import invoice_total as owed", "owed"),
        ("import billing as money", "money.invoice_total"),
        ("from billing import *", "invoice_total"),
    ],
)
def test_names_are_those_the_import_gives(project: Project, statement: str, name: str) -> None:
    place = project({"billing.py": BILLING, "main.py": f"{statement}\n$0"})
    found = named(ask(place))[name]
    assert f"def {name.rpartition('.')[2]}(order: Order" in found.signature


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("from shop import billing", "billing.invoice_total"),
        ("from . import billing", "billing.invoice_total"),
        ("from .billing import invoice_total", "invoice_total"),
        ("import shop.billing", "shop.billing.invoice_total"),
        ("from shop import invoice_total", "invoice_total"),
        ("import shop", "shop.invoice_total"),
    ],
)
def test_packages(project: Project, statement: str, name: str) -> None:
    place = project(
        {
            "shop/__init__.py": "from .billing import invoice_total\n",
            "shop/billing.py": BILLING,
            "shop/main.py": f"{statement}\n$0",
        }
    )
    assert named(ask(place))[name].home == "shop/billing.py"


def test_classes_in_the_annotations_of_an_imported_function_come_too(project: Project) -> None:
    place = project({"billing.py": BILLING, "main.py": "from billing import invoice_total\n$0"})
    assert "customer: str" in named(ask(place))["Order"].signature


def test_parameters_and_locals_come_with_their_types(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "_INFERENCE_SECONDS", 60.0)  # a slow machine is not the subject
    source = """
from billing import Order, invoice_total

def report(orders: list[Order], title="all", *rest):
    first = Order("Ann")
    owed = invoice_total(first)
    count = 0
    def show(line): ...
    # print it
    $0
    later = 1
"""
    place = project({"billing.py": BILLING, "main.py": source})
    local = [each for each in ask(place).definitions if each.home == "this function"]
    assert {each.name: each.signature for each in local} == {
        "orders": "orders: list[Order]",
        "title": "title: str",
        "rest": "*rest",
        "first": "first: Order",
        "owed": "owed: Decimal",
        "count": "count: int",
        "show": "def show(line)",
    }


def test_a_method_sees_its_class_with_private_members(project: Project) -> None:
    source = """
class Stack:
    def __init__(self):
        self._items = []

    def _grow(self, by: int): ...

    def pop(self):
        # the last one
        $0

def helper(a, b=1): ...
LIMIT = 10
"""
    place = project({"main.py": source})
    found = named(ask(place))
    assert "self._items = []" in found["Stack"].signature
    assert "def _grow(self, by: int)" in found["Stack"].signature
    assert found["helper"].signature == "def helper(a, b=1)"
    lines = place.source.splitlines()
    assert found["helper"].line == lines.index("def helper(a, b=1): ...")
    assert found["LIMIT"].signature == "LIMIT = 10"


@pytest.mark.parametrize(
    "body",
    [
        "def pay(amount: float):\n    # pay it\n    $0",
        "def pay(amount: float):\n    $0",
        "def pay(amount: float):\n    x = (1,\n    $0\ndef other(: pass\n",
        "def pay(amount: float):\n\t# tabs\n\t$0\n",
        "class A:\n    def b(self): ...\n\ndef pay(amount: float):\n    '''Pays.'''\n    $0",
        "def pay(amount: float):\n    match amount:\n        case 0:\n            pass\n    $0\n",
    ],
)
def test_half_typed_files(project: Project, body: str) -> None:
    place = project({"main.py": body})
    assert named(ask(place))["amount"].signature == "amount: float"


def test_what_the_request_names_comes_first(project: Project) -> None:
    many = "\n".join(f"def step_{number}(): ..." for number in range(50))
    place = project(
        {
            "billing.py": BILLING,
            "steps.py": many,
            "main.py": "import steps\nimport billing\n\ndef f(a, b):\n    $0",
        }
    )
    context = ask(place, {"sum", "the", "Invoices"}, limit=5)
    assert context.definitions[0].name == "billing.invoice_total"
    assert len(context.definitions) == 5


def test_the_standard_library_is_known_by_name_unless_it_is_mentioned(project: Project) -> None:
    place = project({"main.py": "import json\nfrom textwrap import shorten, fill as f\n$0"})
    found = named(ask(place, {"shorten"}))
    assert found["json"].signature == "import json"
    assert found["f"].signature == "from textwrap import fill as f"
    assert "shorten(text: str, width: int" in found["shorten"].signature


def test_an_installed_package_in_the_folder_is_no_project_code(project: Project) -> None:
    packages = ".venv/lib/python3.11/site-packages"
    place = project({f"{packages}/third.py": "def f(): ...\n", "main.py": "import third\n$0"})
    interpreter = place.folder / ".venv" / "bin" / "python"
    place = SourcePlace(place.path, place.source, place.position, place.folder, interpreter)
    assert named(ask(place))["third"].signature == "import third"


def test_an_editable_installation_is_found_by_its_pth_file(
    project: Project, tmp_path: Path
) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "linked.py").write_text("def shared(a): ...\n")
    packages = "env/lib/python3.11/site-packages"
    place = project(
        {
            f"{packages}/linked.pth": f"# comment\nimport os\n{outside}\n",
            "main.py": "from linked import shared\n$0",
        }
    )
    interpreter = place.folder / "env" / "bin" / "python"
    place = SourcePlace(place.path, place.source, place.position, place.folder, interpreter)
    # Not the project's, but found: asked for, it has a signature.
    assert "shared(a)" in named(ask(place, {"shared"}))["shared"].signature


def test_lines_end_only_where_python_ends_them(project: Project) -> None:
    source = 'first = "\u2028\x0b\x85"\r\n\x0c\r\nname = "😀𝒳"\rdef after(x: int): ...\n$0'
    place = project({"main.py": source})
    found = named(ask(place))
    assert place.position.line == 4
    assert (found["first"].line, found["name"].line, found["after"].line) == (0, 2, 3)


def test_an_unsaved_document_needs_no_folder() -> None:
    source = "import os\ndef f(a: int): ...\n"
    context = ask(SourcePlace(None, source, Position(2, 0)))
    assert named(context)["f"].signature == "def f(a: int)"


def test_a_place_beyond_the_end_is_the_end() -> None:
    context = ask(SourcePlace(None, "def f(a: int): ...", Position(9, 0)))
    assert "f" in named(context)


def test_a_standard_module_that_a_file_is_named_after_is_still_found(project: Project) -> None:
    place = project({"pkg/__init__.py": "", "pkg/json.py": "import json\njson\n$0"})
    assert sys.modules["json"].__file__ != str(place.path)
    assert named(ask(place))["json"].signature == "import json"
