"""A Python that is ready to run code: it has imported what runs will import, and forks for each.

Run by `confined` as ``zygote.py CHANNEL``, in the folder that code runs in; CHANNEL is an inherited
Unix stream socket to the owner, whose end is the end of this process. Messages are JSON with its
length in four bytes, big-endian, before it. The owner sends

- ``{"standby": true}`` with six descriptors (see `supervisor.supervise`): fork a supervisor, which
  forks a worker, which waits for its request. Nothing is answered here: the supervisor reports.
- ``{"session": true}`` with one (see `supervisor.host`): the same for a worker that keeps its
  variables from one request to the next.
- ``{"warm": [names]}``: import these modules, as far as they are installed. Answered with
  ``{"warmed": number}``, or with ``{"threaded": name}`` and the end of this process: one with a
  second thread cannot be forked, and importing `name` started that.

and hears ``{"ready": pid, "packages": [directories]}`` first.

Invariants: no code of the workspace runs in this process; it has one thread; when a supervisor is
killed, what its run has left is ended.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from jedimind.execution.guest import (
        confinement,
        descriptors,
        installed,
        kernel,
        processes,
        supervisor,
    )
else:
    if sys.version_info < (3, 8):  # noqa: UP036 - this file runs under any Python it is given
        sys.exit("too old")  # without being ready: the owner asks this Python what is wrong
    _HERE = os.path.dirname(os.path.abspath(__file__))
    # Python 3.11's PYTHONSAFEPATH keeps a script's folder out.
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]
    sys.path.insert(0, _HERE)
    import confinement
    import descriptors
    import installed
    import kernel
    import processes
    import supervisor

    # Programs may have modules of these names.
    del sys.path[0]
    for _name in [name for name in sys.modules if name not in confinement.at_start]:
        _file = getattr(sys.modules[_name], "__file__", None)
        if _file is not None and os.path.dirname(_file) == _HERE:
            del sys.modules[_name]

# That of `jedimind.priority`, which cannot be imported under the user's Python.
NICENESS = 5
_LENGTH = struct.Struct(">I")


def main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    channel.set_inheritable(False)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # An interrupt in a terminal reaches every process; this one ends with its owner.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    kernel.refuse_thread_pools()
    kernel.adopt_orphans()
    zygote = _Zygote(channel)
    try:
        zygote.answer({"ready": os.getpid(), "packages": installed.package_directories()})
        zygote.serve()
    except ConnectionError:
        return  # the owner is gone


class _Zygote:
    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._supervisors: set[int] = set()
        # More than one where the environment itself starts threads; that cannot be helped.
        self._threads = kernel.threads()

    def serve(self) -> None:
        """Do as the owner says until it closes the channel."""
        gc.collect()
        gc.freeze()
        wakeup = kernel.wake_on_child_exit()
        while True:
            ready, _, _ = select.select([self._channel.fileno(), wakeup], [], [])
            if wakeup in ready:
                os.read(wakeup, 512)
                self._bury()
            if self._channel.fileno() in ready:
                message, passed = self._receive()
                if message is None:
                    return
                if "standby" in message:
                    self._fork(supervisor.supervise, passed)
                elif "session" in message:
                    self._fork(supervisor.host, passed)
                else:
                    self._warm(message["warm"])

    def answer(self, message: dict[str, Any]) -> None:
        content = json.dumps(message).encode("ascii")
        self._channel.sendall(_LENGTH.pack(len(content)) + content)

    def _receive(self) -> tuple[dict[str, Any] | None, list[int]]:
        head, found = descriptors.receive(self._channel, _LENGTH.size)
        head += self._read(_LENGTH.size - len(head)) if head else b""
        if len(head) < _LENGTH.size:
            return None, found
        return json.loads(self._read(_LENGTH.unpack(head)[0])), found

    def _read(self, size: int) -> bytes:
        content = b""
        while len(content) < size:
            more = self._channel.recv(size - len(content))
            if not more:
                return b""
            content += more
        return content

    def _fork(
        self, task: Callable[[list[int], frozenset[str]], NoReturn], passed: list[int]
    ) -> None:
        self._check_threads("")
        pid = os.fork()
        if pid == 0:
            self._channel.close()
            task(passed, confinement.at_start)
        self._supervisors.add(pid)
        for descriptor in passed:
            os.close(descriptor)

    def _bury(self) -> None:
        """Take note of children that ended."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self._supervisors:
                self._supervisors.discard(pid)
                if status != 0:
                    self._sweep()

    def _sweep(self) -> None:
        """End what belongs to no supervisor: the run of one that was killed."""
        watched: set[int] = set()
        for pid in self._supervisors:
            watched.update((pid, *processes.descendants(pid)))
        for pid in processes.descendants(os.getpid()):
            if pid not in watched:
                try:
                    os.kill(pid, signal.SIGKILL)
                except (ProcessLookupError, PermissionError):
                    continue

    def _check_threads(self, imported: str) -> None:
        if kernel.threads() > self._threads:
            self.answer({"threaded": imported})
            sys.exit(0)

    def _warm(self, names: list[str]) -> None:
        warmed = 0
        for name in names:
            if name in sys.modules or not installed.is_installed(name):
                continue
            try:
                importlib.import_module(name)
            except BaseException:  # noqa: BLE001, S112 - what fails here fails in the run, and is told there
                continue
            warmed += 1
            self._check_threads(name)
        gc.collect()
        gc.freeze()
        self.answer({"warmed": warmed})


if __name__ == "__main__":
    main()
