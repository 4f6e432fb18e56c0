"""How names are taken apart for a search."""

from __future__ import annotations

import pytest

from jedimind.index.matching import at_word_starts, initials, letters, words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("DocumentSymbol", " document symbol"),
        ("document_symbol", " document symbol"),
        ("HTTPServer2", " http server 2"),
        ("__init__", " init"),
        ("_", ""),
        ("größeÄndern", " grösse ändern"),
        ("MAX_SIZE", " max size"),
    ],
)
def test_words_begin_after_underscores_and_where_the_case_changes(name: str, expected: str) -> None:
    assert words(name) == expected
    assert initials(name) == "".join(word[0] for word in expected.split())


@pytest.mark.parametrize(
    ("query", "name", "matches"),
    [
        ("docsym", "DocumentSymbol", True),
        ("ds", "document_symbol", True),
        ("dos_y", "document_symbol", True),
        ("ocsym", "DocumentSymbol", False),
        ("dcsym", "DocumentSymbol", False),
    ],
)
def test_parts_of_a_query_begin_words(query: str, name: str, matches: bool) -> None:
    assert bool(at_word_starts(query).search(words(name))) is matches


def test_letters_are_those_of_every_match() -> None:
    assert letters("dsö") & letters("größe_des") == letters("dsö")
    assert letters("xyz") & letters("document") != letters("xyz")
