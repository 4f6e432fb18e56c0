"""Starts a supervised run: its process, and our ends of the pipes to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import attrs

from jedimind.execution import environment, interpreter
from jedimind.execution.errors import PlaceError
from jedimind.priority import put_behind

_SUPERVISOR = Path(__file__).parent / "guest" / "supervisor.py"


@attrs.frozen
class Request:
    """What the worker is told; see `guest/worker.py`.

    `what` is "doctest" or "test" with a `part` of the file, or "all".
    """

    source: str
    path: str
    first_line: int
    first_column: int
    key: str
    what: str = "all"
    part: dict[str, Any] = attrs.field(factory=dict)


@attrs.define
class Supervised:
    """A running supervisor. Its descriptors are ours to close; `control` is its life line."""

    process: subprocess.Popen[bytes]
    control: int | None
    stdout: int
    stderr: int
    result: int
    report: int

    def interrupt(self) -> None:
        """Ends the run, first by an interrupt, then by killing what is left of it."""
        self._command(b"s")

    def kill(self) -> None:
        """Ends the run at once."""
        self._command(b"k")

    def abandon(self) -> None:
        """Ends the run at once, without a report. May be called twice."""
        if self.control is not None:
            os.close(self.control)
            self.control = None

    def _command(self, command: bytes) -> None:
        if self.control is not None:
            # A supervisor that has ended needs no command.
            with contextlib.suppress(BrokenPipeError):
                os.write(self.control, command)


async def start(
    python: str, folder: Path, request: Request, timeout: float, memory: int
) -> Supervised:
    """Starts a run of at most `timeout` seconds and `memory` bytes.

    Raises:
        InterpreterError: the system cannot execute `python`.
        PlaceError: `folder` cannot be entered.
    """
    starting = asyncio.ensure_future(
        asyncio.to_thread(_start, python, folder, request, timeout, memory)
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        # The thread goes on, and what it starts would have no owner.
        loop = asyncio.get_running_loop()
        starting.add_done_callback(lambda started: loop.run_in_executor(None, _discard, started))
        raise


def _discard(started: asyncio.Future[Supervised]) -> None:
    if started.cancelled() or started.exception() is not None:
        return
    supervised = started.result()
    supervised.abandon()
    for descriptor in (supervised.stdout, supervised.stderr, supervised.result, supervised.report):
        os.close(descriptor)
    supervised.process.wait()


def _start(python: str, folder: Path, request: Request, timeout: float, memory: int) -> Supervised:
    with contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
        control_end, control = _pipe(reader=theirs, writer=ours)
        stdout, stdout_end = _pipe(reader=ours, writer=theirs)
        stderr, stderr_end = _pipe(reader=ours, writer=theirs)
        result, result_end = _pipe(reader=ours, writer=theirs)
        report, report_end = _pipe(reader=ours, writer=theirs)
        # A file takes a source of any size without a reader at the other end.
        request_file = theirs.enter_context(tempfile.TemporaryFile())
        request_file.write(json.dumps(attrs.asdict(request)).encode("ascii"))
        request_file.seek(0)
        passed = (request_file.fileno(), result_end, report_end)
        limits = (str(timeout), str(memory))
        try:
            process = subprocess.Popen(
                [python, "-I", "-S", str(_SUPERVISOR), *limits, *map(str, passed)],
                stdin=control_end,
                stdout=stdout_end,
                stderr=stderr_end,
                pass_fds=passed,
                cwd=folder,
                env=environment.for_run(python, os.environ),
                start_new_session=True,
            )
        except OSError as error:
            if str(error.filename) == str(folder):
                raise PlaceError(
                    f"Code cannot run in the folder {folder} ({error.strerror}); "
                    "open one that exists and that you may enter."
                ) from error
            raise interpreter.not_executable(python, error) from error
        put_behind(process.pid)
        ours.pop_all()
        return Supervised(process, control, stdout, stderr, result, report)


def _pipe(*, reader: contextlib.ExitStack, writer: contextlib.ExitStack) -> tuple[int, int]:
    """A pipe whose ends are closed with the stacks."""
    reading, writing = os.pipe()
    reader.callback(os.close, reading)
    writer.callback(os.close, writing)
    return reading, writing
