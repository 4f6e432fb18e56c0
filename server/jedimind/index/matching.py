"""How the words of a search match names: case-insensitively, with letters left out.

A query matches a name that has its characters in their order. Better than that are, in this order:
the same name, one that begins with it, one whose words have it as their initials (``dsk`` for
``DocumentSymbolKind``), one that contains it, and one in which every part of it begins a word
(``docsym`` for ``DocumentSymbol``).
"""

from __future__ import annotations

import re


def fold(name: str) -> str:
    """`name` in the form in which names are compared."""
    return name.casefold()


def letters(folded: str) -> int:
    """A set of the characters in `folded`, as bits of a 64-bit number.

    Different characters may share a bit: it can tell only that a name does not match.
    """
    bits = 0
    for character in set(folded):
        bits |= 1 << ord(character) % 61
    return bits


def words(name: str) -> str:
    """The words in `name`, folded, with a space before each: `` document symbol``."""
    split: list[str] = []
    for at, character in enumerate(name):
        if character == "_":
            continue
        before = name[at - 1] if at else "_"
        after = name[at + 1 : at + 2]
        if (
            before == "_"
            or (character.isupper() and (not before.isupper() or after.islower()))
            or (character.isdigit() and not before.isdigit())
        ):
            split.append(" ")
        split.append(character)
    return fold("".join(split))


def initials(name: str) -> str:
    """The first character of each word in `name`."""
    return "".join(word[0] for word in words(name).split())


def at_word_starts(folded_query: str) -> re.Pattern[str]:
    """What finds, in the `words` of a name, the query in parts that each begin a word."""
    characters = [re.escape(character) for character in folded_query if character != "_"]
    return re.compile(" " + "(?:|.* )".join(characters))


def prefix_glob(text: str) -> str:
    """The GLOB pattern for what begins with `text`."""
    return "".join(map(_literal, text)) + "*"


def inside_glob(text: str) -> str:
    """The GLOB pattern for what contains `text`."""
    return "*" + prefix_glob(text)


def subsequence_glob(text: str) -> str:
    """The GLOB pattern for what has the characters of `text` in their order."""
    return "*" + "".join(f"{_literal(character)}*" for character in text)


def _literal(character: str) -> str:
    return f"[{character}]" if character in "*?[" else character
