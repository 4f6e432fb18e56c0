"""The seccomp filters of a run: what Landlock and mounts do not cover.

Two are stacked. The *zygote's* refuses what no Python program needs. The *worker's* comes on top
for the user's code alone: sockets by the policy, and what a supervisor is asked about so that it
can say what was refused (`guest/refusals.py`). It cannot be one filter, because a refusal always
wins over a question, and the zygote has nobody who would answer.

A refused call fails with EPERM; a call of a foreign architecture kills the process. Calls whose
flags lie in memory, where a filter sees nothing, get ENOSYS: libraries then use the older form.
"""

from __future__ import annotations

import platform
import socket
from collections.abc import Iterable
from errno import ENOSYS, EPERM
from typing import get_args

import attrs

from jedimind.execution.sandbox import bpf
from jedimind.execution.sandbox.syscalls import (
    AUDIT_ARCHITECTURES,
    NUMBERS,
    X32_BIT,
    Machine,
)

_REFUSED = (
    # other processes: their memory and descriptors
    "ptrace process_vm_readv process_vm_writev process_madvise process_mrelease pidfd_getfd kcmp "
    # large interfaces of the kernel that a filter cannot look into
    "io_uring_setup io_uring_enter io_uring_register userfaultfd bpf perf_event_open fanotify_init "
    "keyctl add_key request_key "
    # memory that belongs to no process: nobody would count it, and it outlives a run
    "shmget msgget semget mq_open "
    # mounts and namespaces
    "mount umount2 pivot_root chroot move_mount open_tree open_tree_attr fsopen fsconfig fsmount "
    "fspick mount_setattr unshare setns open_by_handle_at "
    # the machine itself, for a run as root
    "kexec_load kexec_file_load init_module finit_module delete_module reboot swapon swapoff acct "
    "settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname syslog quotactl "
    "quotactl_fd vhangup iopl ioperm modify_ldt "
    # what Landlock does not know of a file: owner and extended attributes
    "chown fchown lchown fchownat setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr "
    "fremovexattr removexattrat file_setattr"
)

# Their flags are in memory.
_ABSENT = ("clone3", "openat2")

# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_NAMESPACES = 0x7E020000
# TIOCSTI types into the terminal, TIOCLINUX pastes; FS_IOC_SETFLAGS and FS_IOC_FSSETXATTR change a
# file that is open for reading only.
_IOCTLS = (0x5412, 0x541C, 0x40086602, 0x401C5820)
# Calls whose first argument is the process to change, and 0 for oneself.
_ON_PROCESSES = (
    "sched_setaffinity",
    "sched_setattr",
    "sched_setparam",
    "sched_setscheduler",
    "migrate_pages",
    "move_pages",
)
_PR_SET_DUMPABLE = 4
_PRIO_PROCESS = 0
_IOPRIO_WHO_PROCESS = 1
_PERSONALITIES = (0, 0xFFFFFFFF)  # the usual one, and only asking

# Where each call has its open flags and the mode of a new file.
_OPENING = {"open": (1, 2), "openat": (2, 3)}
_CREATING = {"creat": 1, "mknod": 1, "mknodat": 2}
_WRITES = 0x3  # O_WRONLY | O_RDWR
_O_CREAT = 0x40
_HAS_MODE = 0x400040  # O_CREAT | __O_TMPFILE
_O_TRUNC = 0x200
_SETUID_OR_SETGID = 0o6000
_SETUID = 0o4000

_CHANGING = (
    "unlink unlinkat rename renameat renameat2 mkdir mkdirat rmdir link linkat symlink symlinkat "
    "truncate"
)
# With the argument that has the mode.
_MODES = {"chmod": 1, "fchmod": 1, "fchmodat": 2, "fchmodat2": 2}
_TIMES = ("utime", "utimes", "futimesat", "utimensat")
_SIGNALS = ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")

_INTERNET = (socket.AF_INET, socket.AF_INET6)
# Linux' number, on whatever machine this file is read.
_AF_NETLINK = 16
# Types of Unix sockets that stay with the peer they were made with.
_SOCK_STREAM, _SOCK_SEQPACKET = 1, 5
_SOCK_CLOEXEC_AND_NONBLOCK = 0x80800


def machine() -> Machine | None:
    """This machine, if its system calls are known."""
    name = platform.machine()
    return name if name in get_args(Machine) else None  # type: ignore[return-value]


