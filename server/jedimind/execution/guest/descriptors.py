"""Descriptors that travel from one process to another over a Unix socket, and those to keep.

`socket.send_fds` and `recv_fds` came with Python 3.9.
"""

from __future__ import annotations

import array
import contextlib
import fcntl
import os
import socket

# More than any message carries.
_MOST = 8
# Of which some are closed where the system does not list those that are open.
_MOST_OPEN = 4096


def send(channel: socket.socket, content: bytes, descriptors: list[int]) -> None:
    """Send `content`, which is short, with copies of `descriptors`."""
    rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))
    channel.sendmsg([content], [rights] if descriptors else [])


def receive(channel: socket.socket, size: int) -> tuple[bytes, list[int]]:
    """At most `size` bytes, none at the end of the stream, and the descriptors sent with them.

    They are not inherited by other programs.
    """
    try:
        content, ancillary, _, _ = channel.recvmsg(size, socket.CMSG_SPACE(_MOST * 4))
    except ConnectionResetError:  # the other side ended without reading what it was sent
        return b"", []
    found = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            found.frombytes(data[: len(data) - len(data) % found.itemsize])
    for descriptor in found:
        os.set_inheritable(descriptor, False)
    return content, found.tolist()


def keep_only(*kept: int) -> tuple[int, ...]:
    """Close all but the standard streams and `kept`, which get the numbers from 3 on."""
    # Out of the way of each other first.
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3 + len(kept)) for descriptor in kept]
    for number, descriptor in enumerate(high, 3):
        os.dup2(descriptor, number, inheritable=False)
    try:
        there = [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        there = list(range(_MOST_OPEN))
    for descriptor in there:
        if descriptor >= 3 + len(kept):
            # The one that the list was read from is closed already.
            with contextlib.suppress(OSError):
                os.close(descriptor)
    return tuple(range(3, 3 + len(kept)))
