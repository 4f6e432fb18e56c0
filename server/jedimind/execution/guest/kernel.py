"""The prctl(2) calls Python has no names for; Linux only, elsewhere they do nothing."""

from __future__ import annotations

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