def for_zygote(machine: Machine, landlock: int) -> bytes:
    """Refuses what no program needs; `landlock` is the ABI of the kernel's Landlock."""
    filter_ = _Filter(machine)
    filter_.on(_REFUSED.split(), "refuse")
    filter_.on(_ABSENT, "absent")
    if landlock < 3:
        # It does not know truncation by path.
        filter_.on(["truncate"], "refuse")
    filter_.on_low("clone", 0).if_any_bit(_NAMESPACES, "refuse", "allow")
    for call in _ON_PROCESSES:
        filter_.on_low(call, 0).if_equal(0, "allow", "refuse")
    program = filter_.on_low("prlimit64", 0)
    program.if_equal(0, "allow")
    # Reading the limits of others is no harm: the new ones are null then.
    program.load(bpf.low(2))
    program.if_equal(0, None, "refuse")
    program.load(bpf.high(2))
    program.if_equal(0, "allow", "refuse")
    for call, kind in (("setpriority", _PRIO_PROCESS), ("ioprio_set", _IOPRIO_WHO_PROCESS)):
        program = filter_.on_low(call, 0)
        program.if_equal(kind, None, "refuse")
        program.load(bpf.low(1))
        program.if_equal(0, "allow", "refuse")
    program = filter_.on_low("ioctl", 1)
    for request in _IOCTLS:
        program.if_equal(request, "refuse")
    program.jump("allow")
    # Its memory and descriptors are looked at by the supervisor.
    filter_.on_low("prctl", 0).if_equal(_PR_SET_DUMPABLE, "refuse", "allow")
    program = filter_.on_low("personality", 0)
    for personality in _PERSONALITIES:
        program.if_equal(personality, "allow")
    program.jump("refuse")
    for call, (flags, mode) in _OPENING.items():
        program = filter_.on_low(call, flags)
        program.if_any_bit(_WRITES, f"{call} made")
        # Truncating what is opened for reading only: older Landlocks take it for reading.
        program.if_any_bit(_O_TRUNC, "refuse")
        program.place(f"{call} made")
        program.if_any_bit(_HAS_MODE, None, "allow")
        program.load(bpf.low(mode))
        program.if_any_bit(_SETUID_OR_SETGID, "refuse", "allow")
    for call, mode in _CREATING.items():
        filter_.on_low(call, mode).if_any_bit(_SETUID_OR_SETGID, "refuse", "allow")
    for call, mode in _MODES.items():
        # Folders may have the bit for the group: a copy of one has it.
        filter_.on_low(call, mode).if_any_bit(_SETUID, "refuse", "allow")
    return filter_.assemble()


@attrs.frozen
class Circumstances:
    """What the worker's filter depends on.

    `scoped`: Landlock keeps signals within the run (ABI 6).
    """

    network: bool
    scoped: bool


def for_worker(machine: Machine, circumstances: Circumstances, *, asks: bool) -> bytes:
    """For the user's code. With `asks`, the supervisor is asked; otherwise refusals are silent."""
    filter_ = _Filter(machine)
    unwanted = "ask" if asks else "refuse"
    program = filter_.on_low("socket", 0)
    if circumstances.network:
        for family in _INTERNET:
            program.if_equal(family, "allow")
        # Libraries list the machine's addresses with it (NETLINK_ROUTE is 0).
        program.if_equal(_AF_NETLINK, None, unwanted)
        program.load(bpf.low(2))
        program.if_equal(0, "allow", "refuse")
    else:
        program.jump(unwanted)
    program = filter_.handler("socketpair")
    # A datagram socket can be turned to another peer: to any by path, the system log's.
    program.load(bpf.low(1))
    for type_ in (_SOCK_STREAM, _SOCK_SEQPACKET):
        for flags in (0, 0x800, 0x80000, _SOCK_CLOEXEC_AND_NONBLOCK):
            program.if_equal(type_ | flags, "allow")
    program.jump("refuse")
    if asks:
        filter_.on([*_CREATING, *_CHANGING.split(), *_MODES, *_TIMES], "ask")
        for call, (flags, _) in _OPENING.items():
            writing = _WRITES | _O_CREAT
            filter_.on_low(call, flags).if_any_bit(writing, "ask", "allow")
    else:
        # Without a look at the path nobody can tell whose file it is. Mounts would not help with
        # devices, which are the system's own.
        filter_.on(_MODES, "refuse")
    if not circumstances.scoped:
        filter_.on(_SIGNALS, "ask" if asks else "refuse")
        filter_.on(["pidfd_send_signal"], "refuse")
    return filter_.assemble()


class _Filter:
    """A decision by the call's number, then handlers that look at its arguments."""

    def __init__(self, machine: Machine) -> None:
        self._numbers = NUMBERS[machine]
        self._program = program = bpf.Program()
        self._handlers: list[tuple[str, bpf.Program]] = []
        program.load(bpf.ARCHITECTURE)
        program.if_equal(AUDIT_ARCHITECTURES[machine], None, "kill")
        program.load(bpf.NUMBER)
        if machine == "x86_64":
            program.if_at_least(X32_BIT, "absent")

    def on(self, calls: Iterable[str], label: str) -> None:
        """Jumps to `label` for these calls, as far as the machine has them."""
        for call in calls:
            if call in self._numbers:
                self._program.if_equal(self._numbers[call], label)

    def handler(self, call: str) -> bpf.Program:
        """Where to write what decides about a call; every path must end in a jump."""
        label, program = f"handler of {call}", bpf.Program()
        if call in self._numbers:
            self._handlers.append((label, program))
            self.on([call], label)
        return program

    def on_low(self, call: str, argument: int) -> bpf.Program:
        """The same, with the low half of an argument loaded."""
        program = self.handler(call)
        program.load(bpf.low(argument))
        return program

    def assemble(self) -> bytes:
        program = self._program
        program.finish(bpf.ALLOW)
        for label, handler in self._handlers:
            program.place(label)
            program.append(handler)
        for label, action in _ACTIONS.items():
            program.place(label)
            program.finish(action)
        return program.assemble()


_ACTIONS = {
    "allow": bpf.ALLOW,
    "refuse": bpf.errno(EPERM),
    "absent": bpf.errno(ENOSYS),
    "kill": bpf.KILL_PROCESS,
    "ask": bpf.NOTIFY,
}
