"""Temporary folders of runs, for where none is mounted. None outlives its server for long.

Each is locked (flock(2)) by the server that made it. The kernel lets go of the lock when the server
dies, however it dies, and the next server to make one removes what nobody holds.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

import attrs

_PREFIX = "jedimind-run-"


@attrs.frozen
class TemporaryFolder:
    """A folder at `path`, open to this user only."""

    path: str
    _lock: int

    @classmethod
    def make(cls) -> TemporaryFolder:
        _remove_abandoned()
        while True:
            path = tempfile.mkdtemp(prefix=_PREFIX)
            # Another server may take it for abandoned until it is locked.
            with contextlib.suppress(FileNotFoundError):
                lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
                fcntl.flock(lock, fcntl.LOCK_EX)
                if Path(path).exists():
                    return cls(path, lock)
                os.close(lock)

    def remove(self) -> None:
        """Removes it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _remove_abandoned() -> None:
    for path in Path(tempfile.gettempdir()).glob(_PREFIX + "*"):
        with contextlib.suppress(OSError):  # another user's, or somebody holds it
            lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(lock).st_uid == os.getuid():
                    shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(lock)
