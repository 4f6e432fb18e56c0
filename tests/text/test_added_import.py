"""Where the import of a name goes, and what it looks like there."""

from __future__ import annotations

import pytest

from jedimind.added_import import added_import
from jedimind.syntax import parse
from jedimind.text import Text


def with_import(source: str, module: str, name: str, before: int | None = None) -> str:
    text = Text.of(source)
    edit = added_import(parse(text), module, name, len(text.lines) if before is None else before)
    changed, _ = text.replace(edit.span, edit.new)
    return changed.string


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", "from shop import Order\n"),
        ("Order", "from shop import Order\n\nOrder"),
        ("import os\n\nOrder\n", "import os\nfrom shop import Order\n\nOrder\n"),
        ("import os\nOrder\n", "import os\nfrom shop import Order\n\nOrder\n"),
        ('"""Doc."""\n', '"""Doc."""\n\nfrom shop import Order\n'),
        ('"""Doc."""\n\nOrder\n', '"""Doc."""\n\nfrom shop import Order\n\nOrder\n'),
        ("#!/usr/bin/python\nOrder\n", "#!/usr/bin/python\nfrom shop import Order\n\nOrder\n"),
        ("from shop import Bill\n", "from shop import Bill, Order\n"),
        ("from shop import Bill as B  # paid\n", "from shop import Bill as B, Order  # paid\n"),
        (
            "from shop import (\n    Bill,\n    Cart,\n)\n",
            "from shop import (\n    Bill,\n    Cart, Order,\n)\n",
        ),
        ("from shop import *\n", "from shop import *\nfrom shop import Order\n"),
        ("from .shop import Bill\n", "from .shop import Bill\nfrom shop import Order\n"),
        ("import shop\r\nOrder\r\n", "import shop\r\nfrom shop import Order\r\n\r\nOrder\r\n"),
        ("import os", "import os\nfrom shop import Order\n"),
    ],
)
def test_a_name_of_a_module(source: str, expected: str) -> None:
    assert with_import(source, "shop", "Order") == expected


def test_a_module() -> None:
    assert (
        with_import("import json\n\nos.name\n", "", "os") == "import json\nimport os\n\nos.name\n"
    )


def test_only_what_is_above_counts() -> None:
    source = "x = 1\nfrom shop import Bill\n"
    expected = "from shop import Order\n\nx = 1\nfrom shop import Bill\n"
    assert with_import(source, "shop", "Order", before=0) == expected
