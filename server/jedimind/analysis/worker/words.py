"""Which identifiers a request in words is about."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+")
_EMPTY_WORDS = frozenset(
    _WORD.findall(
        "a all an and are as by each for from get in into is it its list of on or return set that"
        " the this to use using with"
    )
)


class Wanted:
    """The words of a request, compared with names without regard to case or plural."""

    def __init__(self, words: frozenset[str]) -> None:
        self._stems = {stem for word in words for stem in _stems(word)}

    def score(self, name: str, doc: str = "") -> int:
        """How much of `name`, and a little of `doc`, is asked for; 0 for nothing."""
        if not self._stems:
            return 0
        return 3 * len(self._stems & _stems(name)) + len(self._stems & _stems(doc))

    def wants(self, name: str) -> bool:
        return bool(self._stems & _stems(name))


def _stems(text: str) -> set[str]:
    words = {word.lower() for word in _WORD.findall(text)} - _EMPTY_WORDS
    return {word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words}
