"""Imports follow files that move. Each case is a project before and after."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

from jedimind.analysis.moves import MovesQuestion
from jedimind.analysis.rename import FileMove
from jedimind.analysis.worker.moves import import_fixes
from jedimind.text import Text

PATIENCE = 60.0

Files = Mapping[str, str]

# What moves, and the files that are not the same afterwards: before, after.
CASES: dict[str, tuple[str, str, dict[str, tuple[str, str]]]] = {
    "a module is renamed": (
        "shop/prices.py",
        "shop/costs.py",
        {
            "app.py": (
                "import shop.prices\nfrom shop.prices import low\nshop.prices.low\n",
                "import shop.costs\nfrom shop.costs import low\nshop.costs.low\n",
            ),
            "aliases.py": (
                "import shop.prices as p\nfrom shop import prices as q\np.low, q.low\n",
                "import shop.costs as p\nfrom shop import costs as q\np.low, q.low\n",
            ),
            "shop/orders.py": (
                "from . import prices\nfrom .prices import low\n\n\ndef f():\n    prices.low\n",
                "from . import costs\nfrom .costs import low\n\n\ndef f():\n    costs.low\n",
            ),
            "typed.py": (
                'import shop.prices\nx: "shop.prices.Low"\nprices = 1\n',
                'import shop.costs\nx: "shop.costs.Low"\nprices = 1\n',
            ),
        },
    ),
    "a module moves to another package": (
        "shop/prices.py",
        "lib/money/prices.py",
        {
            "app.py": (
                "import shop.prices\nfrom shop import prices\nshop.prices.low\nprices.low\n",
                (
                    "import lib.money.prices\nfrom lib.money import prices\n"
                    "lib.money.prices.low\nprices.low\n"
                ),
            ),
            "both.py": (
                "if True:\n    from shop import orders, prices as p\n",
                "if True:\n    from lib.money import prices as p\n    from shop import orders\n",
            ),
            "several.py": (
                "from shop import (\n    prices,\n    orders,\n)\n",
                "from lib.money import prices\nfrom shop import (\n    \n    orders,\n)\n",
            ),
            "shop/orders.py": (
                "from . import prices\nfrom .prices import low\n",
                "from lib.money import prices\nfrom lib.money.prices import low\n",
            ),
            "shop/prices.py": (
                "from . import orders\nfrom .orders import all\nfrom .. import what\n",
                "from shop import orders\nfrom shop.orders import all\nfrom .. import what\n",
            ),
        },
    ),
    "a module moves within its package": (
        "shop/prices.py",
        "shop/money/prices.py",
        {
            "shop/orders.py": (
                "from .prices import low\nfrom . import prices\n",
                "from .money.prices import low\nfrom .money import prices\n",
            ),
            "shop/prices.py": (
                "from . import orders\nfrom .orders import all\n",
                "from .. import orders\nfrom ..orders import all\n",
            ),
        },
    ),
    "a package is renamed": (
        "shop",
        "market",
        {
            "app.py": (
                "import shop\nimport shop.prices\nfrom shop.prices import low\nshop.prices.low\n",
                (
                    "import market\nimport market.prices\nfrom market.prices import low\n"
                    "market.prices.low\n"
                ),
            ),
            "shop/orders.py": (
                "from shop.prices import low\nfrom .prices import low\n",
                "from market.prices import low\nfrom .prices import low\n",
            ),
        },
    ),
    "a script moves next to others": (
        "a.py",
        "tools/a.py",
        {"b.py": ("import a\na.x\n", "import tools.a\ntools.a.x\n")},
    ),
}


def project(folder: Path, files: Files) -> None:
    packages = {
        "shop/__init__.py": "",
        "shop/prices.py": "low = 1\n",
        "shop/orders.py": "",
        "shop/money/__init__.py": "",
        "lib/__init__.py": "",
        "lib/money/__init__.py": "",
        "a.py": "x = 1\n",
    }
    for name, text in {**packages, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(("old", "new", "files"), CASES.values(), ids=CASES.keys())
def test_imports_follow(
    tmp_path: Path, old: str, new: str, files: dict[str, tuple[str, str]]
) -> None:
    project(tmp_path, {name: before for name, (before, _) in files.items()})
    move = FileMove(tmp_path / old, tmp_path / new)
    found = import_fixes(MovesQuestion((move,), (tmp_path,), PATIENCE))
    assert found.incomplete is None
    after = {name: Text.of(before) for name, (before, _) in files.items()}
    in_order = sorted(found.replacements, key=lambda each: each.location.span.start, reverse=True)
    for each in in_order:
        name = each.location.path.relative_to(tmp_path).as_posix()
        after[name], _ = after[name].replace(each.location.span, each.text)
    assert {name: text.string for name, text in after.items()} == {
        name: text for name, (_, text) in files.items()
    }
    for text in after.values():
        ast.parse(text.string)


def test_too_little_time_is_said(tmp_path: Path) -> None:
    project(tmp_path, {"app.py": "import shop.prices\n"})
    move = FileMove(tmp_path / "shop/prices.py", tmp_path / "shop/costs.py")
    found = import_fixes(MovesQuestion((move,), (tmp_path,), 0.0))
    assert found.incomplete is not None
