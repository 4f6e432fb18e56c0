"""The bubblewrap command that gives a process a world of its own: mounts, processes, network.

bwrap itself must be started with the environment that the program is to see: `--clearenv` leaves
its own readable in ``/proc/1/environ``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable

from jedimind.execution.sandbox.policy import SHARED_MEMORY, Policy
from jedimind.execution.sandbox.protection import Protection

TEMPORARY = "/tmp"
# Below these the system's files cannot be seen any more.
_COVERED = (TEMPORARY, SHARED_MEMORY)


def program() -> str | None:
    """The path of bwrap, if it is installed."""
    return shutil.which("bwrap")


def command(
    bwrap: str,
    policy: Policy,
    protected: Protection | None,
    needed: Iterable[str],
) -> list[str]:
    """What to put before a command; inside, it is confined by `policy`.

    `needed` are files and folders that it reads, which have to be there even if they lie where
    something else is mounted, such as an environment in ``/tmp``.
    """
    size = str(policy.temporary)
    # No new session: it is started in one of its own, and its priority is that of its session.
    line = [bwrap, "--die-with-parent", "--unshare-all"]
    if policy.network:
        line.append("--share-net")
    line += ["--cap-drop", "ALL", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    line += ["--size", size, "--tmpfs", SHARED_MEMORY, "--size", size, "--tmpfs", TEMPORARY]
    workspace = str(policy.folder)
    # Outer ones first, or they would cover the others.
    for path in sorted({workspace, *needed}):
        if path == workspace and protected is not None:
            line += ["--bind", path, path]
        elif _is_covered(path):
            line += ["--ro-bind", path, path]
    for path in protected.protected if protected is not None else ():
        line += ["--ro-bind", path, path]
    return [*line, "--"]


def _is_covered(path: str) -> bool:
    return any(path.startswith(place + "/") for place in _COVERED)
