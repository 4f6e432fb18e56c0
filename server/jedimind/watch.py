"""Notices when single files change, appear or go: one watchdog observer for all of them.

Where the system has no watches left to give, it polls; being slower beats not noticing.
"""

from __future__ import annotations

import logging
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

    Directories are watched and not the files, because editors replace files on saving. A file
    whose directory does not exist is not watched.
    """

    def __init__(self, changed: Callable[[Path], None]) -> None:
        self._changed = changed
        self._files: set[Path] = set()
        self._directories: set[Path] = set()
        self._observer: BaseObserver = Observer()
        self._observer.daemon = True
        self._observer.start()

    def add(self, file: Path) -> None:
        """Watch `file`; may block for as long as the file system does."""
        directory = file.parent.resolve()
        self._files.add(directory / file.name)
        if directory in self._directories or not directory.is_dir():
            return
        self._directories.add(directory)
        try:
            self._observer.schedule(self, str(directory))
        except OSError as error:
            if isinstance(self._observer, PollingObserver):
                raise
            logger.warning("Files are polled, because the system has no watches left: %s", error)
            self._poll()

    def close(self) -> None:
        self._observer.stop()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in _MEANINGFUL:
            return
        for name in (event.src_path, event.dest_path):
            path = Path(str(name))
            if path in self._files:
                self._changed(path)

    def _poll(self) -> None:
        self._observer.stop()
        self._observer = PollingObserver(timeout=2)
        self._observer.daemon = True
        self._observer.start()
        for directory in self._directories:
            self._observer.schedule(self, str(directory))
