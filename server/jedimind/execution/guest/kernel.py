"""What a process asks of the system about itself and its children.

The prctl(2) calls that Python has no names for are Linux's only; elsewhere they do nothing.
"""

from __future__ import annotations

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


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
