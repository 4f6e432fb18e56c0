"""Answers what a confined program is asked about, and keeps a record of what it was refused.

The worker's filter asks before sockets are made and files are changed (seccomp_unotify(2)). Sockets
that get here are refused; of files, those outside what the policy lets change. Whatever else is
told to go on, and meets Landlock and read-only mounts: those enforce, so that a path which changes
after we read it changes the record only. Two things are enforced here, each on what cannot change
any more: `chmod` is carried out by us, on a file that we hold, and signals are judged by number.

The record is a list of ``{"kind", "what"}``: kind "network" or "socket" with the address family,
"write" with a path, "signal" with a process. Where a path cannot be read nothing is recorded.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import socket
import stat
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# struct seccomp_notif, struct seccomp_notif_resp, and the ioctls that take them.
_QUESTION = struct.Struct("=QIIiIQ6Q")
_ANSWER = struct.Struct("=QqiI")
_RECEIVE = 0xC0502100
_SEND = 0xC0182101
_SET_FLAGS = 0x40082104
_SYNC_WAKE_UP = 1
_GO_ON = 1

_LONGEST_PATH = 4096
_AT_FDCWD = -100
_AT_SYMLINK_NOFOLLOW = 0x100
# Refusals kept. More say no more to a person.
MOST = 100

# For each call, the arguments that hold the directory (None: the working directory) and the path of
# each file it changes.
_PATHS = {
    "open": ((None, 0),),
    "openat": ((0, 1),),
    "creat": ((None, 0),),
    "mknod": ((None, 0),),
    "mknodat": ((0, 1),),
    "unlink": ((None, 0),),
    "unlinkat": ((0, 1),),
    "rename": ((None, 0), (None, 1)),
    "renameat": ((0, 1), (2, 3)),
    "renameat2": ((0, 1), (2, 3)),
    "mkdir": ((None, 0),),
    "mkdirat": ((0, 1),),
    "rmdir": ((None, 0),),
    "link": ((None, 0), (None, 1)),
    "linkat": ((0, 1), (2, 3)),
    "symlink": ((None, 1),),
    "symlinkat": ((1, 2),),
    "truncate": ((None, 0),),
    "utime": ((None, 0),),
    "utimes": ((None, 0),),
    "futimesat": ((0, 1),),
    "utimensat": ((0, 1),),
}
# The last of their paths is to be new.
_MAKES_NEW = frozenset(
    ("mknod", "mknodat", "mkdir", "mkdirat", "symlink", "symlinkat", "link", "linkat")
)
_RENAMES = frozenset(("rename", "renameat", "renameat2"))
_FOLLOWS = frozenset(("open", "openat", "creat", "truncate", "utime", "utimes", "futimesat"))
_MODES = {"chmod": (None, 0, 1), "fchmod": (0, None, 1), "fchmodat": (0, 1, 2)}
_MODES["fchmodat2"] = _MODES["fchmodat"]
# The argument with the open flags.
_FLAGS = {"open": 1, "openat": 2}
_SIGNALS = frozenset(("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"))


class Refusals:
    """The questions of one worker and its children. Poll the descriptor, then `handle`.

    `rules` is ``{"calls": {number: name}, "writable": [paths], "guarded": [paths], "read_only":
    [paths], "names": […]}``: the longest path that contains a file decides, and under a guarded one
    files may be changed but for those with one of the names, or beneath such a folder.
    """

    def __init__(self, questions: int, rules: dict[str, Any]) -> None:
        self.record: list[dict[str, str]] = []
        self._questions = questions
        self._calls = {int(number): name for number, name in rules["calls"].items()}
        self._places = dict.fromkeys(rules["read_only"], "read-only")
        self._places.update(dict.fromkeys(rules["guarded"], "guarded"))
        self._places.update(dict.fromkeys(rules["writable"], "writable"))
        self._names = frozenset(rules["names"])
        # Paths that begin like this are the program's own; looking closer would only take time.
        others = [*rules["guarded"], *rules["read_only"]]
        self._own = tuple(
            path + "/"
            for path in rules["writable"]
            if not any(other.startswith(path + "/") for other in others)
        )
        self._poll = select.poll()
        self._poll.register(questions, select.POLLIN)
        with contextlib.suppress(OSError):
            # Linux 6.6: the worker goes on at once when it is answered, on the same processor.
            fcntl.ioctl(questions, _SET_FLAGS, _SYNC_WAKE_UP)

    def fileno(self) -> int:
        return self._questions

    def close(self) -> None:
        os.close(self._questions)

    def handle(self) -> bool:
        """Answers one question if there is one; False when nobody is left to ask."""
        ready = self._poll.poll(0)
        if not ready:
            return True
        if not ready[0][1] & select.POLLIN:
            return False
        buffer = bytearray(_QUESTION.size)
        try:
            fcntl.ioctl(self._questions, _RECEIVE, buffer)
        except OSError:
            # The process died between its question and now.
            return True
        key, pid, _, number, _, _, *arguments = _QUESTION.unpack(buffer)
        name = self._calls.get(number, "")
        try:
            error = self._decide(name, pid, arguments)
        except OSError:
            # The process is gone, or hid its memory. What only we enforce is refused then.
            error = None if name in _PATHS else errno.EPERM
        if error is None:
            answer = _ANSWER.pack(key, 0, 0, _GO_ON)
        else:
            answer = _ANSWER.pack(key, 0, -error, 0)
        with contextlib.suppress(OSError):  # it may have died while it waited
            fcntl.ioctl(self._questions, _SEND, bytearray(answer))
        return True

    def _decide(self, name: str, pid: int, arguments: list[int]) -> int | None:
        """The error to answer, 0 if we did what was asked for; None lets the call go on."""
        if name in _PATHS:
            return self._decide_on_files(name, pid, arguments)
        if name in _MODES:
            return self._change_mode(name, pid, arguments)
        if name in _SIGNALS:
            return self._decide_on_signal(pid, _signed(arguments[0]))
        if name == "socket":
            family = _signed(arguments[0])
            internet = family in (socket.AF_INET, socket.AF_INET6)
            return self._refuse("network" if internet else "socket", _family(family), errno.EPERM)
        # A filter that is newer than this file.
        return errno.EPERM

    def _decide_on_files(self, name: str, pid: int, arguments: list[int]) -> int | None:
        flags = arguments[_FLAGS[name]] if name in _FLAGS else 0
        exclusive = flags & os.O_CREAT and flags & os.O_EXCL
        follow = name in _FOLLOWS and not exclusive and not flags & os.O_NOFOLLOW
        if name == "utimensat":
            follow = not arguments[3] & _AT_SYMLINK_NOFOLLOW
        paths = _PATHS[name]
        for directory, index in paths:
            path = _path_at(pid, arguments[index])
            if path is None:
                continue
            if path.startswith(self._own) and "/../" not in path:
                continue
            target, exists = _resolve(pid, directory, path, arguments, follow)
            if target is None or self._may_change(target):
                continue
            last = index == paths[-1][1]
            makes = (last and name in _MAKES_NEW) or exclusive
            may_be_missing = makes or bool(flags & os.O_CREAT) or name == "creat"
            may_be_missing = may_be_missing or (last and name in _RENAMES)
            if makes if exists else not may_be_missing:
                # It would fail in any case, on a read-only mount for another reason.
                return errno.EEXIST if exists else errno.ENOENT
            if "__pycache__" in target:
                # Python itself, which is content without; the program wants nothing.
                return errno.EACCES
            return self._refuse("write", target, errno.EACCES)
        return None

    def _change_mode(self, name: str, pid: int, arguments: list[int]) -> int | None:
        directory, index, mode_index = _MODES[name]
        mode = arguments[mode_index] & 0o7777
        path = "" if index is None else _path_at(pid, arguments[index])
        if path is None:
            return errno.ENAMETOOLONG
        place = _place(pid, directory, path, arguments)
        if place is None:
            return errno.EACCES
        no_follow = name == "fchmodat2" and arguments[3] & _AT_SYMLINK_NOFOLLOW
        try:
            file = os.open(place, os.O_PATH | os.O_CLOEXEC | (os.O_NOFOLLOW if no_follow else 0))
        except OSError as error:
            return error.errno
        try:
            target = os.readlink(f"/proc/self/fd/{file}")
            kind = os.fstat(file).st_mode
            if stat.S_ISLNK(kind):
                return errno.EOPNOTSUPP
            gives_group = mode & stat.S_ISGID and not stat.S_ISDIR(kind)
            # Devices and folders like /dev/shm can be written, but they are everybody's.
            shared = self._places.get(target) == "writable" or stat.S_ISCHR(kind)
            if gives_group or shared or not self._may_change(target):
                return self._refuse("write", target, errno.EPERM)
            os.chmod(f"/proc/self/fd/{file}", mode)
        except OSError as error:
            return error.errno
        finally:
            os.close(file)
        return 0

    def _may_change(self, path: str) -> bool:
        if not path.startswith("/"):
            return True  # a pipe, a memfd: not a file
        beneath = []
        while path not in self._places:
            if path == "/":
                return False
            path, _, name = path.rpartition("/")
            path = path or "/"
            beneath.append(name)
        kind = self._places[path]
        if kind == "guarded":
            return self._names.isdisjoint(beneath)
        return kind == "writable"

    def _decide_on_signal(self, sender: int, target: int) -> int | None:
        """Lets signals reach what descends from this process, and nothing else."""
        group = os.getpgid(sender) if target == 0 else -target if target < -1 else None
        allowed = target != -1 and group != os.getpgrp() and _descends(abs(target) or sender)
        return None if allowed else self._refuse("signal", str(target), errno.EPERM)

    def _refuse(self, kind: str, what: str, error: int) -> int:
        refusal = {"kind": kind, "what": what}
        if len(self.record) < MOST and refusal not in self.record:
            self.record.append(refusal)
        return error


def _signed(argument: int) -> int:
    """A C int, as it comes in a 64-bit register."""
    return (argument & 0xFFFFFFFF ^ 0x80000000) - 0x80000000


def _family(number: int) -> str:
    try:
        return socket.AddressFamily(number).name
    except ValueError:
        return str(number)


def _path_at(pid: int, address: int) -> str | None:
    """The text at an address of the process; "" where there is none, None if it has no end."""
    if address == 0:
        return ""
    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
    try:
        # Ends early where the page behind it is not there.
        text = os.pread(memory, _LONGEST_PATH, address)
    finally:
        os.close(memory)
    end = text.find(b"\0")
    return None if end < 0 else os.fsdecode(text[:end])


def _place(pid: int, directory: int | None, path: str, arguments: list[int]) -> str | None:
    """The path as we can open it; None where "self" would mean another process to us."""
    if path.startswith("/"):
        for itself in ("/proc/self/", "/proc/thread-self/"):
            if path.startswith(itself):
                return f"/proc/{pid}/{path[len(itself) :]}"
        if path.startswith(("/dev/fd/", "/dev/std")):
            return None
        return path
    descriptor = _AT_FDCWD if directory is None else _signed(arguments[directory])
    if descriptor == _AT_FDCWD:
        return f"/proc/{pid}/cwd/{path}"
    return f"/proc/{pid}/fd/{descriptor}" + ("/" + path if path else "")


def _resolve(
    pid: int, directory: int | None, path: str, arguments: list[int], follow: bool
) -> tuple[str | None, bool]:
    """The real path of a file, and whether it exists; None if even its folder does not."""
    place = _place(pid, directory, path, arguments)
    if place is None:
        return None, False
    place = place.rstrip("/") or "/"
    # A descriptor itself is always followed: it is no link to the program.
    target = _real_path(place, follow or not path)
    if target is not None:
        return target, True
    folder, _, name = place.rpartition("/")
    parent = _real_path(folder or "/", True)
    return (None if parent is None else parent.rstrip("/") + "/" + name), False


def _real_path(place: str, follow: bool) -> str | None:
    try:
        file = os.open(place, os.O_PATH | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW))
    except OSError:
        return None
    try:
        return os.readlink(f"/proc/self/fd/{file}")
    finally:
        os.close(file)


def _descends(pid: int) -> bool:
    """Whether a process or thread descends from this one."""
    ours = os.getpid()
    while pid > 1:
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                pid = int(file.read().rpartition(b")")[2].split()[1])
        except OSError:
            return False
        if pid == ours:
            return True
    return False
