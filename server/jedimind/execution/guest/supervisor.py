"""Starts the worker of a run, holds it to its limits, and outlives every process that comes of it.

`supervise` never returns. It is called in a process of its own, forked from the zygote, and speaks
to the owner over two pipes. On the report pipe it writes a line of JSON when the worker exists,
``{"worker": pid}``, and one when everything has ended,
``{"reason", "status", "seconds", "peak", "left", "alive", "refused"}``.

The control pipe is the owner's hand. Its lines are ``run TIMEOUT MEMORY`` (seconds and bytes, when
the worker is sent its request), ``stop``, which interrupts the worker and kills after a grace, and
``kill``; its end, which also comes when the owner is killed, kills without a report.

Invariants: no descendant is left when this process exits, daemons included (they are adopted,
see `kernel`), except what the system refuses to kill, which the report counts. No code of the
user's runs in this process.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import tempfile
import time
import traceback
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from jedimind.execution.guest import confinement, descriptors, kernel, processes, worker
    from jedimind.execution.guest.refusals import Refusals
else:
    # Started by the zygote, which has put our folder first on the path.
    import confinement
    import descriptors
    import kernel
    import processes
    import worker
    from refusals import Refusals

# Seconds between the interrupt and the kill: with what follows, well within one second.
GRACE = 0.5
# Seconds that processes left behind by a finished program have to end by themselves, such as
# multiprocessing's resource tracker, which frees shared memory then.
LINGER = 0.25
# Seconds between two looks at the memory of the tree; more if looking itself takes long.
SAMPLE = 0.05
# Seconds after which a process that does not go when killed is reported instead of waited for.
GIVE_UP = 2.0

_NEVER = float("inf")


def supervise(pipes: list[int], at_start: frozenset[str]) -> NoReturn:
    """Have a worker wait for its request, and see to it until everything has ended.

    `pipes` are the ends of control and request to read, and those of stdout, stderr, result and
    report to write. For `at_start` see `worker.work`.
    """
    control, request, stdout, stderr, result, report = pipes

    def watch_over(temporary: str) -> None:
        wakeup = kernel.wake_on_child_exit()
        started = _start_worker(
            {0: None, 1: stdout, 2: stderr},
            [request, result],
            lambda kept: worker.work(kept[0], kept[1], temporary, at_start),
        )
        for descriptor in (request, stdout, stderr, result):
            os.close(descriptor)
        _tell(report, f'{{"worker": {started.pid}}}\n')
        run = Run(started)
        run.watch(control, wakeup)
        left = run.end_everything(wakeup)
        _remove(temporary)
        run.tell_end(report, left, alive=False)

    _be_supervisor(watch_over)


def host(channel: list[int], at_start: frozenset[str]) -> NoReturn:
    """See to a worker that does one request after the other, until the channel ends or it does.

    `channel` is a Unix stream socket. Each of its messages is a byte with six descriptors, as those
    of `supervise`. Between requests the worker is stopped: nothing runs without a clock. What a
    request leaves behind is killed, but not the worker.
    """
    (number,) = channel

    def watch_over(temporary: str) -> None:
        requests = socket.socket(fileno=number)
        link, theirs = socket.socketpair()
        wakeup = kernel.wake_on_child_exit()
        started = _start_worker(
            {0: None},
            [theirs.fileno()],
            lambda kept: worker.serve(socket.socket(fileno=kept[0]), temporary, at_start),
        )
        theirs.close()
        alive = True
        while alive:
            content, pipes = descriptors.receive(requests, 1)
            if not content:
                Run(started).end_everything(wakeup)
                _remove(temporary)
                return
            control, *workers, report = pipes
            run = Run(started, link.fileno())
            _signal_group(started.pid, signal.SIGCONT)
            try:
                descriptors.send(link, b"r", workers)
                _tell(report, f'{{"worker": {started.pid}}}\n')
                run.watch(control, wakeup)
            except (BrokenPipeError, ConnectionResetError):
                run.reason = "killed"  # it died between two requests: nothing was begun
            for descriptor in workers:
                os.close(descriptor)
            alive = run.finished
            left = run.end_others(wakeup) if alive else run.end_everything(wakeup)
            if not alive:
                _remove(temporary)
            run.tell_end(report, left, alive=alive)
            os.close(report)
            os.close(control)

    _be_supervisor(watch_over)


class Started(NamedTuple):
    """A worker, and what the sandbox refuses it; None where it keeps no record."""

    pid: int
    refusals: Refusals | None


def _be_supervisor(watch_over: Callable[[str], None]) -> NoReturn:
    """Do `watch_over` a run that has a temporary folder of its own."""
    status = 1
    try:
        kernel.adopt_orphans()
        watch_over(tempfile.mkdtemp(prefix="run-"))
        status = 0
    except BaseException:  # noqa: BLE001 - this process must not go on as a second zygote
        traceback.print_exc()
    finally:
        os._exit(status)


def _remove(temporary: str) -> None:
    # What cannot be removed goes with the zygote's own temporary folder.
    shutil.rmtree(temporary, ignore_errors=True)


def _tell(report: int, line: str) -> None:
    try:
        os.write(report, line.encode("ascii"))
    except BrokenPipeError:
        return  # the owner is gone, as the end of the control pipe says too


def _start_worker(
    streams: dict[int, int | None], kept: list[int], work: Callable[[tuple[int, ...]], None]
) -> Started:
    """A confined process that does `work`, which is given the descriptors `kept` by new numbers.

    `streams` are its standard streams by number, None for one that is empty.
    """
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid:
        theirs.close()
        # Also here, so that the group exists before we signal it. It may have come to that itself.
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)
        with ours:
            questions = confinement.receive_questions(ours)
        if questions is None:
            return Started(pid, None)
        return Started(pid, Refusals(questions, confinement.worker_stage["refusals"]))
    try:
        # A group of its own: what the program does to its group does not reach us.
        os.setpgid(0, 0)
        kernel.die_with_parent()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        for stream, descriptor in streams.items():
            empty = os.open(os.devnull, os.O_RDONLY) if descriptor is None else descriptor
            os.dup2(empty, stream)
        *numbers, channel = descriptors.keep_only(*kept, theirs.fileno())
        theirs.detach()
        confinement.confine_worker(confinement.worker_stage, socket.socket(fileno=channel))
        work(tuple(numbers))
    except BaseException:  # noqa: BLE001 - this process must not go on as a second supervisor
        traceback.print_exc()
    finally:
        os._exit(127)


class Run:
    """The worker and all that comes of it.

    `reason` says what ended the run: "exit" (by itself), "timeout", "memory", "stopped", "killed"
    or "abandoned". `status` is the worker's wait status, `peak` is in bytes. A worker with a `link`
    says there when it has `finished`, and goes on to live.
    """

    def __init__(self, started: Started, link: int | None = None) -> None:
        self.worker = started.pid
        self.finished = False
        self._refusals = started.refusals
        self._link = link
        self.reason = "exit"
        self.status = -1
        self.peak = 0
        self.started = self._ended = time.monotonic()
        self._timeout_at = self._kill_at = self._sample_at = _NEVER
        self._memory = 0
        self._worker_ended = False
        self._commands = b""

    def watch(self, control: int, wakeup: int) -> None:
        """Returns when the worker has ended or everything is to be killed."""
        poller = select.poll()
        poller.register(control, select.POLLIN)
        poller.register(wakeup, select.POLLIN)
        if self._link is not None:
            poller.register(self._link, select.POLLIN)
        if self._refusals is not None:
            poller.register(self._refusals, select.POLLIN)
        while True:
            due = min(self._sample_at, self._timeout_at, self._kill_at)
            wait = None if due == _NEVER else max(0.0, due - time.monotonic()) * 1000
            ready = dict(poller.poll(wait))
            if self._refusals is not None and self._refusals.fileno() in ready:
                if not self._refusals.handle():
                    poller.unregister(self._refusals)
                if len(ready) == 1 and time.monotonic() < due:
                    continue  # a program that changes many files waits for each answer
            if wakeup in ready:
                os.read(wakeup, 512)
            self._reap()
            if self._worker_ended:
                return
            if self._link in ready and os.read(self._link, 1):
                self.finished = True
                self.status = 0
                self._exceeds_memory()  # for the peak
                return
            if control in ready and self._obey(os.read(control, 256)):
                return
            now = time.monotonic()
            if now >= self._kill_at:
                return
            if now >= self._timeout_at:
                self._interrupt("timeout")
            if now >= self._sample_at and self._exceeds_memory():
                self.reason = "memory"
                return

    def tell_end(self, report: int, left: int, *, alive: bool) -> None:
        """Report how it ended, unless nobody would hear it."""
        if self.reason != "abandoned":
            seconds = self._ended - self.started
            refused = self._refusals.record if self._refusals is not None else []
            told = {
                "reason": self.reason,
                "status": self.status,
                "seconds": seconds,
                "peak": self.peak,
                "left": left,
                "alive": alive,
                "refused": refused,
            }
            _tell(report, json.dumps(told) + "\n")
            if alive:
                refused.clear()

    def end_others(self, wakeup: int) -> int:
        """Kill what the worker left behind, and stop the worker; how many would not go."""
        self._ended = time.monotonic()
        give_up_at = self._ended + GIVE_UP
        _signal(self.worker, signal.SIGSTOP)
        while True:
            self._reap()
            others = [pid for pid in processes.descendants(os.getpid()) if pid != self.worker]
            if not others or time.monotonic() >= give_up_at:
                return len(others)
            _kill_descendants(spared=self.worker)
            self._wait(wakeup)

    def end_everything(self, wakeup: int) -> int:
        """Kills what is left and returns how many processes would not go."""
        self._ended = now = time.monotonic()
        kill_at = now + LINGER if self._worker_ended and self.reason == "exit" else now
        give_up_at = kill_at + GIVE_UP
        while self._reap() or processes.descendants(os.getpid()):
            now = time.monotonic()
            if now >= give_up_at:
                return len(processes.descendants(os.getpid()))
            if now >= kill_at:
                _kill_descendants()
                _signal_group(self.worker, signal.SIGKILL)
            self._wait(wakeup)
        return 0

    def _wait(self, wakeup: int) -> None:
        """For a moment, or until a child ends; what asks meanwhile is answered."""
        asking = [] if self._refusals is None else [self._refusals.fileno()]
        ready, _, _ = select.select([wakeup, *asking], [], [], 0.01)
        if wakeup in ready:
            os.read(wakeup, 512)
        if self._refusals is not None and asking[0] in ready:
            self._refusals.handle()

    def _obey(self, received: bytes) -> bool:
        """Whether everything is to be killed now."""
        if not received:
            self.reason = "abandoned"
            return True
        *commands, self._commands = (self._commands + received).split(b"\n")
        for command in commands:
            if command == b"kill":
                if self._kill_at == _NEVER:  # else it is ending for another reason
                    self.reason = "killed"
                return True
            if command == b"stop":
                self._interrupt("stopped")
            else:
                _, timeout, memory = command.split()
                self.started = self._sample_at = time.monotonic()
                self._timeout_at = self.started + float(timeout)
                self._memory = int(memory) + worker.RESERVE
        return False

    def _interrupt(self, reason: str) -> None:
        if self._kill_at == _NEVER:
            self.reason = reason
            self._kill_at = time.monotonic() + GRACE
            self._timeout_at = _NEVER
            _signal_group(self.worker, signal.SIGINT)

    def _exceeds_memory(self) -> bool:
        began = time.monotonic()
        tree = processes.descendants(os.getpid())
        used = processes.memory(tree)
        if used > self._memory:
            used = processes.proportional_memory(tree)
        self.peak = max(self.peak, used)
        now = time.monotonic()
        self._sample_at = now + max(SAMPLE, 20 * (now - began))
        return used > self._memory

    def _reap(self) -> bool:
        """Collects children that ended; whether there are others."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            unit = 1024 if processes.LINUX else 1
            self.peak = max(self.peak, usage.ru_maxrss * unit)
            if pid == self.worker:
                self.status = status
                self._worker_ended = True


def _kill_descendants(spared: int | None = None) -> None:
    stopped: set[int] = set()
    while True:
        running = set(processes.descendants(os.getpid())) - stopped - {spared}
        if not running:
            break
        # A stopped process forks no more, so this comes to an end even in a fork bomb.
        for pid in running:
            _signal(pid, signal.SIGSTOP)
        stopped |= running
    for pid in stopped:
        _signal(pid, signal.SIGKILL)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        # Gone, or not ours to end (a setuid program); what stays is counted in the report.
        return


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return
