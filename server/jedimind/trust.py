"""Which folders the user trusts. Until a folder is trusted, nothing from inside it is executed.

Remembered in the user's state directory as one resolved path a line; what a repository contains
cannot change it. Trust covers everything below the folder.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from filelock import FileLock

from jedimind import directories


def is_trusted(folder: Path) -> bool:
    resolved = folder.resolve()
    trusted = _read()
    return any(parent in trusted for parent in (resolved, *resolved.parents))


def trust(folder: Path) -> None:
    """Remember `folder` as trusted.

    Raises:
        OSError: the state directory cannot be written.
    """
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(f"{file}.lock"):  # windows may be answering the same question at once
        folders = _read() | {folder.resolve()}
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.writelines(f"{path}\n" for path in sorted(folders))
        Path(temporary).replace(file)


def _read() -> set[Path]:
    try:
        content = _file().read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return set()
    return {Path(line) for line in content.split("\n") if line}


def _file() -> Path:
    return directories.state() / "trusted-folders"
