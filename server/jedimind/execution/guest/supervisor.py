"""Starts the worker, holds it to its limits, and outlives every process that comes of it.

Run as ``python -I -S supervisor.py TIMEOUT MEMORY REQUEST RESULT REPORT``: seconds, bytes, and
three inherited descriptors. REQUEST becomes the worker's stdin and RESULT is passed on to it;
stdout and stderr are the worker's too. REPORT is ours alone: one line of JSON when the worker
exists, ``{"worker": pid}``, and one when everything has ended,
``{"reason", "status", "seconds", "peak", "left"}``.

Stdin is the owner's hand: ``s`` interrupts the worker and kills after a grace, ``k`` kills, and
its end, which also comes when the owner is killed, kills without a report.

Invariants: no descendant is left when this process exits, daemons included (they are adopted,
see `kernel`), except what the system refuses to kill, which the report counts. No code of the
user's runs in this process.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jedimind.execution.guest import kernel, processes
else:
    sys.path.append(os.path.dirname(os.path.abspath(__file__)))
    import kernel
    import processes

# That of `jedimind.priority`, which cannot be imported under the user's Python.
NICENESS = 5
# Seconds between the interrupt and the kill: with what follows, well within one second.
GRACE = 0.5
# Seconds that processes left behind by a finished program have to end by themselves, such as
# multiprocessing's resource tracker, which frees shared memory then.
LINGER = 0.25
# Seconds between two looks at the memory of the tree; more if looking itself takes long.
SAMPLE = 0.05
# Seconds after which a process that does not go when killed is reported instead of waited for.
GIVE_UP = 2.0
# Bytes that the worker sets aside to report a MemoryError with, on top of the program's limit.
RESERVE = 16 * 2**20


def main() -> None:
    if sys.version_info < (3, 8):  # noqa: UP036 - this file runs under any Python it is given
        sys.exit("too old")  # no report: the owner asks this Python what is wrong with it
    timeout, memory = float(sys.argv[1]), int(sys.argv[2])
    request, result, report = (int(argument) for argument in sys.argv[3:6])
    os.set_inheritable(report, False)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.nice(NICENESS)
    kernel.adopt_orphans()
    wakeup = _wake_on_child_exit()
    run = Run(_start_worker(memory, request, result), timeout, memory)
    os.close(request)
    os.close(result)
    os.write(report, b'{"worker": %d}\n' % run.worker)
    run.watch(control=0, wakeup=wakeup)
    seconds = time.monotonic() - run.started
    left = run.end_everything(wakeup)
    if run.reason != "abandoned":
        text = '{"reason": "%s", "status": %d, "seconds": %r, "peak": %d, "left": %d}\n'
        values = (run.reason, run.status, seconds, run.peak, left)
        os.write(report, (text % values).encode("ascii"))


def _wake_on_child_exit() -> int:
    """A descriptor that becomes readable whenever a child has ended."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    return reading


def _start_worker(memory: int, request: int, result: int) -> int:
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py")
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
        for number in (
            signal.SIGINT,
            signal.SIGHUP,
            signal.SIGTERM,
            signal.SIGPIPE,
            signal.SIGCHLD,
        ):
            signal.signal(number, signal.SIG_DFL)
        _limit(resource.RLIMIT_CORE, 0)
        if processes.LINUX:
            _limit(resource.RLIMIT_DATA, memory + RESERVE)
        os.dup2(request, 0)
        os.close(request)
        os.execv(sys.executable, [sys.executable, script, str(result), str(RESERVE)])  # noqa: S606
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
    or "abandoned". `status` is the worker's wait status, `peak` is in bytes.
    """

    def __init__(self, worker: int, timeout: float, memory: int) -> None:
        self.worker = worker
        self.reason = "exit"
        self.status = -1
        self.peak = 0
        self.started = time.monotonic()
        self._timeout_at = self.started + timeout
        self._kill_at = float("inf")
        self._sample_at = self.started
        self._memory = memory + RESERVE
        self._worker_ended = False

    def watch(self, control: int, wakeup: int) -> None:
        """Returns when the worker has ended or everything is to be killed."""
        poller = select.poll()
        poller.register(control, select.POLLIN)
        poller.register(wakeup, select.POLLIN)
        while True:
            due = min(self._sample_at, self._timeout_at, self._kill_at)
            ready = dict(poller.poll(max(0.0, due - time.monotonic()) * 1000))
            if wakeup in ready:
                os.read(wakeup, 512)
            self._reap()
            if self._worker_ended:
                return
            if control in ready and self._obey(os.read(control, 64)):
                return
            now = time.monotonic()
            if now >= self._kill_at:
                return
            if now >= self._timeout_at:
                self._interrupt("timeout")
            if now >= self._sample_at and self._exceeds_memory():
                self.reason = "memory"
                return

    def end_everything(self, wakeup: int) -> int:
        """Kills what is left and returns how many processes would not go."""
        now = time.monotonic()
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

    def _obey(self, command: bytes) -> bool:
        """Whether everything is to be killed now."""
        if not command:
            self.reason = "abandoned"
        elif b"k" in command:
            self.reason = "killed"
        else:
            self._interrupt("stopped")
            return False
        return True

    def _interrupt(self, reason: str) -> None:
        if self._kill_at == float("inf"):
            self.reason = reason
            self._kill_at = time.monotonic() + GRACE
            self._timeout_at = float("inf")
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


def _kill_descendants() -> None:
    stopped: set[int] = set()
    while True:
        running = set(processes.descendants(os.getpid())) - stopped
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


if __name__ == "__main__":
    main()
