"""Notices when files change, appear or go: single ones, or all below some folders.

Where the system has no watches left to give, it polls; being slower beats not noticing.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.observers.polling import PollingObserver

logger = logging.getLogger(__name__)

# Of its own end watchdog (7.1) says that as an error, now and then; it is none.
logging.getLogger("watchdog.observers.inotify").addFilter(
    lambda record: "when the thread is inactive" not in record.getMessage()
)

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
        _stop(self._observer)

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


def _stop(observer: BaseObserver) -> None:
    # Where watching is only just beginning, watchdog (7.1) closes what is closed already.
    with contextlib.suppress(OSError):
        observer.stop()


class FolderWatch(FileSystemEventHandler):
    """Calls `changed` with the path of anything that changes below the folders it is told of.

    `changed` is called on a thread of its own. Opening and reading files is no change.
    """

    def __init__(self, changed: Callable[[Path], None]) -> None:
        self._changed = changed
        self._watches: dict[Path, ObservedWatch] = {}
        self._telling = threading.Lock()
        self._observer: BaseObserver = Observer()
        self._observer.daemon = True
        self._observer.start()

    def follow(self, folders: Iterable[Path]) -> None:
        """Watch these folders and no others; may block for as long as the file system does."""
        with self._telling:
            wanted = {folder for folder in folders if folder.is_dir()}
            for folder in [folder for folder in self._watches if folder not in wanted]:
                self._observer.unschedule(self._watches.pop(folder))
            for folder in wanted - self._watches.keys():
                self._watch(folder)

    def close(self) -> None:
        _stop(self._observer)

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in _MEANINGFUL:
            return
        if event.is_directory and event.event_type == "modified":
            return  # what is in it has events of its own
        for name in filter(None, (event.src_path, event.dest_path)):
            self._changed(Path(str(name)))

    def _watch(self, folder: Path) -> None:
        try:
            self._watches[folder] = self._observer.schedule(self, str(folder), recursive=True)
        except OSError as error:
            if isinstance(self._observer, PollingObserver):
                raise
            logger.warning("Folders are polled, because the system has no watches left: %s", error)
            self._observer.stop()
            self._observer = PollingObserver(timeout=5)
            self._observer.daemon = True
            self._observer.start()
            for each in [*self._watches, folder]:
                self._watches[each] = self._observer.schedule(self, str(each), recursive=True)
