"""The processes below one process, and the memory they hold.

On Linux from proc(5): the children of each thread if the kernel lists them
(``CONFIG_PROC_CHILDREN``), else the parent of every process. Elsewhere from POSIX ``ps``.
A process that ends while it is looked at has no children and no memory.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LINUX = sys.platform.startswith("linux")
_GONE = (FileNotFoundError, ProcessLookupError, PermissionError)


def descendants(root: int) -> list[int]:
    """Children of `root`, their children and so on; zombies included."""
    children = _children_by_lookup(root)
    found: list[int] = []
    pending = [root]
    while pending:
        for child in children(pending.pop()):
            found.append(child)
            pending.append(child)
    return found


def memory(pids: Iterable[int]) -> int:
    """Bytes resident in `pids` that no file backs: what the processes made themselves.

    Pages that several of them share, as after a fork, count once for each. Files in memory that
    they hold open (memfd_create(2)) count once, mapped or not.
    """
    if not LINUX:
        table = _ps("rss")
        return sum(table.get(pid, 0) for pid in pids) * 1024
    pids = list(pids)
    own = shared = 0
    for pid in pids:
        sizes = _sizes(f"/proc/{pid}/status")
        if "RssAnon" in sizes:
            own += sizes["RssAnon"]
            shared += sizes["RssShmem"]
        else:  # a kernel before 4.5
            own += sizes.get("VmRSS", 0)
    return own + max(shared, _files_in_memory(pids))


def proportional_memory(pids: Iterable[int]) -> int:
    """As `memory`, with shared pages divided among their users where the system tells.

    Walks the page tables, which takes milliseconds for each GiB.
    """
    if not LINUX:
        return memory(pids)
    pids = list(pids)
    own = shared = 0
    for pid in pids:
        sizes = _sizes(f"/proc/{pid}/smaps_rollup")
        if "Pss_Anon" in sizes:
            own += sizes["Pss_Anon"]
            shared += sizes["Pss_Shmem"]
        else:  # a kernel before 5.9
            own += sizes.get("Pss", 0)
    return own + max(shared, _files_in_memory(pids))


def _files_in_memory(pids: Iterable[int]) -> int:
    """Bytes of the memfds that are open in `pids`."""
    sizes = {}
    for pid in pids:
        folder = f"/proc/{pid}/fd/"
        try:
            names = os.listdir(folder)
        except _GONE:
            continue
        for name in names:
            try:
                if os.readlink(folder + name).startswith("/memfd:"):
                    file = os.stat(folder + name)
                    sizes[file.st_dev, file.st_ino] = file.st_blocks * 512
            except _GONE:
                continue
    return sum(sizes.values())


def _children_by_lookup(root: int) -> Callable[[int], list[int]]:
    if LINUX and os.path.exists(f"/proc/{root}/task/{root}/children"):
        return _children_of_threads
    by_parent: dict[int, list[int]] = {}
    for pid, parent in (_parents() if LINUX else _ps("ppid")).items():
        by_parent.setdefault(parent, []).append(pid)
    return lambda pid: by_parent.get(pid, [])


def _children_of_threads(pid: int) -> list[int]:
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except _GONE:
        return []
    texts = (_read(f"/proc/{pid}/task/{thread}/children") for thread in threads)
    return [int(child) for text in texts for child in text.split()]


def _parents() -> dict[int, int]:
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            # The name in parentheses may itself hold spaces and parentheses.
            fields = _read(f"/proc/{name}/stat").rpartition(b")")[2].split()
            if fields:
                parents[int(name)] = int(fields[1])
    return parents


def _sizes(path: str) -> dict[str, int]:
    """The lines ``Name:   123 kB`` of a file under /proc, in bytes."""
    sizes = {}
    for line in _read(path).splitlines():
        words = line.split()
        if len(words) == 3 and words[2] == b"kB":
            sizes[words[0].rstrip(b":").decode("ascii")] = int(words[1]) * 1024
    return sizes


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except _GONE:
        return b""


def _ps(column: str) -> dict[int, int]:
    """A column of numbers of ``ps`` for every process."""
    import subprocess  # costs milliseconds that Linux need not pay

    listing = subprocess.run(
        ["/bin/ps", "-A", "-o", "pid=", "-o", column + "="], stdout=subprocess.PIPE, check=True
    ).stdout
    return {int(pid): int(value) for pid, value in map(bytes.split, listing.splitlines())}
