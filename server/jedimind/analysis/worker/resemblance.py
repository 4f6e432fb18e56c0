"""Which existing names somebody may have meant by one that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_MOST = 5
_LEAST_RATIO = 0.6
# Sharing a word says more than sharing letters: `most_frequent` means `most_common`.
_SHARED_WORD = 0.3


def resembling(name: str, existing: Iterable[str]) -> tuple[str, ...]:
    """The closest of `existing`, best first; private names only for a private one."""
    scores = {
        other: score
        for other in set(existing)
        if other != name and (name.startswith("_") or not other.startswith("_"))
        if (score := _score(name, other)) >= _LEAST_RATIO
    }
    return tuple(sorted(scores, key=lambda other: (-scores[other], other))[:_MOST])


def _score(name: str, other: str) -> float:
    ratio = difflib.SequenceMatcher(None, name.lower(), other.lower()).ratio()
    words = {word for word in name.lower().split("_") if len(word) > 2}
    shared = words & set(other.lower().split("_"))
    return ratio + _SHARED_WORD * bool(shared)
