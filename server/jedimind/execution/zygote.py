"""A zygote as its owner sees it: a process that forks a run at once, with a run on stand-by.

The other side is `guest/zygote.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import struct
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from jedimind.execution import interpreter
from jedimind.execution.errors import PlaceError, SandboxRequiredError
from jedimind.execution.packages import Packages
from jedimind.execution.sandbox.launch import Launched, launch
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.sandbox.tier import Tier, TierNotAvailable
from jedimind.execution.supervised import Supervised, pipes
from jedimind.priority import put_behind

logger = logging.getLogger(__name__)

_SCRIPT = Path(__file__).parent / "guest" / "zygote.py"
_LENGTH = struct.Struct(">I")
# Seconds a Python has to start, on a busy machine too.
_START_TIMEOUT = 30.0
# Names to import; a message of them stays far below what the channel holds.
_MOST_NAMES = 2000


@attrs.frozen
class Place:
    """The Python to run with (see `interpreter.choose`) and the working directory."""

    interpreter: str
    folder: Path


@attrs.frozen
class Ground:
    """A place, and how code there is confined."""

    place: Place
    policy: Policy
    tier: Tier


@attrs.define
class Modules:
    """What is known of the modules that runs at one place import; it outlives their zygote."""

    _wanted: dict[str, None] = attrs.field(factory=dict)  # in the order of their import
    _cold: set[str] = attrs.field(factory=set)

    def came(self, names: Iterable[str]) -> None:
        """A run imported these modules."""
        for name in names:
            if len(self._wanted) < _MOST_NAMES:
                self._wanted[name] = None

    def starts_threads(self, name: str) -> str:
        """Leave the package that `name` is in, which is the answer, to the runs."""
        package = name.partition(".")[0]
        self._cold.add(package)
        return package

    def to_warm(self) -> list[str]:
        return [name for name in self._wanted if name.partition(".")[0] not in self._cold]


class ZygoteGone(Exception):
    """The process has ended, or never came up."""


class Zygote:
    """One process, from `start` to `close`."""

    def __init__(self, launched: Launched, channel: socket.socket, modules: Modules) -> None:
        self.modules = modules
        self._launched = launched
        self._channel = channel
        self._standby: Supervised | None = None
        self._sending = asyncio.Lock()
        self._preparing = asyncio.Lock()
        self._warmed: set[str] = set()
        self._packages = Packages(())
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._listening = asyncio.ensure_future(self._listen())

    @classmethod
    async def start(cls, ground: Ground, modules: Modules) -> Zygote:
        """Start a process for runs at `ground`; it gets ready by itself.

        What it finds out about `modules` is kept there.

        Raises:
            InterpreterError: the system cannot execute the interpreter.
            PlaceError: the folder cannot be entered.
        """
        starting = asyncio.ensure_future(asyncio.to_thread(_start, ground))
        try:
            return cls(*await asyncio.shield(starting), modules)
        except asyncio.CancelledError:
            # The thread goes on, and what it starts would have no owner.
            starting.add_done_callback(_discard)
            raise

    @property
    def pid(self) -> int:
        return self._launched.process.pid

    async def is_current(self) -> bool:
        """Whether it still runs, and its packages are those that it began with."""
        if self._launched.process.poll() is not None or self._listening.done():
            return False
        return await asyncio.to_thread(self._packages.are_the_same)

    async def take(self) -> Supervised:
        """A run that waits for its request. The next is prepared meanwhile.

        Raises:
            ZygoteGone: there is none.
        """
        await self._wait_until_ready()
        taken = self._standby if self._standby is not None else await self._fork()
        self._standby = None
        return taken

    async def host(self, channel: socket.socket) -> None:
        """Fork a worker that keeps its variables; `channel` is its supervisor's.

        Raises:
            ZygoteGone: there is none.
        """
        await self._wait_until_ready()
        await self._send({"session": True}, (channel.fileno(),))

    async def warm(self) -> None:
        """Have later runs find the modules of earlier ones in memory."""
        names = [name for name in self.modules.to_warm() if name not in self._warmed]
        self._warmed.update(names)
        if names:
            with contextlib.suppress(ZygoteGone):  # the next run starts another
                await self._send({"warm": names})

    async def _wait_until_ready(self) -> None:
        await asyncio.wait([self._ready], timeout=_START_TIMEOUT)
        if not self._ready.done() or self._listening.done():
            raise ZygoteGone

    async def close(self) -> None:
        """End the process, and its runs with it. Safe to call twice."""
        self._listening.cancel()
        await asyncio.wait([self._listening])
        async with self._preparing:
            if self._standby is not None:
                self._standby.close_unused()
                self._standby = None
        self._channel.close()
        await asyncio.to_thread(self._launched.end)

    async def prepare(self, *, anew: bool = False) -> None:
        """Have a run on stand-by; made `anew`, it has in memory what is there by now."""
        async with self._preparing:
            if self._standby is not None:
                if not anew:
                    return
                self._standby.close_unused()
                self._standby = None
            if not self._listening.done():
                with contextlib.suppress(ZygoteGone):  # the next run starts another
                    self._standby = await self._fork()

    async def _fork(self) -> Supervised:
        with pipes() as (run, theirs):
            await self._send({"standby": True}, theirs)
            return run

    async def _send(self, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        content = json.dumps(message).encode("ascii")
        async with self._sending:
            try:
                socket.send_fds(self._channel, [_LENGTH.pack(len(content))], descriptors)
                await asyncio.get_running_loop().sock_sendall(self._channel, content)
            except OSError as error:
                raise ZygoteGone from error

    async def _listen(self) -> None:
        try:
            while True:
                size = _LENGTH.unpack(await self._receive(_LENGTH.size))[0]
                message = json.loads(await self._receive(size))
                if "ready" in message:
                    self._packages = await asyncio.to_thread(Packages, message["packages"])
                    self._ready.set_result(None)
                elif "warmed" in message:
                    await self.prepare(anew=True)
                else:
                    package = self.modules.starts_threads(message["threaded"])
                    logger.info("Importing %s starts a thread, so each run does it anew.", package)
        except (OSError, EOFError):
            return
        finally:
            if not self._ready.done():
                self._ready.set_result(None)

    async def _receive(self, size: int) -> bytes:
        content = b""
        loop = asyncio.get_running_loop()
        while len(content) < size:
            more = await loop.sock_recv(self._channel, size - len(content))
            if not more:
                raise EOFError
            content += more
        return content


def _start(ground: Ground) -> tuple[Launched, socket.socket]:
    place = ground.place
    channel, theirs = socket.socketpair()
    try:
        launched = launch(
            ground.tier,
            ground.policy,
            place.interpreter,
            _SCRIPT,
            [str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=place.folder,
            stdout=subprocess.DEVNULL,
        )
    except TierNotAvailable as error:
        channel.close()
        raise SandboxRequiredError(
            f"The sandbox does not work any more ({error}); mend that, or restart the server."
        ) from error
    except OSError as error:
        channel.close()
        if str(error.filename) == str(place.folder):
            raise PlaceError(
                f"Code cannot run in the folder {place.folder} ({error.strerror}); "
                "open one that exists and that you may enter."
            ) from error
        raise interpreter.not_executable(place.interpreter, error) from error
    finally:
        theirs.close()
    put_behind(launched.process.pid)
    channel.setblocking(False)
    return launched, channel


def _discard(started: asyncio.Future[tuple[Launched, socket.socket]]) -> None:
    if not started.cancelled() and started.exception() is None:
        launched, channel = started.result()
        channel.close()
        asyncio.get_running_loop().run_in_executor(None, launched.end)
