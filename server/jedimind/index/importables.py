"""The search for names that can be imported."""

from __future__ import annotations

import sqlite3
from typing import Any

import attrs

from jedimind.index.found import Importable, ImportableKind, Origin
from jedimind.index.matching import fold, prefix_glob

_ALL = -1  # as a limit in SQLite
_MOST_STEPS = 4  # from a module that passes a name on to the one that defines it

# What a module offers by ``from x import *`` is looked up when asked: x may change by itself.
_WITH_STARS = """
WITH RECURSIVE offered (name, kind, module, public, origin_module, origin_name, steps) AS (
    SELECT name, kind, module, public, origin_module, origin_name, 0 FROM export
    WHERE folded >= :folded AND folded < :end AND name GLOB :names
        AND file NOT IN (SELECT value FROM json_each(:hidden))
    UNION
    SELECT name, kind, star.module, star.public, offered.module, name, steps + 1
    FROM offered JOIN star ON star.target = offered.module
    WHERE kind IS NOT 'module' AND steps < :steps
        AND star.file NOT IN (SELECT value FROM json_each(:hidden))
)
SELECT name, kind, module, origin_module, origin_name FROM offered WHERE public
ORDER BY name != :name, NOT name GLOB :prefix, length(module) - length(replace(module, '.', '')),
    name, module
LIMIT :limit
"""
_ORIGIN = """
SELECT kind, origin_module, origin_name FROM export WHERE folded = ? AND module = ? AND name = ?
"""
_ORIGINS: tuple[Origin, ...] = ("workspace", "standard library", "packages")


@attrs.frozen(order=True)
class Offer:
    """A name that can be imported, in the order in which it is to be shown."""

    rank: tuple[Any, ...]
    importable: Importable = attrs.field(order=False)


def beginning_with(
    connection: sqlite3.Connection, origin: Origin, prefix: str, limit: int, hidden: str
) -> list[Offer]:
    """At most `limit` names that begin with `prefix`, in any case, in files not `hidden`."""
    end = fold(prefix) + chr(0x10FFFF)
    return _offers(connection, origin, prefix, end, "*", limit, hidden)


def named(connection: sqlite3.Connection, origin: Origin, name: str, hidden: str) -> list[Offer]:
    """All places from which exactly `name` can be imported."""
    end = fold(name) + "\0"
    return _offers(connection, origin, name, end, prefix_glob(name)[:-1], _ALL, hidden)


def _offers(
    connection: sqlite3.Connection,
    origin: Origin,
    wanted: str,
    end: str,
    names: str,
    limit: int,
    hidden: str,
) -> list[Offer]:
    given = {
        "folded": fold(wanted),
        "end": end,
        "name": wanted,
        "names": names,
        "prefix": prefix_glob(wanted),
        "limit": limit,
        "hidden": hidden,
        "steps": _MOST_STEPS,
    }
    offers: dict[tuple[str, str], Offer] = {}
    for name, kind, module, *source in connection.execute(_WITH_STARS, given).fetchall():
        if (name, module) not in offers:
            found = Importable(name, kind or _kind(connection, name, *source), module, origin)
            offers[name, module] = Offer(_rank(found, wanted), found)
    return list(offers.values())


def _rank(found: Importable, wanted: str) -> tuple[Any, ...]:
    return (
        found.name != wanted,
        not found.name.startswith(wanted),
        _ORIGINS.index(found.origin),
        found.module.count("."),
        found.name,
        found.module,
    )


def _kind(
    connection: sqlite3.Connection, name: str, module: str | None, original: str | None
) -> ImportableKind:
    """What a name is that is passed on, or what names that look like it usually are."""
    for _ in range(_MOST_STEPS):
        if module is None or original is None:
            break
        row = connection.execute(_ORIGIN, (fold(original), module, original)).fetchone()
        kind, module, original = row or (None, None, None)
        if kind is not None:
            found: ImportableKind = kind
            return found
    if name.isupper():
        return "constant"
    return "class" if name[:1].isupper() else "function"
