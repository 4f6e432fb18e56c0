"""The search for symbols by a part of their names."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

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
_BEGINNING = """
SELECT id, CASE WHEN folded = :folded THEN :same ELSE :begins END AS tier
FROM name WHERE folded >= :folded AND folded < :folded || char(0x10ffff)
ORDER BY tier, length(folded) LIMIT :limit
"""
_ANYWHERE = """
SELECT id, CASE WHEN initials GLOB :prefix THEN :initials
    WHEN folded GLOB :part THEN :inside ELSE :scattered END AS tier
FROM name NOT INDEXED
WHERE letters & :letters = :letters AND folded GLOB :subsequence AND NOT folded GLOB :prefix
ORDER BY tier, length(folded) LIMIT :limit
"""
_TIERS = {
    "same": _SAME,
    "begins": _BEGINS,
    "initials": _INITIALS,
    "inside": _INSIDE,
    "scattered": _SCATTERED,
}
_OF_NAMES = """
SELECT located.* FROM json_each(:names) AS names CROSS JOIN located
    ON name_id = names.value
WHERE file_id NOT IN (SELECT value FROM json_each(:hidden))
    AND lower(located.module || '.' || container) GLOB :within
ORDER BY names.key LIMIT :limit
"""
_OF_ALL = """
SELECT located.* FROM file CROSS JOIN located ON file_id = file.id
WHERE file_id NOT IN (SELECT value FROM json_each(:hidden))
    AND lower(located.module || '.' || container) GLOB :within
ORDER BY file.path LIMIT :limit
"""


def search(
    connection: sqlite3.Connection, directory: Path, query: str, limit: int, hidden: str
) -> list[FoundSymbol]:
    """At most `limit` symbols that match `query` best, in files other than those `hidden`.

    What stands before a dot in the query is looked for in what the symbols are part of.
    """
    within, _, wanted = "".join(query.split()).rpartition(".")
    given = {"hidden": hidden, "within": subsequence_glob(fold(within))}
    if not wanted:
        rows = connection.execute(_OF_ALL, {**given, "limit": limit})
        return [_symbol(directory, _no_rank, *row[2:]) for row in rows]
    # Several symbols may have one name, and others may not be within what is asked for.
    tiers = _names(connection, wanted, limit * (20 if within else 2))
    given["names"] = json.dumps(list(tiers))
    rows = connection.execute(_OF_NAMES, {**given, "limit": limit * 2})
    rank = _Rank(wanted)
    found = [_symbol(directory, partial(rank, tiers[row[0]]), *row[2:]) for row in rows]
    return sorted(found, key=attrgetter("rank"))[:limit]


def _names(connection: sqlite3.Connection, wanted: str, limit: int) -> dict[int, int]:
    """The ids of the names that match best, in order, and how well each does."""
    folded = fold(wanted)
    given: dict[str, Any] = {
        **_TIERS,
        "folded": folded,
        "letters": letters(folded),
        "prefix": prefix_glob(folded),
        "part": inside_glob(folded),
        "subsequence": subsequence_glob(folded),
    }
    found = dict(connection.execute(_BEGINNING, {**given, "limit": limit}).fetchall())
    if len(found) < limit:
        rest = limit - len(found)
        found.update(connection.execute(_ANYWHERE, {**given, "limit": rest}).fetchall())
    return found


class _Rank:
    """What puts symbols in order: the match, what they are, and how much more there is to them."""

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self._word = f" {fold(wanted)}"
        self._word_starts = at_word_starts(fold(wanted))

    def __call__(self, tier: int, name: str, kind: str) -> tuple[Any, ...]:
        if tier in (_INSIDE, _SCATTERED):
            split = words(name)
            if self._word in split:
                tier = _WORD
            elif self._word_starts.search(split):
                tier = _WORD_STARTS
        weight = _FIRST_KINDS.get(kind, 2)
        return name != self._wanted, tier, self._wanted not in name, weight, len(name), name


def _no_rank(_name: str, _kind: str) -> tuple[Any, ...]:
    return ()


def _symbol(
    directory: Path,
    rank: Callable[[str, str], tuple[Any, ...]],
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
    file = directory / os.fsdecode(path)
    return FoundSymbol(
        name=name,
        kind=kind,
        container=".".join(filter(None, (module, container))),
        path=file,
        name_span=Span(Position(line, start), Position(line, stop)),
        before=" " * stop if before is None else before,
        deprecated=bool(deprecated),
        rank=(*rank(name, kind), file, line, start),
    )
