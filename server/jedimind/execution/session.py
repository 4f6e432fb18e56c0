"""A session as its owner sees it: a worker that keeps its variables from one run to the next.

The other side is `guest.supervisor.host`.
"""

from __future__ import annotations

import contextlib
import socket

from jedimind.execution.supervised import Supervised, pipes
from jedimind.execution.zygote import Zygote, ZygoteGone


class Session:
    """Does one run after the other until `close`, with which its `life` ends."""

    def __init__(self, zygote: Zygote, channel: socket.socket) -> None:
        self.zygote = zygote
        self.life = contextlib.AsyncExitStack()
        self._channel = channel

    @classmethod
    async def begin(cls, zygote: Zygote) -> Session:
        """A session without variables.

        Raises:
            ZygoteGone: there is nothing to make it of.
        """
        channel, theirs = socket.socketpair()
        channel.setblocking(False)
        try:
            await zygote.host(theirs)
        except BaseException:
            channel.close()
            raise
        finally:
            theirs.close()
        return cls(zygote, channel)

    def take(self) -> Supervised:
        """A run that waits for its request.

        Raises:
            ZygoteGone: the session has ended.
        """
        with pipes() as (run, theirs):
            try:
                socket.send_fds(self._channel, [b"r"], theirs)
            except OSError as error:
                raise ZygoteGone from error
            return run

    async def close(self) -> None:
        """End it, and what runs in it. Safe to call twice."""
        self._channel.close()
        await self.life.aclose()
