"""The model files on disk: where they belong, which are there, and how to remove one.

A file in its place is whole and has the right checksum, because it got there by one atomic rename
after it was verified. So to find it is to trust it. Nothing here touches the network.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import attrs
import filelock

from jedimind import directories
from jedimind.model.catalogue import CATALOGUE, HUB_FOLDER, HUB_PREFIX, LocalFile, Model


@attrs.frozen
class Installed:
    """A model file on disk; `name` is what `resolve` takes and `size` is in bytes."""

    name: str
    path: Path
    size: int


class NotRemoved(Exception):
    """A model was not removed; the text is a sentence or two with the next step."""


def destination(model: Model) -> Path:
    """Where the model's file is once it is installed."""
    return directories.models() / model.file


def work_directory(model: Model) -> Path:
    """Where the model's file is put together; nothing in it counts as installed."""
    return directories.models() / ".partial" / model.file


def install_lock(model: Model) -> filelock.FileLock:
    """The lock held, across processes, by whoever changes the model's files."""
    work = work_directory(model)
    work.parent.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(work.with_name(work.name + ".lock"))


def installed(model: Model | LocalFile) -> Path | None:
    """The model's file if it is installed; costs one `stat`."""
    if isinstance(model, LocalFile):
        return model.path
    path = destination(model)
    try:
        size = path.stat().st_size
    except OSError:  # absent, or not readable: then installing says what is wrong with it
        return None
    return path if model.size in (None, size) else None


def installed_models() -> list[Installed]:
    """Every installed model, those of the catalogue first."""
    paths = [(model.name, installed(model)) for model in CATALOGUE]
    folder = directories.models() / HUB_FOLDER
    paths += [
        (HUB_PREFIX + path.relative_to(folder).as_posix(), path)
        for path in sorted(folder.rglob("*.gguf"))
    ]
    return [Installed(name, path, path.stat().st_size) for name, path in paths if path is not None]


def remove(model: Model) -> int:
    """Delete the model's file and what an unfinished install left; returns the bytes set free.

    Raises:
        NotRemoved: an install is running, or the system refuses (Windows does for an open file).
    """
    work = work_directory(model)
    try:
        with install_lock(model).acquire(blocking=False):
            files = [path for path in work.rglob("*") if path.is_file()]
            if destination(model).is_file():
                files.append(destination(model))
            freed = sum(path.lstat().st_size for path in files)
            for path in files:
                path.unlink()
            if work.is_dir():
                shutil.rmtree(work)
            return freed
    except filelock.Timeout:
        raise NotRemoved(
            f"{model.name} is being installed; stop that install first, then remove it again."
        ) from None
    except OSError as error:
        raise NotRemoved(
            f"{error.filename} cannot be removed ({error.strerror}). Correct that, or close the "
            "editors that use the model, and remove it again."
        ) from error
