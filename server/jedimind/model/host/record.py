"""The host file: where a running host can be reached, for the servers of the same user.

A host writes it, atomically and with mode 0600, when it listens; whoever reads it may talk to the
host. A host that was killed leaves its file behind, so what it says is only a claim.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path

import attrs
import cattrs

from jedimind import directories

PROTOCOL = 1
"""Of host file, lease and routes. A server that finds no host of its own protocol starts one."""


@attrs.frozen
class HostRecord:
    """A host that listened on 127.0.0.1; `started` is in seconds since the epoch."""

    protocol: int
    pid: int
    port: int
    token: str = attrs.field(repr=False)
    model: str
    started: float


def identity(model: Path, *, context: int, threads: int) -> str:
    """The name that only hosts share which can serve for each other.

    Raises:
        OSError: the model file cannot be read.
    """
    path = model.resolve(strict=True)
    stat = path.stat()
    facts = [PROTOCOL, os.fspath(path), stat.st_size, stat.st_mtime_ns, context, threads]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def path_of(identity: str) -> Path:
    """Where the host of that identity has its file."""
    return directories.runtime() / f"host-{identity}.json"


def log_of(identity: str) -> Path:
    """Where the host of that identity logs; it begins anew with every start."""
    return directories.state() / "logs" / f"host-{identity}.log"


def read(path: Path) -> HostRecord | None:
    """The record in `path`, or None where there is none that this user's host can have written."""
    try:
        with path.open(encoding="utf-8") as file:
            if not _private(file.fileno()):
                return None
            record = cattrs.structure(json.load(file), HostRecord)
    except (FileNotFoundError, PermissionError, ValueError, cattrs.BaseValidationError):
        return None
    return record if record.protocol == PROTOCOL else None


def write(path: Path, record: HostRecord) -> None:
    """Publish `record`, replacing what was there."""
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(attrs.asdict(record), file)
    new.replace(path)


def remove(path: Path, record: HostRecord) -> None:
    """Take `record` back, unless another host has replaced it."""
    if read(path) == record:
        path.unlink(missing_ok=True)


def _private(descriptor: int) -> bool:
    """Whether the file is this user's and nobody else can have written it or read its token."""
    if os.name != "posix":  # the profile folder is private there, and files have no such mode
        return True
    stat = os.fstat(descriptor)
    return stat.st_uid == os.geteuid() and not stat.st_mode & 0o077
