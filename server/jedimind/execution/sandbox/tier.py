"""How far a machine can confine code."""

from __future__ import annotations

import enum


class Tier(enum.Enum):
    """From the best to none."""

    A = "A"
    B = "B"
    C = "C"

    @property
    def means(self) -> str:
        """The tier in words."""
        return _WORDS[self]


_WORDS = {
    Tier.A: "bubblewrap, Landlock, seccomp and limits",
    Tier.B: "Landlock, seccomp and limits",
    Tier.C: "limits only, not sandboxed",
}


class TierNotAvailable(Exception):
    """Why, as part of a sentence, with what to do about it."""
