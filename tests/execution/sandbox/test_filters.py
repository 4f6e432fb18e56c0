"""The filters decide as they should, for each machine: their programs, interpreted."""

from __future__ import annotations

import struct
from errno import ENOSYS, EPERM

import pytest

from jedimind.execution.sandbox import bpf
from jedimind.execution.sandbox.filters import Circumstances, for_worker, for_zygote
from jedimind.execution.sandbox.syscalls import AUDIT_ARCHITECTURES, NUMBERS, Machine

REFUSED, ABSENT = bpf.errno(EPERM), bpf.errno(ENOSYS)
MACHINES: list[Machine] = ["x86_64", "aarch64"]


def decide(program: bytes, number: int, architecture: int, *arguments: int) -> int:
    """What the kernel would: classic BPF as far as filters use it."""
    padded = [argument & (2**64 - 1) for argument in (*arguments, *[0] * 6)][:6]
    data = struct.pack("=IIQ6Q", number & 0xFFFFFFFF, architecture, 0, *padded)
    instructions = list(struct.iter_unpack("=HBBI", program))
    loaded, position = 0, 0
    while True:
        code, then, otherwise, operand = instructions[position]
        position += 1
        if code == 0x20:
            (loaded,) = struct.unpack_from("=I", data, operand)
        elif code == 0x06:
            return int(operand)
        elif code == 0x05:
            position += operand
        else:
            holds = {0x15: loaded == operand, 0x35: loaded >= operand, 0x45: loaded & operand}
            position += then if holds[code] else otherwise


def test_a_program_jumps_as_far_as_it_needs_to() -> None:
    program = bpf.Program()
    program.load(bpf.NUMBER)
    program.if_equal(1, "far", "farther")
    for number in range(300):
        program.if_equal(1000 + number, "farther")
    program.place("far")
    program.finish(1)
    for _ in range(300):
        program.finish(0)
    program.place("farther")
    program.finish(2)
    assembled = program.assemble()
    assert decide(assembled, 1, 0) == 1
    assert decide(assembled, 2, 0) == 2


@pytest.mark.parametrize("placed", ["before", "nowhere"])
def test_a_jump_to_nowhere_is_an_error(placed: str) -> None:
    program = bpf.Program()
    program.place("before")
    program.if_equal(1, "before" if placed == "before" else "other")
    program.finish(0)
    with pytest.raises(ValueError, match="label"):
        program.assemble()


def test_the_kernels_longest_program_is_an_error() -> None:
    program = bpf.Program()
    for _ in range(5000):
        program.finish(0)
    with pytest.raises(ValueError, match="more than the kernel takes"):
        program.assemble()


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("call", "arguments", "action"),
    [
        ("ptrace", (), REFUSED),
        ("setns", (), REFUSED),
        ("fchownat", (), REFUSED),
        ("io_uring_setup", (), REFUSED),
        ("clone3", (), ABSENT),
        ("openat2", (), ABSENT),
        ("clone", (0x11,), bpf.ALLOW),
        ("clone", (0x10000011,), REFUSED),
        ("clone", (0x00020011,), REFUSED),
        ("clone", (0x3D0F00,), bpf.ALLOW),  # a thread
        ("prlimit64", (0, 7, 1), bpf.ALLOW),
        ("prlimit64", (99, 7, 0), bpf.ALLOW),
        ("prlimit64", (99, 7, 2**32), REFUSED),
        ("prlimit64", (99, 7, 1), REFUSED),
        ("prlimit64", (2**32, 7, 1), bpf.ALLOW),  # the kernel takes 32 bits: oneself
        ("sched_setaffinity", (0,), bpf.ALLOW),
        ("sched_setaffinity", (1,), REFUSED),
        ("setpriority", (0, 0, 5), bpf.ALLOW),
        ("setpriority", (0, 1, 5), REFUSED),
        ("setpriority", (2, 0, 5), REFUSED),
        ("ioprio_set", (1, 0), bpf.ALLOW),
        ("ioprio_set", (3, 0), REFUSED),
        ("ioctl", (0, 0x5412), REFUSED),
        ("ioctl", (0, 2**32 + 0x5412), REFUSED),
        ("ioctl", (0, 0x5401), bpf.ALLOW),
        ("personality", (0xFFFFFFFF,), bpf.ALLOW),
        ("personality", (0x40000,), REFUSED),
        ("openat", (-100, 1, 0, 0o6777), bpf.ALLOW),  # no mode is looked at when reading
        ("openat", (-100, 1, 0x41, 0o644), bpf.ALLOW),
        ("openat", (-100, 1, 0x41, 0o4755), REFUSED),
        ("openat", (-100, 1, 0x410001, 0o4755), REFUSED),
        ("openat", (-100, 1, 0x200), REFUSED),
        ("openat", (-100, 1, 0x201), bpf.ALLOW),
        ("mknodat", (-100, 1, 0o104755), REFUSED),
        ("truncate", (), bpf.ALLOW),
    ],
)
def test_what_the_zygote_may_do(
    machine: Machine, call: str, arguments: tuple[int, ...], action: int
) -> None:
    program = for_zygote(machine, landlock=7)
    number, architecture = NUMBERS[machine][call], AUDIT_ARCHITECTURES[machine]
    assert decide(program, number, architecture, *arguments) == action


