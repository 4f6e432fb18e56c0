"""Confines the calling process, as a JSON document says; what cannot be done raises.

The document has two stages, ``{"zygote": …, "worker": …}``, each an object whose keys may be left
out: what is not asked for is not done, and macOS knows ``limits`` only.

``landlock``  ``{"write": [paths], "network": bool, "scoped": bool}``: files may be changed under
              these paths only (without "write", the stage says nothing of files), TCP is refused
              unless ``network``, signals and abstract sockets stay inside when ``scoped``. What the
              kernel's Landlock is too old for is left to the filter and to the probe that judges.
``filter``    a seccomp program, base64 of `struct sock_filter`s
``questions`` another, whose questions go to a supervisor; ``filter`` is for where that cannot be
``limits``    ``{"FSIZE": bytes, …}``, names of `resource.RLIMIT_…`
``capabilities``  false: root loses its own
``refusals``  nothing to apply: what `refusals` takes to answer the questions

The zygote's stage also closes every descriptor that it is not told to keep. Linux 5.13, x86_64 and
aarch64; landlock(7), seccomp(2), seccomp_unotify(2). Python 3.8.
"""

from __future__ import annotations

import base64
import errno
import functools
import os
import resource
import socket
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ctypes
    from typing import Any, Dict, Iterable

    Stage = Dict[str, Any]

_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_ADD_RULE = 445
_LANDLOCK_RESTRICT_SELF = 446
_SECCOMP = {"x86_64": 317, "aarch64": 277}

_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_LINUX_CAPABILITY_VERSION_3 = 0x20080522
_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FILTER_FLAG_NEW_LISTENER = 1 << 3
_SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 1 << 5

# Access rights of linux/landlock.h.
_WRITE_FILE = 1 << 1
_REMOVE_DIR = 1 << 4
_REMOVE_FILE = 1 << 5
_MAKE_CHAR = 1 << 6
_MAKE_DIR = 1 << 7
_MAKE_REG = 1 << 8
_MAKE_SOCK = 1 << 9
_MAKE_FIFO = 1 << 10
_MAKE_BLOCK = 1 << 11
_MAKE_SYM = 1 << 12
_REFER = 1 << 13
_TRUNCATE = 1 << 14
_IOCTL_DEV = 1 << 15
_NET_BIND_TCP_AND_CONNECT_TCP = 3
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 3
_RULE_PATH_BENEATH = 1

_DEVICES = _MAKE_CHAR | _MAKE_BLOCK
_ON_FILES = _WRITE_FILE | _TRUNCATE | _IOCTL_DEV
# What a byte over the channel to the supervisor means.
_WITH_LISTENER = b"l"
_WITHOUT_LISTENER = b"-"


# What `confine_worker` is to be given; `confined` sets it before its script begins.
worker_stage: Stage = {}
# The names of modules that were in memory before ours; `confined` sets this, too.
at_start: frozenset[str] = frozenset()


class ConfinementError(Exception):
    """What the system refused to do, and why; `number` is its errno where it gave one."""

    def __init__(self, message: str, number: int | None = None) -> None:
        super().__init__(message)
        self.number = number


def confine_zygote(stage: Stage, keep: Iterable[int]) -> None:
    """Confines this process and all it will fork; `keep` are descriptors besides the first three.

    Raises:
        ConfinementError: it is then half confined and has to end.
    """
    _close_descriptors(keep)
    _limit_all(stage)
    if stage.keys() <= {"limits"}:
        return
    if len(os.listdir("/proc/self/task")) != 1:
        raise ConfinementError("a process with threads cannot be confined as a whole")
    if not stage.get("capabilities", True):
        _drop_capabilities()
    # What is forked has it, too, so the worker need not ask again.
    _prctl("no_new_privs", _PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" in stage:
        _landlock(**stage["landlock"])
    if "filter" in stage:
        _install_filter(stage["filter"], 0)


def confine_worker(stage: Stage, supervisor: socket.socket | None) -> None:
    """Confines the process that runs the user's code, forked by a supervisor of a confined zygote.

    To be called last: afterwards each change of a file asks the supervisor, who takes the questions
    from the other end of `supervisor`, which is closed here, by `receive_questions`.

    Raises:
        ConfinementError: it is then half confined and has to end.
    """
    _limit_all(stage)
    if "landlock" in stage:
        _landlock(**stage["landlock"])
    listener = None
    if supervisor is not None and "questions" in stage:
        listener = _ask(stage["questions"])
    if listener is None and "filter" in stage:
        _install_filter(stage["filter"], 0)
    if supervisor is None:
        return
    # The user's code must never hold the listener: it would answer its own questions.
    with supervisor:
        if listener is None:
            supervisor.send(_WITHOUT_LISTENER)
        else:
            rights = listener.to_bytes(4, sys.byteorder)
            control = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)]
            supervisor.sendmsg([_WITH_LISTENER], control)
            os.close(listener)


def receive_questions(worker: socket.socket) -> int | None:
    """The descriptor the worker's questions come by (see `refusals`); None if it asks none.

    Waits for the worker to be confined.

    Raises:
        EOFError: the worker ended first.
    """
    message, control, _, _ = worker.recvmsg(1, socket.CMSG_SPACE(4), socket.MSG_CMSG_CLOEXEC)
    if not message:
        raise EOFError
    if message == _WITHOUT_LISTENER:
        return None
    return int.from_bytes(control[0][2][:4], sys.byteorder)


