"""The search for symbols by a part of their names."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import attrs

from jedimind.index.found import FoundSymbol
from jedimind.index.matching import (
    at_word_starts,
    fold,
    inside_glob,
    letters,
    prefix_glob,
    subsequence_glob,
    words,
)
from jedimind.outline import Kind
from jedimind.text import Position, Span

# How well a name matches, the best first. The same name, but for its case, comes before all.
_SAME, _BEGINS, _INITIALS, _WORD, _WORD_STARTS, _INSIDE, _SCATTERED = range(1, 8)
_FIRST_KINDS = {"class": 0, "function": 1, "method": 1}

# Names that begin with the query come from an index; the others need a look at every name.
_BEGINNING = f"""
SELECT id, CASE WHEN folded = :folded THEN {_SAME} ELSE {_BEGINS} END AS tier
FROM name WHERE folded >= :folded AND folded < :folded || char(0x10ffff)
ORDER BY tier, length(folded) LIMIT :limit
"""
_ANYWHERE = f"""
SELECT id, CASE WHEN initials GLOB :prefix THEN {_INITIALS}
    WHEN folded GLOB :inside THEN {_INSIDE} ELSE {_SCATTERED} END AS tier
FROM name NOT INDEXED
WHERE letters & :letters = :letters AND folded GLOB :subsequence AND NOT folded GLOB :prefix
ORDER BY tier, length(folded) LIMIT :limit
"""
_COLUMNS = "name.name, kind, container, module, path, line, start, stop, before, deprecated"
_VISIBLE = """
symbol.file NOT IN (SELECT value FROM json_each(:hidden))
    AND lower(module || '.' || container) GLOB :within
"""
_OF_NAMES = f"""
SELECT name.id, {_COLUMNS}
FROM json_each(:names) AS names JOIN name ON name.id = names.value
    JOIN symbol ON symbol.name = name.id JOIN file ON file.id = symbol.file
WHERE {_VISIBLE} ORDER BY names.key LIMIT :limit
"""
_ALL = f"""
SELECT {_COLUMNS} FROM file JOIN symbol ON symbol.file = file.id JOIN name ON name.id = symbol.name
WHERE {_VISIBLE} ORDER BY path, line LIMIT :limit
"""  # noqa: S608 - put together from the constants above


@attrs.frozen(order=True)
class Match:
    """A symbol that was found, in the order in which it is to be shown."""

    rank: tuple[Any, ...]
    symbol: FoundSymbol = attrs.field(order=False)


def search(
    connection: sqlite3.Connection, directory: Path, query: str, limit: int, hidden: str
) -> list[Match]:
    """At most `limit` symbols that match `query` best, in files other than those `hidden`.

    What stands before a dot in the query is looked for in what the symbols are part of.
    """
    within, _, wanted = "".join(query.split()).rpartition(".")
    given = {"hidden": hidden, "within": subsequence_glob(fold(within))}
    if not wanted:
        rows = connection.execute(_ALL, {**given, "limit": limit})
        return [Match((row[4], row[5]), _symbol(directory, *row)) for row in rows]
    # Several symbols may have one name, and others may not be within what is asked for.
    tiers = _names(connection, wanted, limit * (20 if within else 2))
    given["names"] = json.dumps(list(tiers))
    rows = connection.execute(_OF_NAMES, {**given, "limit": limit * 2})
    rank = _Rank(wanted)
    found = [Match(rank(tiers[row[0]], *row[1:]), _symbol(directory, *row[1:])) for row in rows]
    return sorted(found)[:limit]


def _names(connection: sqlite3.Connection, wanted: str, limit: int) -> dict[int, int]:
    """The ids of the names that match best, in order, and how well each does."""
    folded = fold(wanted)
    given = {
        "folded": folded,
        "prefix": prefix_glob(folded),
        "inside": inside_glob(folded),
        "subsequence": subsequence_glob(folded),
        "letters": letters(folded),
    }
    found = dict(connection.execute(_BEGINNING, {**given, "limit": limit}).fetchall())
    if len(found) < limit:
        given["limit"] = limit - len(found)
        found.update(connection.execute(_ANYWHERE, given).fetchall())
    return found


class _Rank:
    """What puts symbols in order: the match, what they are, and how much more there is to them."""

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self._word = f" {fold(wanted)}"
        self._word_starts = at_word_starts(fold(wanted))

    def __call__(
        self, tier: int, name: str, kind: str, _container: str, _module: str, path: bytes, *at: Any
    ) -> tuple[Any, ...]:
        if tier in (_INSIDE, _SCATTERED):
            split = words(name)
            if self._word in split:
                tier = _WORD
            elif self._word_starts.search(split):
                tier = _WORD_STARTS
        other_case = self._wanted not in name
        weight = _FIRST_KINDS.get(kind, 2)
        return name != self._wanted, tier, other_case, weight, len(name), name, path, at[0]


def _symbol(
    directory: Path,
    name: str,
    kind: Kind,
    container: str,
    module: str,
    path: bytes,
    line: int,
    start: int,
    stop: int,
    before: str | None,
    deprecated: int,
) -> FoundSymbol:
    return FoundSymbol(
        name=name,
        kind=kind,
        container=".".join(filter(None, (module, container))),
        path=directory / os.fsdecode(path),
        name_span=Span(Position(line, start), Position(line, stop)),
        before=before,
        deprecated=bool(deprecated),
    )
