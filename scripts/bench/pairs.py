"""The same work done by both servers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import attrs

S = TypeVar("S")
T = TypeVar("T")


@attrs.frozen
class Two(Generic[T]):
    """One of something for each server."""

    peer: T
    ours: T


@attrs.frozen
class Pair:
    """What one piece of work took, in seconds; `difference` says why the two do not compare."""

    kind: str
    case: str
    seconds: Two[float]
    difference: str | None
    busy: bool = False


def in_turns(turn: int, two: Two[S], work: Callable[[S], T]) -> Two[T]:
    """Do `work` with one and then the other; which is first changes from turn to turn."""
    if turn % 2:
        ours = work(two.ours)
        return Two(work(two.peer), ours)
    peer = work(two.peer)
    return Two(peer, work(two.ours))