def landlock_abi() -> int:
    """What the kernel's Landlock knows; 0 if there is none, or it is switched off."""
    if not sys.platform.startswith("linux"):
        return 0
    try:
        return _syscall("landlock", _LANDLOCK_CREATE_RULESET, None, 0, 1)
    except (ConfinementError, ImportError):
        return 0


def _limit_all(stage: Stage) -> None:
    for name, value in stage.get("limits", {}).items():
        _limit(getattr(resource, "RLIMIT_" + name), value)


def _close_descriptors(keep: Iterable[int]) -> None:
    kept = sorted({0, 1, 2, *keep})
    for descriptor, following in zip(
        kept, [*kept[1:], resource.getrlimit(resource.RLIMIT_NOFILE)[1]]
    ):
        if following == resource.RLIM_INFINITY:
            following = 2**20
        os.closerange(descriptor + 1, min(following, 2**20))


def _limit(which: int, value: int) -> None:
    soft, hard = resource.getrlimit(which)
    limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(
        which, (limit if soft == resource.RLIM_INFINITY else min(soft, limit), limit)
    )


def _drop_capabilities() -> None:
    import ctypes

    # The bounding set first, for which a capability is needed; not having that one means not being
    # root, with nothing to lose.
    for capability in range(64):
        try:
            _prctl("capability bounding set", _PR_CAPBSET_DROP, capability)
        except ConfinementError:
            break
    header = (ctypes.c_uint32 * 2)(_LINUX_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if _library().capset(header, nothing) != 0:
        raise _refused("capset")


def _landlock(write: list[str] | None = None, network: bool = True, scoped: bool = False) -> None:
    import ctypes

    abi = landlock_abi()
    if abi == 0:
        raise ConfinementError("this kernel has no Landlock, or it is switched off")
    handled = 0 if write is None else _handled_on_files(abi)
    ports = _NET_BIND_TCP_AND_CONNECT_TCP if abi >= 4 and not network else 0
    scopes = _SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS if abi >= 6 and scoped else 0
    if not (handled or ports or scopes):
        return
    attributes = (ctypes.c_uint64 * 3)(handled, ports, scopes)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = _syscall("landlock", _LANDLOCK_CREATE_RULESET, attributes, size, 0)
    try:
        for path in write or []:
            _allow(ruleset, path, handled)
        _syscall("landlock", _LANDLOCK_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _handled_on_files(abi: int) -> int:
    """All rights to change files that this Landlock can refuse. Reading stays free."""
    handled = _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _DEVICES
    handled |= _MAKE_DIR | _MAKE_REG | _MAKE_SOCK | _MAKE_FIFO | _MAKE_SYM
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV)):
        if abi >= since:
            handled |= right
    return handled


def _allow(ruleset: int, path: str, handled: int) -> None:
    import ctypes

    try:
        # Not through a link: it could lead anywhere by the time it is followed.
        place = os.open(path, os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    try:
        allowed = handled & ~_DEVICES
        if not os.path.isdir(f"/proc/self/fd/{place}"):
            allowed &= _ON_FILES

        class PathBeneath(ctypes.Structure):
            _pack_ = 1
            _layout_ = "ms"
            _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]

        rule = PathBeneath(allowed, place)
        _syscall("landlock", _LANDLOCK_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)


def _ask(program: str) -> int | None:
    """Installs a filter that asks, and returns the descriptor of the questions.

    None where that cannot be: on old kernels, or where a container's filter asks already.
    """
    listener = _SECCOMP_FILTER_FLAG_NEW_LISTENER
    for flags in (listener | _SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, listener):
        try:
            return _install_filter(program, flags)
        except ConfinementError as error:
            if error.number not in (errno.EINVAL, errno.EBUSY):
                raise
    return None


def _install_filter(program: str, flags: int) -> int:
    import ctypes

    instructions = base64.b64decode(program)
    machine = os.uname().machine
    if machine not in _SECCOMP:
        raise ConfinementError("seccomp filters are not known for " + machine)

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]

    filter_ = Program(len(instructions) // 8, instructions)
    return _syscall(
        "seccomp", _SECCOMP[machine], _SECCOMP_SET_MODE_FILTER, flags, ctypes.byref(filter_)
    )


@functools.lru_cache(maxsize=None)
def _library() -> ctypes.CDLL:
    # Made once by the zygote: it takes as long as all the rest of confining a worker.
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library


def _prctl(what: str, option: int, argument: int) -> None:
    import ctypes

    if _library().prctl(option, ctypes.c_ulong(argument), 0, 0, 0) != 0:
        raise _refused(what)


def _syscall(what: str, number: int, *arguments: Any) -> int:
    import ctypes

    passed = [
        ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments
    ]
    result: int = _library().syscall(ctypes.c_long(number), *passed)
    if result < 0:
        raise _refused(what)
    return result


def _refused(what: str) -> ConfinementError:
    import ctypes

    number = ctypes.get_errno()
    return ConfinementError(f"{what}: {os.strerror(number)}", number)
