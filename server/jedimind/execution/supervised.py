"""A supervised run as its owner sees it: our ends of its pipes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
from collections.abc import Iterator
from typing import Any

import attrs


@attrs.frozen
class Request:
    """What the worker is told; see `guest/worker.py`.

    `what` is "doctest" or "test" with a `part` of the file, or "all". `memory` is in bytes.
    """

    source: str
    path: str
    first_line: int
    first_column: int
    key: str
    memory: int
    what: str = "all"
    part: dict[str, Any] = attrs.field(factory=dict)


@attrs.define
class Supervised:
    """A supervisor and a worker that waits for its request.

    The descriptors are ours to close. `control` is the life line: the run ends with it.
    """

    control: int | None
    request: int | None
    stdout: int
    stderr: int
    result: int
    report: int

    def begin(self, request: Request, timeout: float) -> None:
        """Have the worker do `request`, for at most `timeout` seconds. To be called once."""
        self._command(b"run %r %d" % (timeout, request.memory))
        assert self.request is not None
        descriptor, self.request = self.request, None
        content = json.dumps(attrs.asdict(request)).encode("ascii")
        if not _written_at_once(descriptor, content):
            # A large source fills the pipe: what is left waits for the worker in a thread.
            asyncio.get_running_loop().run_in_executor(None, _write, descriptor, content)

    def interrupt(self) -> None:
        """Ends the run, first by an interrupt, then by killing what is left of it."""
        self._command(b"stop")

    def kill(self) -> None:
        """Ends the run at once."""
        self._command(b"kill")

    def abandon(self) -> None:
        """Ends the run at once, without a report. May be called twice."""
        for descriptor in (self.control, self.request):
            if descriptor is not None:
                os.close(descriptor)
        self.control = self.request = None

    def close_unused(self) -> None:
        """Ends what was never followed, and closes its pipes."""
        self.abandon()
        for descriptor in (self.stdout, self.stderr, self.result, self.report):
            os.close(descriptor)

    def _command(self, command: bytes) -> None:
        if self.control is not None:
            # A supervisor that has ended needs no command.
            with contextlib.suppress(BrokenPipeError):
                os.write(self.control, command + b"\n")


@contextlib.contextmanager
def pipes() -> Iterator[tuple[Supervised, tuple[int, ...]]]:
    """Our ends, and theirs in the order of `guest.supervisor.supervise`.

    Theirs are closed at the end, ours only if that is by an exception.
    """
    with contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
        control_end, control = _pipe(reader=theirs, writer=ours)
        request_end, request = _pipe(reader=theirs, writer=ours)
        stdout, stdout_end = _pipe(reader=ours, writer=theirs)
        stderr, stderr_end = _pipe(reader=ours, writer=theirs)
        result, result_end = _pipe(reader=ours, writer=theirs)
        report, report_end = _pipe(reader=ours, writer=theirs)
        ends = (control_end, request_end, stdout_end, stderr_end, result_end, report_end)
        yield Supervised(control, request, stdout, stderr, result, report), ends
        ours.pop_all()


def _pipe(*, reader: contextlib.ExitStack, writer: contextlib.ExitStack) -> tuple[int, int]:
    """A pipe whose ends are closed with the stacks."""
    reading, writing = os.pipe()
    reader.callback(os.close, reading)
    writer.callback(os.close, writing)
    return reading, writing


def _written_at_once(descriptor: int, content: bytes) -> bool:
    """Whether a pipe that nothing was written to took all of `content`; it is closed then."""
    if len(content) > select.PIPE_BUF:
        return False
    _write(descriptor, content)
    return True


def _write(descriptor: int, content: bytes) -> None:
    # A worker that has ended reads nothing.
    with contextlib.suppress(BrokenPipeError), os.fdopen(descriptor, "wb", buffering=0) as pipe:
        rest = memoryview(content)
        while rest:
            rest = rest[pipe.write(rest) :]