def test_an_old_landlock_leaves_truncating_to_the_filter() -> None:
    number, architecture = NUMBERS["x86_64"]["truncate"], AUDIT_ARCHITECTURES["x86_64"]
    assert decide(for_zygote("x86_64", landlock=2), number, architecture) == REFUSED


OPEN = Circumstances(network=True, scoped=True)
CLOSED = Circumstances(network=False, scoped=False)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("asks", [True, False])
@pytest.mark.parametrize(
    ("call", "arguments", "when_open", "when_closed"),
    [
        # "ask" is what a filter that cannot ask refuses, "tell" what it lets go on.
        ("socket", (1, 1), "ask", "ask"),
        ("socket", (2, 1), "allow", "ask"),
        ("socket", (10, 2), "allow", "ask"),
        ("socket", (40, 1), "ask", "ask"),
        ("socket", (16, 3, 0), "allow", "ask"),
        ("socket", (16, 3, 9), "refuse", "ask"),
        ("socketpair", (1, 0x80801), "allow", "allow"),
        ("socketpair", (1, 2), "refuse", "refuse"),
        ("socketpair", (1, 0x80003), "refuse", "refuse"),
        ("openat", (-100, 1, 0x80000), "allow", "allow"),
        ("openat", (-100, 1, 0x1), "tell", "tell"),
        ("openat", (-100, 1, 0x40), "tell", "tell"),
        ("unlinkat", (), "tell", "tell"),
        ("renameat2", (), "tell", "tell"),
        ("utimensat", (), "tell", "tell"),
        ("fchmod", (), "ask", "ask"),
        ("kill", (), "allow", "ask"),
        ("pidfd_send_signal", (), "allow", "refuse"),
        ("read", (), "allow", "allow"),
    ],
)
def test_what_the_users_code_may_do(
    machine: Machine,
    asks: bool,
    call: str,
    arguments: tuple[int, ...],
    when_open: str,
    when_closed: str,
) -> None:
    actions = {
        "allow": bpf.ALLOW,
        "refuse": REFUSED,
        "ask": bpf.NOTIFY if asks else REFUSED,
        "tell": bpf.NOTIFY if asks else bpf.ALLOW,
    }
    number = NUMBERS[machine].get(call, 0)
    for circumstances, wanted in ((OPEN, when_open), (CLOSED, when_closed)):
        program = for_worker(machine, circumstances, asks=asks)
        action = decide(program, number, AUDIT_ARCHITECTURES[machine], *arguments)
        assert action == actions[wanted]


@pytest.mark.parametrize("machine", MACHINES)
def test_foreign_calls(machine: Machine) -> None:
    for program in (for_zygote(machine, 7), for_worker(machine, OPEN, asks=True)):
        assert decide(program, 1, 0x40000003) == bpf.KILL_PROCESS  # i386
        if machine == "x86_64":
            assert decide(program, 0x40000001, AUDIT_ARCHITECTURES[machine]) == ABSENT
