"""When a host may live and when it ends.

Every server that wants the host holds a lease. The host ends when nobody has held one for a while,
and when nobody has asked for anything for a while, leases or not: it holds gigabytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

GRACE = 30.0
"""Seconds a host waits for its first lease."""


class Lifetime:
    """Counts leases and work; must be made and used on the event loop.

    `idle` and `linger` are in seconds. `ended` holds the reason once the host shall leave:
    ``idle``, ``unused`` or what was given to `end`.
    """

    def __init__(self, *, idle: float, linger: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._idle = idle
        self._linger = linger
        self._leases = 0
        self._work = 0
        self._unused_timer: asyncio.TimerHandle | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self.ended: asyncio.Future[str] = self._loop.create_future()

    @property
    def leases(self) -> int:
        """How many servers want the host."""
        return self._leases

    def begin(self) -> None:
        """Start to wait for the first lease and the first work, now that the host can serve."""
        self._watch_leases(GRACE)
        self._watch_work()

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Somebody wants the host."""
        self._leases += 1
        self._watch_leases(self._linger)
        try:
            yield
        finally:
            self._leases -= 1
            self._watch_leases(self._linger)

    @contextmanager
    def work(self) -> Iterator[None]:
        """Somebody is being served."""
        self._work += 1
        self._watch_work()
        try:
            yield
        finally:
            self._work -= 1
            self._watch_work()

    def end(self, reason: str) -> None:
        """Have the host leave; the first reason stands."""
        if not self.ended.done():
            self.ended.set_result(reason)

    def _watch_leases(self, patience: float) -> None:
        if self._unused_timer is not None:
            self._unused_timer.cancel()
        if not self._leases:
            self._unused_timer = self._loop.call_later(patience, self.end, "unused")

    def _watch_work(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if not self._work:
            self._idle_timer = self._loop.call_later(self._idle, self.end, "idle")
