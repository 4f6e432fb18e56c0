"""The process that builds the index: ``python -m jedimind.index.builder``.

It reads changes from stdin and reports on stdout, see `messages.py`, until stdin closes. Changes
come before what is left of the first pass over the directories.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from jedimind.index.database import Database, DatabaseReplaced, discard
from jedimind.index.files import Listed
from jedimind.index.messages import Change, Report, Start, decode, encode
from jedimind.index.root_index import RootIndex
from jedimind.index.roots import LARGEST, Root
from jedimind.priority import NICENESS
from jedimind.text import Text

_POLL = 0.2  # seconds between looks at whether another server's builder is done
_UNUSED = 60 * 86400.0  # seconds after which a database that nobody opened goes


def main() -> int:
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    # An interrupt in a terminal reaches every process; this one ends with its owner.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    start = decode(sys.stdin.buffer.readline(), Start)
    inbox: queue.SimpleQueue[Change] = queue.SimpleQueue()
    reading = threading.Thread(target=_read, args=(start.overlay, inbox), daemon=True)
    try:
        builder = _Builder(start, inbox, sys.stdout.buffer)
        reading.start()  # only now: it removes what was made when there is nothing more to read
        builder.run()
    except DatabaseReplaced:
        return 1  # whoever started this starts it again, with the new database
    return 0


def _read(overlay: Path, inbox: queue.SimpleQueue[Change]) -> None:
    while line := sys.stdin.buffer.readline():
        inbox.put(decode(line, Change))
    shutil.rmtree(overlay.parent, ignore_errors=True)  # its owner may have removed it
    os._exit(0)


class _Builder:
    def __init__(self, start: Start, inbox: queue.SimpleQueue[Change], reports: BinaryIO) -> None:
        self._roots = start.roots
        self._inbox = inbox
        self._reports = reports
        self._indexes: list[RootIndex] = []
        discard(start.overlay)
        self._overlay = Database(start.overlay, lambda module: True)

    def run(self) -> None:
        for pause in self._first_pass():
            with contextlib.suppress(queue.Empty):
                self._take_over(self._inbox.get(block=pause > 0, timeout=pause))
        while True:
            self._take_over(self._inbox.get())

    def _first_pass(self) -> Iterator[float]:
        """Index everything, in steps; after each, changes may be waited for that many seconds."""
        for root in self._roots:
            # Of several servers that start at once, one indexes; the others find it done.
            root.database.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(root.database.with_suffix(".lock"))
            while not _acquired(lock):
                if self._indexes:
                    yield _POLL
                else:  # changes can be taken over only when there is something to change
                    time.sleep(_POLL)
            try:
                yield from self._index(root)
            finally:
                lock.release()
            if root.origin == "workspace":
                self._report(Report(stage="workspace"))
        self._report(Report(stage="all"))
        _discard_unused(self._roots[0].database.parent)

    def _index(self, root: Root) -> Iterator[float]:
        index = RootIndex(root)
        os.utime(root.database)
        self._indexes.append(index)
        for _ in index.scan():
            index.database.commit_if_due()
            yield 0
        index.database.tidy()
        index.database.commit()

    def _take_over(self, change: Change) -> None:
        for path in change.paths:
            index = self._index_with(path)
            if index is not None:
                index.update(path)
        if change.overlay is not None:
            self._lay_over(change.overlay, change.text)
        self._overlay.commit()
        self._report(Report(done=change.number))

    def _lay_over(self, path: Path, text: str | None) -> None:
        index = self._index_with(path)
        if index is None or index.root.origin != "workspace":
            return
        if text is not None and len(text) <= LARGEST and index.files.includes(path):
            module = index.modules.name(path)
            index.read(Listed(path, 0, 0), module, Text.of(text), self._overlay)
        else:
            self._overlay.remove(index.key(path))
            index.update(path)

    def _index_with(self, path: Path) -> RootIndex | None:
        around = [it for it in self._indexes if path.is_relative_to(it.root.directory)]
        return max(around, key=lambda it: len(it.root.directory.parts), default=None)

    def _report(self, report: Report) -> None:
        self._reports.write(encode(report))
        self._reports.flush()


def _acquired(lock: FileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    return True


def _discard_unused(directory: Path) -> None:
    for database in directory.glob("*.sqlite"):
        with contextlib.suppress(FileNotFoundError):  # another server may do this, too
            if time.time() - database.stat().st_mtime > _UNUSED:
                discard(database)


if __name__ == "__main__":
    sys.exit(main())
