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


# Variables without which numerical libraries start threads when they are imported.
_POOLS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
_added: list[str] = []


def refuse_thread_pools() -> None:
    """Have libraries that are imported from now on start no threads, unless the user says so."""
    for name in _POOLS:
        if name not in os.environ:
            os.environ[name] = "1"
            _added.append(name)


def allow_thread_pools() -> None:
    """For libraries and processes that come later."""
    for name in _added:
        os.environ.pop(name, None)


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
