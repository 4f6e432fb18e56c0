"""The zygotes of an executor: at most one a ground, and not too many in all."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Coroutine

from jedimind.execution.zygote import Ground, Modules, Zygote

# Grounds for which a process is kept while nothing runs there.
_MOST = 4


class Zygotes:
    """They are started when they are needed, and end at the latest with `close`."""

    def __init__(self) -> None:
        self._current: dict[Ground, Zygote] = {}  # the one that was used last is last
        self._modules: dict[Ground, Modules] = {}
        self._users: Counter[Zygote] = Counter()
        self._work: set[asyncio.Task[None]] = set()

    async def at(self, ground: Ground) -> Zygote:
        """A zygote for `ground` whose packages are those that are installed now.

        Raises:
            InterpreterError: the system cannot execute the interpreter.
            PlaceError: the folder cannot be entered.
        """
        known = self._current.pop(ground, None)
        if known is not None:
            self._current[ground] = known
            if await known.is_current():
                return known
            await self.drop(known)
        idle = [zygote for zygote in self._current.values() if not self._users[zygote]]
        for unused in idle[: max(0, len(self._current) - _MOST + 1)]:
            await self.drop(unused)
        started = await Zygote.start(ground, self._modules.setdefault(ground, Modules()))
        self._current[ground] = started
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
        self._current = {
            ground: each for ground, each in self._current.items() if each is not zygote
        }
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
