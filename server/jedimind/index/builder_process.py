"""The client of one builder process: changes in, reports out.

Invariant: a builder that dies is replaced, and the new one learns of all open documents again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Iterable
from pathlib import Path

from jedimind.index.messages import Change, Report, Stage, Start, decode, encode

logger = logging.getLogger(__name__)

_DEATHS = 5  # before the end of the first pass, after which no builder is started any more
_PAUSE = 0.5  # seconds before the second death is followed by a new builder; then twice as long
_GRACE = 2.0  # seconds that a builder may take to end by itself


class BuilderProcess:
    """A builder, from `start` to `close`. It is alive until it dies too often."""

    def __init__(self) -> None:
        self._start: Start | None = None
        self._overlays: dict[Path, str] = {}
        self._sent = self._done = 0
        self._stage: Stage | None = None
        self._given_up = False
        self._was_complete = False  # the present builder, at some time
        self._news = asyncio.Event()
        self._has_workspace = False
        self._process: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None

    def start(self, start: Start) -> None:
        """Start a builder, which learns of everything that was told before."""
        self._start = start
        self._keeping = asyncio.get_running_loop().create_task(self._keep_running())

    async def close(self) -> None:
        """End the builder. Safe to call twice."""
        self._give_up()
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    @property
    def pid(self) -> int | None:
        """The builder's process id while one runs."""
        return self._process.pid if self._process is not None else None

    @property
    def complete(self) -> bool:
        """Whether everything is indexed, as far as changes were told of."""
        return self._stage == "all" and self._done == self._sent

    async def workspace_done(self) -> None:
        """Wait until the workspace has been indexed once, or there is no hope for that."""
        while not self._has_workspace and not self._given_up:
            await self._news.wait()

    async def completed(self) -> None:
        """Wait until `complete`, or until there is no hope for that."""
        while not self.complete and not self._given_up:
            await self._news.wait()

    def changed(self, paths: Iterable[Path]) -> None:
        self._send(Change(self._next(), paths=list(paths)))

    def overlay(self, path: Path, text: str | None) -> None:
        if text is not None:
            self._overlays[path] = text
        elif self._overlays.pop(path, None) is None:
            return
        self._send(Change(self._next(), overlay=path, text=text))

    def replace(self) -> None:
        """End this builder and have another: what it made cannot be read."""
        if self._process is not None and self._stage is not None:  # else it is at it already
            self._stage = None
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _keep_running(self) -> None:
        deaths = 0
        while deaths < _DEATHS:
            if deaths > 1:
                await asyncio.sleep(_PAUSE * 2**deaths)
            ending = await self._run()
            deaths = 1 if self._was_complete else deaths + 1
            self._stage = None
            logger.warning("The index's builder died (%s); it is started again.", ending)
        logger.error("The index's builder dies again and again: symbols may be missing or old.")
        self._give_up()

    async def _run(self) -> str:
        """Start a builder and listen to it until it dies; how it did."""
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "jedimind.index.builder",
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                cwd=sys.prefix,  # from where nothing of the project can be imported
            )
        except OSError as error:
            return error.strerror or str(error)
        assert process.stdout is not None
        assert process.stderr is not None
        log = asyncio.create_task(_pass_on(process.stderr))
        try:
            covered = self._brief(process)
            while line := await process.stdout.readline():
                self._take(decode(line, Report), covered)
            code = await process.wait()
            return f"signal {-code}" if code < 0 else f"exit code {code}"
        finally:
            self._process = None
            await _end(process)
            await log

    def _brief(self, process: asyncio.subprocess.Process) -> int:
        """Tell a new builder everything; the number of the last change that it need not be told."""
        assert self._start is not None, "only `start` leads here"
        self._process = process
        self._was_complete = False
        covered = self._sent
        self._write(encode(self._start))
        for path, text in self._overlays.items():
            self._send(Change(self._next(), overlay=path, text=text))
        return covered

    def _take(self, report: Report, covered: int) -> None:
        if report.stage is not None:
            self._stage = report.stage
            self._has_workspace = True
            self._was_complete = report.stage == "all"
            self._done = max(self._done, covered)  # its first pass has seen those changes
        if report.done is not None:
            self._done = max(self._done, report.done)
        self._tell()

    def _next(self) -> int:
        self._sent += 1
        return self._sent

    def _send(self, change: Change) -> None:
        self._write(encode(change))

    def _write(self, line: bytes) -> None:
        if self._process is not None:  # else the next one is told, or sees for itself
            assert self._process.stdin is not None
            self._process.stdin.write(line)

    def _give_up(self) -> None:
        self._given_up = True
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close the builder's input, which ends it, and do not wait for long."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), _GRACE)
    except asyncio.TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _pass_on(log: asyncio.StreamReader) -> None:
    while chunk := await log.read(4096):
        logger.warning("index builder: %s", chunk.decode("utf-8", "replace").rstrip())
