"""Which names can be imported from where."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterable
from pathlib import Path

import pytest

from index.waiting import MakeIndex, Write, completed
from jedimind.index.found import Importable

STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A directory of installed packages."""
    place = tmp_path / "site-packages"
    place.mkdir()
    return place


def lines(found: Iterable[Importable]) -> list[str]:
    """What to write to import each, and what it is."""
    return [
        f"from {it.module} import {it.name}: {it.kind}"
        if it.module
        else f"import {it.name}: {it.kind}"
        for it in found
    ]


def install(packages: Path, files: dict[str, str]) -> None:
    for name, source in files.items():
        path = packages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Counter", "from collections import Counter: class"),
        ("OrderedDict", "from collections import OrderedDict: class"),
        ("Mapping", "from collections.abc import Mapping: class"),
        ("json", "import json: module"),
        ("path", "from os import path: module"),
        ("join", "from os.path import join: function"),
        ("listdir", "from os import listdir: function"),
        ("sqrt", "from math import sqrt: function"),
        ("time", "import time: module"),
        ("sleep", "from asyncio import sleep: function"),
        ("partial", "from functools import partial: class"),
        ("dataclass", "from dataclasses import dataclass: function"),
        ("AF_INET", "from socket import AF_INET: constant"),
        ("ElementTree", "from xml.etree import ElementTree: module"),
    ],
)
async def test_the_standard_library(make_index: MakeIndex, name: str, expected: str) -> None:
    index = await make_index([STANDARD_LIBRARY])
    found = await index.importable_exactly(name)
    assert expected in lines(found)
    assert {it.origin for it in found} == {"standard library"}


async def test_what_is_no_name_is_not_offered(make_index: MakeIndex, write: Write) -> None:
    write("shop.py", "price = 1\n__all__ = ['price', 'price\\nimport evil', 'price.tag', '']\n")
    index = await make_index()
    found = await index.importable("price", 10)
    assert lines(found) == ["from shop import price: variable"]


async def test_what_makes_up_the_standard_library_is_not_offered(make_index: MakeIndex) -> None:
    index = await make_index([STANDARD_LIBRARY])
    modules = {it.module for it in await index.importable_exactly("join")}
    assert not modules & {"posixpath", "ntpath"}
    modules = {it.module for it in await index.importable_exactly("Mapping")}
    assert "_collections_abc" not in modules


async def test_a_package_passes_names_on(make_index: MakeIndex, packages: Path) -> None:
    install(
        packages,
        {
            "shop/__init__.py": (
                "from shop.cart import Cart\n"
                "from .price import *\n"
                "from ._hidden import total as total_of\n"
                "from typing import Any\n"
                "import os\n"
            ),
            "shop/cart.py": "class Cart: ...\n",
            "shop/price.py": "__all__ = ['price', 'TAX']\nfrom ._hidden import price, TAX\nx = 1\n",
            "shop/_hidden.py": "def price(): ...\ndef total(): ...\nTAX = 1\n",
        },
    )
    index = await make_index([packages])
    assert lines(await index.importable_exactly("Cart")) == [
        "from shop import Cart: class",
        "from shop.cart import Cart: class",
    ]
    assert lines(await index.importable_exactly("price")) == [
        "from shop import price: module",
        "from shop.price import price: function",
    ]
    assert lines(await index.importable_exactly("TAX")) == [
        "from shop import TAX: constant",
        "from shop.price import TAX: constant",
    ]
    assert lines(await index.importable_exactly("total_of")) == [
        "from shop import total_of: function"
    ]
    for name in ("x", "total", "Any", "os"):
        assert "from shop import" not in " ".join(lines(await index.importable_exactly(name)))


async def test_only_what_is_public_is_offered(make_index: MakeIndex, packages: Path) -> None:
    install(
        packages,
        {
            "shop/__init__.py": "__all__ = ['listed']\n__all__ += ['added']\nunlisted = 1\n",
            "shop/_inner.py": "inner = 1\n",
            "shop/tests/test_shop.py": "tested = 1\n",
            "shop/open.py": "__all__ = [*names(), 'more']\npublic = _private = 1\n",
            "shop/data/stub.pyi": "data: int\n",
            "shop-1.0.dist-info/a.py": "metadata = 1\n",
            "names/space/a.py": "spaced = 1\n",
        },
    )
    index = await make_index([packages])
    found = lines(await index.importable("", 100))
    assert sorted(found) == [
        "from names.space import a: module",
        "from names.space.a import spaced: variable",
        "from shop import added: function",
        "from shop import listed: function",
        "from shop import open: module",
        "from shop.open import more: function",
        "from shop.open import public: variable",
        "import shop: module",
    ]


