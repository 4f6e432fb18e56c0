"""Starts the worker of a run, holds it to its limits, and outlives every process that comes of it.

`supervise` never returns. It is called in a process of its own, forked from the zygote, and speaks
to the owner over two pipes. On the report pipe it writes a line of JSON when the worker exists,
``{"worker": pid}``, and one when everything has ended,
``{"reason", "status", "seconds", "peak", "left", "alive"}``.

The control pipe is the owner's hand. Its lines are ``run TIMEOUT MEMORY`` (seconds and bytes, when
the worker is sent its request), ``stop``, which interrupts the worker and kills after a grace, and
``kill``; its end, which also comes when the owner is killed, kills without a report.

Invariants: no descendant is left when this process exits, daemons included (they are adopted,
see `kernel`), except what the system refuses to kill, which the report counts. No code of the
user's runs in this process.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
import time
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from jedimind.execution.guest import descriptors, kernel, processes, worker
else:
    # Started by the zygote, which has put our folder first on the path.
    import descriptors
    import kernel
    import processes
    import worker

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
_END = '{"reason": "%s", "status": %d, "seconds": %r, "peak": %d, "left": %d, "alive": %s}\n'


def supervise(pipes: list[int], at_start: frozenset[str]) -> NoReturn:
    """Have a worker wait for its request, and see to it until everything has ended.

    `pipes` are the ends of control and request to read, and those of stdout, stderr, result and
    report to write. For `at_start` see `worker.work`.
    """
    control, request, stdout, stderr, result, report = pipes

    def work() -> None:
        os.dup2(stdout, 1)
        os.dup2(stderr, 2)
        kept = descriptors.keep_only(request, result)
        worker.work(kept[0], kept[1], at_start)

    def watch_over() -> None:
        wakeup = kernel.wake_on_child_exit()
        run = Run(_start_worker(work))
        for descriptor in (request, stdout, stderr, result):
            os.close(descriptor)
        _tell(report, f'{{"worker": {run.worker}}}\n')
        run.watch(control, wakeup)
        run.tell_end(report, run.end_everything(wakeup), alive=False)

    _be_supervisor(watch_over)


def host(channel: list[int], at_start: frozenset[str]) -> NoReturn:
    """See to a worker that does one request after the other, until the channel ends or it does.

    `channel` is a Unix stream socket. Each of its messages is a byte with six descriptors, as those
    of `supervise`. Between requests the worker is stopped: nothing runs without a clock. What a
    request leaves behind is killed, but not the worker.
    """
    (number,) = channel

    def watch_over() -> None:
        requests = socket.socket(fileno=number)
        link, theirs = socket.socketpair()
        wakeup = kernel.wake_on_child_exit()

        def work() -> None:
            (kept,) = descriptors.keep_only(theirs.fileno())
            theirs.detach()
            worker.serve(socket.socket(fileno=kept), at_start)

        pid = _start_worker(work)
        theirs.close()
        alive = True
        while alive:
            content, pipes = descriptors.receive(requests, 1)
            if not content:
                Run(pid).end_everything(wakeup)
                return
            control, *workers, report = pipes
            run = Run(pid, link.fileno())
            _signal_group(pid, signal.SIGCONT)
            try:
                descriptors.send(link, b"r", workers)
                _tell(report, f'{{"worker": {pid}}}\n')
                run.watch(control, wakeup)
            except (BrokenPipeError, ConnectionResetError):
                run.reason = "killed"  # it died between two requests: nothing was begun
            for descriptor in workers:
                os.close(descriptor)
            alive = run.finished
            left = run.end_others(wakeup) if alive else run.end_everything(wakeup)
            run.tell_end(report, left, alive=alive)
            os.close(report)
            os.close(control)

    _be_supervisor(watch_over)


def _be_supervisor(watch_over: Callable[[], None]) -> NoReturn:
    status = 1
    try:
        kernel.adopt_orphans()
        watch_over()
        status = 0
    except BaseException:  # noqa: BLE001 - this process must not go on as a second zygote
        traceback.print_exc()
    finally:
        os._exit(status)


def _tell(report: int, line: str) -> None:
    try:
        os.write(report, line.encode("ascii"))
    except BrokenPipeError:
        return  # the owner is gone, as the end of the control pipe says too


def _start_worker(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        # Also here, so that the group exists before we signal it.
        try:
            os.setpgid(pid, pid)
        except (PermissionError, ProcessLookupError):
            return pid  # it has come to that itself
        return pid
    try:
        # A group of its own: what the program does to its group does not reach us.
        os.setpgid(0, 0)
        kernel.die_with_parent()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        _limit(resource.RLIMIT_CORE, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        work()
    except BaseException:  # noqa: BLE001 - this process must not go on as a second supervisor
        traceback.print_exc()
    finally:
        os._exit(127)


def _limit(which: int, value: int) -> None:
    _, allowed = resource.getrlimit(which)
    if allowed != resource.RLIM_INFINITY:
        value = min(value, allowed)
    resource.setrlimit(which, (value, value))


class Run:
    """The worker and all that comes of it.

    `reason` says what ended the run: "exit" (by itself), "timeout", "memory", "stopped", "killed"
    or "abandoned". `status` is the worker's wait status, `peak` is in bytes. A worker with a `link`
    says there when it has `finished`, and goes on to live.
    """

    def __init__(self, worker: int, link: int | None = None) -> None:
        self.worker = worker
        self.finished = False
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
        while True:
            due = min(self._sample_at, self._timeout_at, self._kill_at)
            wait = None if due == _NEVER else max(0.0, due - time.monotonic()) * 1000
            ready = dict(poller.poll(wait))
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
            values = (self.reason, self.status, seconds, self.peak, left, str(alive).lower())
            _tell(report, _END % values)

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
            if select.select([wakeup], [], [], 0.01)[0]:
                os.read(wakeup, 512)

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
            # Ends early when a child does.
            if select.select([wakeup], [], [], 0.01)[0]:
                os.read(wakeup, 512)
        return 0

    def _obey(self, received: bytes) -> bool:
        """Whether everything is to be killed now."""
        if not received:
            self.reason = "abandoned"
            return True
        *commands, self._commands = (self._commands + received).split(b"\n")
        for command in commands:
            if command == b"kill":
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
