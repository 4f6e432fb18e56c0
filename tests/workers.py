"""The processes in which a server has Jedi, as the operating system knows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psutil


def workers(server: int) -> list[psutil.Process]:
    """The analysis workers of the server with that process id, the oldest first."""
    children = psutil.Process(server).children()
    found = [child for child in children if "jedimind.analysis.worker" in child.cmdline()]
    return sorted(found, key=lambda child: (child.create_time(), child.pid))


@contextmanager
def suspended(server: int) -> Iterator[None]:
    """No worker does anything meanwhile: what is answered is answered without Jedi."""
    stopped = workers(server)
    assert stopped
    for worker in stopped:
        worker.suspend()
    try:
        yield
    finally:
        for worker in stopped:
            worker.resume()