async def test_branches_that_are_not_taken_offer_nothing(
    make_index: MakeIndex, write: Write
) -> None:
    write(
        "a.py",
        "import sys\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    Checked = 1\n"
        "if sys.platform == 'plan9':\n    plan9 = 1\nelse:\n    other = 1\n"
        "if sys.version_info >= (3, 3):\n    new = 1\nelse:\n    old = 1\n"
        "if debug:\n    unknown = 1\nelif more:\n    also = 1\nelse:\n    neither = 1\n"
        "try:\n    import fast\n    tried = 1\nexcept ImportError:\n    slow = 1\n",
    )
    index = await make_index()
    names = {it.name for it in await index.importable("", 100)} - {"a"}
    assert names == {"other", "new", "unknown", "also", "neither", "tried", "slow"}


async def test_the_order_of_what_begins_with_a_prefix(
    make_index: MakeIndex, write: Write, packages: Path
) -> None:
    install(packages, {"pack/__init__.py": "Counted = 1\n", "pack/deep/__init__.py": "Count = 1\n"})
    write("own.py", "class CountMine: ...\ncounted = 1\n")
    index = await make_index([STANDARD_LIBRARY, packages])
    found = lines(await index.importable("Count", 100))
    ours = [line for line in found if "own" in line or "pack" in line or "collections" in line]
    assert ours == [
        "from pack.deep import Count: variable",
        "from own import CountMine: class",
        "from collections import Counter: class",
        "from pack import Counted: variable",
        "from own import counted: variable",
    ]
    assert len(await index.importable("", 7)) == 7


@pytest.mark.parametrize(
    ("file", "module"),
    [
        ("tool.py", "tool"),
        ("server/shop/__init__.py", "shop"),
        ("server/shop/inner/cart.py", "shop.inner.cart"),
        ("src/loose.py", "loose"),
        ("scripts/run.py", "scripts.run"),
        ("apart/names/space.py", "names.space"),
        ("server/shop/_private.py", "shop._private"),
    ],
)
async def test_modules_of_the_workspace_have_the_names_that_they_are_imported_by(
    make_index: MakeIndex, write: Write, folder: Path, file: str, module: str
) -> None:
    for package in ("server/shop", "server/shop/inner"):
        write(f"{package}/__init__.py")
    write(file, "thing = 1\n")
    index = await make_index([folder / "apart"])
    assert [it.module for it in await index.importable_exactly("thing")] == [module]


@pytest.mark.parametrize("file", ["my-script.py", "class/a.py", "__main__.py", "setup.py"])
async def test_what_cannot_be_imported_is_not_offered(
    make_index: MakeIndex, write: Write, file: str
) -> None:
    write(file, "thing = 1\n")
    assert await (await make_index()).importable_exactly("thing") == []


async def test_a_new_package_renames_its_modules(make_index: MakeIndex, write: Write) -> None:
    write("lib/shop/cart.py", "thing = 1\n")
    index = await make_index()
    assert lines(await index.importable_exactly("thing")) == [
        "from shop.cart import thing: variable"
    ]
    index.changed([write("lib/__init__.py")])
    await completed(index)
    assert lines(await index.importable_exactly("cart")) == ["from shop import cart: module"]
    index.changed([write("lib/shop/__init__.py")])
    await completed(index)
    assert lines(await index.importable_exactly("cart")) == ["from lib.shop import cart: module"]


async def test_the_text_in_the_editor_counts(
    make_index: MakeIndex, write: Write, folder: Path
) -> None:
    file = write("a.py", "saved = 1\n")
    index = await make_index()
    index.overlay(file, "typed = 1\n")
    await completed(index)
    assert lines(await index.importable_exactly("typed")) == ["from a import typed: variable"]
    assert await index.importable_exactly("saved") == []


async def test_what_is_installed_or_removed_later(make_index: MakeIndex, packages: Path) -> None:
    index = await make_index([packages])
    install(packages, {"shop/__init__.py": "late = 1\n"})
    index.changed([packages / "shop"])
    await completed(index)
    assert lines(await index.importable_exactly("late")) == ["from shop import late: variable"]
    (packages / "shop").rename(packages.parent / "away")
    index.changed([packages / "shop"])
    await completed(index)
    assert await index.importable_exactly("late") == []
