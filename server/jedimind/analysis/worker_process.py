"""A worker process and its frames, as the server sees them."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import sys
from pathlib import Path
from typing import Any

from jedimind.analysis import wire
from jedimind.analysis.errors import AnalysisFailed
from jedimind.analysis.overlays import Overlay, Overlays
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.question import Question

logger = logging.getLogger(__name__)


class WorkerDied(Exception):
    """The worker closed its end; the text is how it ended."""


class WorkerProcess:
    """A child process that answers one question at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ids = itertools.count(1)
        self._known: dict[Path, int] = {}  # the revisions of overlays that it was told of
        self._log = asyncio.create_task(self._pass_on_log())
        self._warm = asyncio.create_task(self._read())
        # Whoever waits for it is told; that nobody does is no fault.
        self._warm.add_done_callback(lambda warm: warm.cancelled() or warm.exception())

    @classmethod
    async def start(cls) -> WorkerProcess:
        """Start a worker; it needs a moment to get warm.

        With ``-m`` the current directory is the first place that modules are imported from. An
        editor starts its server in the user's project, so the worker is started elsewhere.

        Raises:
            AnalysisFailed: the process could not be started.
        """
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "jedimind.analysis.worker",
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                cwd=sys.prefix,
            )
        except OSError as error:
            raise AnalysisFailed(
                f"Jedi's process cannot be started ({error.strerror}); "
                "free some memory or processes and try again."
            ) from error
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def dead(self) -> bool:
        return self._process.returncode is not None

    async def warm(self, timeout: float | None) -> bool:
        """Wait for the worker to be ready; whether it is.

        Raises:
            AnalysisFailed: it died on the way.
        """
        try:
            await asyncio.wait_for(asyncio.shield(self._warm), timeout)
        except asyncio.TimeoutError:
            return False
        except WorkerDied as death:
            raise AnalysisFailed(
                f"Jedi's process did not start ({death}); its reason is in the server's log."
            ) from death
        return True

    async def ask(self, question: Question[Any], overlays: Overlays) -> Any:
        """Send a question and wait for its answer, as JSON has it.

        Raises:
            AnalysisFailed: Jedi failed on this question.
            WorkerDied: there will be no answer.
        """
        place = getattr(question, "place", None)
        asked = place.path if isinstance(place, SourcePlace) else None
        news = overlays.since(self._known, asked)
        for path, overlay in news.items():
            if overlay is None:
                del self._known[path]
            else:
                self._known[path] = overlay.revision
        # Large sources are encoded off the event loop.
        request = await asyncio.to_thread(
            _encode, next(self._ids), question, overlays.generation, overlays.disk, news
        )
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(request)
            await self._process.stdin.drain()
        except ConnectionError as error:
            raise WorkerDied(await self._end()) from error
        message = await self._read()
        if "error" in message:
            logger.warning("Jedi failed: %s", message["error"])
            raise AnalysisFailed(f"Jedi failed on this code ({message['error']}).")
        return message["answer"]

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self._warm.cancel()
        await asyncio.gather(self._warm, self._log, return_exceptions=True)

    async def _read(self) -> Any:
        assert self._process.stdout is not None
        try:
            header = await self._process.stdout.readexactly(wire.HEADER.size)
            body = await self._process.stdout.readexactly(wire.body_length(header))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise WorkerDied(await self._end()) from error
        if len(body) <= _SMALL:
            return json.loads(body)
        return await asyncio.to_thread(json.loads, body)

    async def _end(self) -> str:
        code = await self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    async def _pass_on_log(self) -> None:
        assert self._process.stderr is not None
        while chunk := await self._process.stderr.read(4096):
            logger.warning("analysis worker: %s", chunk.decode("utf-8", "replace").rstrip())


# Bytes of JSON that are read in less time than a thread takes to begin.
_SMALL = 16_384


def _encode(
    identity: int,
    question: Question[Any],
    generation: int,
    disk: int,
    overlays: dict[Path, Overlay | None],
) -> bytes:
    return wire.frame(
        {
            "id": identity,
            "question": type(question).__name__,
            "body": wire.converter.unstructure(question),
            "generation": generation,
            "disk": disk,
            "overlays": {
                str(path): None if overlay is None else overlay.text.string
                for path, overlay in overlays.items()
            },
        }
    )
