"""What a process asks of the system about itself and its children.

The prctl(2) calls that Python has no names for are Linux's only; elsewhere they do nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
# Of which some are closed where the system does not list those that are open.
_MOST_DESCRIPTORS = 4096


def adopt_orphans() -> None:
    """Descendants whose parent ends become our children, instead of those of process 1."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """We are killed when the thread that forked us ends; this survives exec."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def wake_on_child_exit() -> int:
    """A descriptor that becomes readable whenever a child has ended."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    return reading


def keep_only(*kept: int) -> tuple[int, ...]:
    """Close all but the standard streams and `kept`, which get the numbers from 3 on."""
    # Out of the way of each other first.
    high = [_above(descriptor, 3 + len(kept)) for descriptor in kept]
    for number, descriptor in enumerate(high, 3):
        os.dup2(descriptor, number, inheritable=False)
    try:
        there = [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        there = list(range(_MOST_DESCRIPTORS))
    for descriptor in there:
        if descriptor >= 3 + len(kept):
            # The one that the list was read from is closed already.
            with contextlib.suppress(OSError):
                os.close(descriptor)
    return tuple(range(3, 3 + len(kept)))


def _above(descriptor: int, lowest: int) -> int:
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, lowest)


def threads() -> int:
    """How many threads this process has, native ones included; 1 where the system does not say."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


def _prctl(option: int, argument: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    try:
        import ctypes
    except ImportError:
        # A Python built without libffi. Runs work; only daemons can outlive one then.
        return
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(option, ctypes.c_ulong(argument), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
