"""The zygotes of an executor: at most one a place, and not too many in all."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Coroutine

from jedimind.execution.zygote import Modules, Place, Zygote

# Places for which a process is kept while nothing runs there.
_MOST = 4


class Zygotes:
    """They are started when they are needed, and end at the latest with `close`."""

    def __init__(self) -> None:
        self._current: dict[Place, Zygote] = {}  # the one that was used last is last
        self._modules: dict[Place, Modules] = {}
        self._users: Counter[Zygote] = Counter()
        self._work: set[asyncio.Task[None]] = set()

    async def at(self, place: Place) -> Zygote:
        """A zygote for `place` whose packages are those that are installed now.

        Raises:
            InterpreterError: the system cannot execute the interpreter.
            PlaceError: the folder cannot be entered.
        """
        known = self._current.pop(place, None)
        if known is not None:
            self._current[place] = known
            if await known.is_current():
                return known
            await self.drop(known)
        idle = [zygote for zygote in self._current.values() if not self._users[zygote]]
        for unused in idle[: max(0, len(self._current) - _MOST + 1)]:
            await self.drop(unused)
        started = await Zygote.start(place, self._modules.setdefault(place, Modules()))
        self._current[place] = started
        return started

    @contextlib.asynccontextmanager
    async def used(self, zygote: Zygote) -> AsyncIterator[None]:
        """Have `zygote` live until this is left, even if another takes its place meanwhile."""
        self._users[zygote] += 1
        try:
            yield
        finally:
            self._users[zygote] -= 1
            if zygote not in self._current.values():
                await self._end(zygote)

    async def drop(self, zygote: Zygote) -> None:
        """Let `zygote` go: at once if it is not used, otherwise when that ends."""
        self._current = {place: each for place, each in self._current.items() if each is not zygote}
        await self._end(zygote)

    def begun(self, zygote: Zygote) -> None:
        """A run that was on stand-by is under way: prepare the next."""
        self._keep(zygote.prepare())

    def ended(self, zygote: Zygote, imported: tuple[str, ...]) -> None:
        """A run has ended, which had imported these modules."""
        zygote.modules.came(imported)
        if zygote in self._current.values():
            self._keep(zygote.warm())

    async def close(self) -> None:
        """End all. Safe to call twice."""
        for work in self._work:
            work.cancel()
        zygotes = {*self._current.values(), *self._users}
        self._current.clear()
        self._users.clear()
        await asyncio.gather(*(zygote.close() for zygote in zygotes))

    async def _end(self, zygote: Zygote) -> None:
        if not self._users[zygote]:
            del self._users[zygote]
            await zygote.close()

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
