"""A server's side of the lease: finds or starts the host that serves a model, and holds on to it.

All servers of a user go through one lock per host identity, and the one that has it ends with a
lease on a live host before the next one looks. So there is never more than one host.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import filelock
import httpx

from jedimind import directories
from jedimind.model import connections, sse
from jedimind.model.errors import HostStartFailed
from jedimind.model.host import process, record
from jedimind.model.host.record import HostRecord
from jedimind.settings import ModelSettings

_LOCK_POLL = 0.05
"""Seconds between two looks at a lock that another process holds; nobody tells when it is free."""

_NO_TIMEOUT = httpx.Timeout(None)
"""A lease is silent for as long as all is well."""


class Lease:
    """The host stays for us as long as this is open; `host` is where it is."""

    def __init__(self, host: HostRecord, events: AsyncIterator[str]) -> None:
        self.host = host
        self._events = events

    async def news(self) -> dict[str, str] | None:
        """What the host says next (see `host.app`); None when it went without a word."""
        try:
            async for event in self._events:
                news = json.loads(event)
                return news if isinstance(news, dict) else None
        except (httpx.HTTPError, ValueError):
            return None
        return None


@asynccontextmanager
async def taken(model: Path, name: str, settings: ModelSettings) -> AsyncIterator[Lease]:
    """A lease on a host that has loaded `model`.

    Raises:
        HostStartFailed: no host could be started, or it could not load the model in time.
    """
    try:
        identity = await asyncio.to_thread(
            record.identity, model, context=settings.context, threads=settings.threads
        )
    except OSError as error:
        raise HostStartFailed(
            f"The model file {model} cannot be read ({error.strerror}); install the model again."
        ) from error
    async with AsyncExitStack() as stack:
        try:
            lease = await asyncio.wait_for(
                _loaded(model, name, settings, identity, stack), settings.start_timeout
            )
        except asyncio.TimeoutError:
            raise await process.failure(
                f"The model was not ready after {settings.start_timeout:g} s; try again, or raise "
                "`model.startTimeout`.",
                identity,
            ) from None
        except OSError as error:
            raise HostStartFailed(
                f"The model's process cannot be started ({error}); make room for its files in "
                f"{directories.runtime()} and {directories.state()}, then try again."
            ) from error
        yield lease


async def _loaded(
    model: Path, name: str, settings: ModelSettings, identity: str, stack: AsyncExitStack
) -> Lease:
    async with _locked(directories.runtime() / f"host-{identity}.lock"):
        lease = await _found(identity, stack)
        if lease is None:
            # What is there describes a host that died, or one that is leaving.
            await asyncio.to_thread(record.path_of(identity).unlink, missing_ok=True)
            await process.start(model, name, settings, identity)
            lease = await _found(identity, stack)
        news = None if lease is None else await lease.news()
    if lease is None or news is None:
        raise await process.failure("The model's process died while it loaded the model.", identity)
    if news["state"] == "failed":
        raise await process.failure(news["error"], identity)
    return lease


async def _found(identity: str, stack: AsyncExitStack) -> Lease | None:
    """A lease, kept in `stack`, on the host that the host file names; None if there is none.

    A host that is loading answers only when it is done.
    """
    host = await asyncio.to_thread(record.read, record.path_of(identity))
    if host is None or not _is_alive(host.pid):
        return None
    url = f"http://127.0.0.1:{host.port}/jedimind/lease"
    headers = {"authorization": f"Bearer {host.token}"}
    async with AsyncExitStack() as attempt:
        client = await attempt.enter_async_context(connections.client(url, _NO_TIMEOUT))
        try:
            response = await attempt.enter_async_context(client.stream("GET", url, headers=headers))
        except httpx.HTTPError:
            return None
        kind = response.headers.get("content-type", "")
        if response.status_code != 200 or not kind.startswith("text/event-stream"):
            return None
        await stack.enter_async_context(attempt.pop_all())
        return Lease(host, sse.data(response.aiter_bytes()))


def _is_alive(pid: int) -> bool:
    """Whether the process exists and is ours; the token must not go to whoever got its port."""
    if os.name != "posix":  # where signal 0 would end the process
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


@asynccontextmanager
async def _locked(path: Path) -> AsyncIterator[None]:
    lock = filelock.FileLock(path, thread_local=False)
    while not await _try(lock):  # noqa: ASYNC110 - another process frees it
        await asyncio.sleep(_LOCK_POLL)
    try:
        yield
    finally:
        lock.release()


async def _try(lock: filelock.BaseFileLock) -> bool:
    """One attempt in a thread; when cancelled, it does not leave the lock taken."""
    attempt = asyncio.ensure_future(asyncio.to_thread(_acquire, lock))
    try:
        return await asyncio.shield(attempt)
    except asyncio.CancelledError:
        if await attempt:
            lock.release()
        raise


def _acquire(lock: filelock.BaseFileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        return False
    return True
