"""Notices when single files change, appear or go: one watchdog observer for all of them.

Where the system has no watches left to give, it polls; being slower beats not noticing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

logger = logging.getLogger(__name__)

_MEANINGFUL = ("created", "modified", "moved", "deleted")


class FileWatch(FileSystemEventHandler):
    """Calls `changed` with the path of a watched file, on a thread of its own.

    Directories are watched and not the files, because editors replace files on saving. Where a
    file's directory does not exist yet, the nearest one above it is watched, and `changed` is
    called when the way to the file gets longer. Whoever then reads the file again adds it first,
    and so is told of what happens after the reading.
    """

    def __init__(self, changed: Callable[[Path], None]) -> None:
        self._changed = changed
        self._files: set[Path] = set()
        self._directories: set[Path] = set()
        self._adding = threading.Lock()
        self._observer: BaseObserver = Observer()
        self._observer.daemon = True
        self._observer.start()

    def add(self, file: Path) -> None:
        """Watch `file`; may block for as long as the file system does."""
        place = file.parent.resolve() / file.name
        with self._adding:
            self._files.add(place)
            # Again after each, because a directory may have come before the one above was watched.
            while (directory := _nearest_directory(place)) not in self._directories:
                self._directories.add(directory)
                self._watch(directory)

    def close(self) -> None:
        self._observer.stop()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in _MEANINGFUL:
            return
        if event.is_directory and event.event_type == "modified":
            return  # what is in it has events of its own
        # Without the lock: watchdog holds its own here, and `add` takes them the other way round.
        files = tuple(self._files)
        for name in filter(None, (event.src_path, event.dest_path)):
            path = Path(str(name))
            for file in files:
                if path == file or path in file.parents:
                    self._changed(file)

    def _watch(self, directory: Path) -> None:
        try:
            self._observer.schedule(self, str(directory))
        except OSError as error:
            if isinstance(self._observer, PollingObserver):
                raise
            logger.warning("Files are polled, because the system has no watches left: %s", error)
            self._poll()

    def _poll(self) -> None:
        self._observer.stop()
        self._observer = PollingObserver(timeout=2)
        self._observer.daemon = True
        self._observer.start()
        for directory in self._directories:
            self._observer.schedule(self, str(directory))


def _nearest_directory(place: Path) -> Path:
    return next(parent for parent in place.parents if parent.is_dir())
