"""Which tier a machine can do, found out by trying, under the very interpreter that is to run code.

No version or package is believed: a probe is confined and does what is forbidden, on files and
listeners made for it. What it achieves counts, and so do the file's content and the listeners.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import attrs

from jedimind.execution.profile import Profile
from jedimind.execution.sandbox.launch import launch
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.sandbox.tier import Tier, TierNotAvailable

_PROBE = Path(__file__).parent.parent / "guest" / "probe.py"
# Seconds, on a busy machine too. A probe takes about a tenth of one.
_TIMEOUT = 30.0
_CONTENT = "not to be changed"
_MUST_FAIL = {
    "write": "write outside",
    "truncate": "write outside",
    "remove": "remove files outside",
    "rename": "rename files outside",
    "make": "make folders outside",
    "chmod": "change the mode of files outside",
    "unix": "connect to Unix sockets",
    "tcp": "connect to the network",
    "udp": "use the network",
    "signal": "signal its supervisor",
    "memory": "read its supervisor's memory",
    "limits": "limit its supervisor",
    "affinity": "slow its supervisor down",
    "ptrace": "trace its supervisor",
    "namespace": "make a user namespace",
}
_MUST_WORK = {
    "temporary": "use its temporary folder",
    "pair": "make a pair of sockets",
    "thread": "start a thread",
    "child": "start a process",
    "kill child": "end a process it started",
}


@attrs.frozen
class Found:
    """The best tier that works. `why_not_better` has for each better one the reason, best first,
    with what to do about it where something can be done."""

    tier: Tier
    why_not_better: tuple[tuple[Tier, str], ...] = ()


class Tiers:
    """Remembers what was found for each interpreter, as long as this lives."""

    def __init__(self) -> None:
        self._found: dict[str, asyncio.Task[Found]] = {}

    async def of(self, interpreter: str) -> Found:
        """Probes the first time; who asks meanwhile waits for the same probe."""
        probing = self._found.get(interpreter)
        if probing is None:
            probing = asyncio.ensure_future(asyncio.to_thread(find, interpreter))
            self._found[interpreter] = probing
        return await asyncio.shield(probing)


def find(interpreter: str) -> Found:
    """Probes from the best tier down. Takes some tenths of a second; not for the event loop."""
    reasons: list[tuple[Tier, str]] = []
    for tier in (Tier.A, Tier.B):
        reason = why_not(tier, interpreter)
        if reason is None:
            return Found(tier, tuple(reasons))
        reasons.append((tier, reason))
    return Found(Tier.C, tuple(reasons))


def why_not(tier: Tier, interpreter: str) -> str | None:
    """Why this tier does not confine; None if it does."""
    if not sys.platform.startswith("linux"):
        return "the sandbox needs Linux; on this system even the limits are untested"
    with contextlib.ExitStack() as stack:
        # Not in the temporary folder, which is another one inside.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jedimind-probe-")))
        file = folder / "file"
        file.write_text(_CONTENT, encoding="ascii")
        unix, port = stack.enter_context(_listeners(folder))
        confining = Policy(Profile.GENERATED, folder.resolve(), False, False, 16 * 2**20)
        try:
            launched = launch(
                tier,
                confining,
                interpreter,
                _PROBE,
                [str(file), unix, port],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                options=("-I", "-S"),
            )
        except TierNotAvailable as error:
            return str(error)
        except OSError as error:
            return f"{error.filename or interpreter} cannot be started ({error.strerror})"
        stack.callback(launched.end)
        try:
            answer, complaint = launched.process.communicate(timeout=_TIMEOUT)
        except subprocess.TimeoutExpired:
            return f"the probe took more than {_TIMEOUT:.0f} seconds"
        if launched.process.returncode != 0:
            return _in_words(complaint.decode("utf-8", "replace"))
        try:
            reason = _judge(json.loads(answer))
        except ValueError:
            return f"{interpreter} does not run as a Python"
        if reason is None and file.read_text(encoding="ascii") != _CONTENT:
            return "code could write outside"
        return reason


def _judge(answer: dict[str, object]) -> str | None:
    done = answer["done"]
    assert isinstance(done, list)
    for act, words in _MUST_FAIL.items():
        if act in done:
            return f"code could {words}"
    failed = answer["failed"]
    assert isinstance(failed, dict)
    for act, words in _MUST_WORK.items():
        if act not in done:
            return f"code could not {words} ({failed.get(act)})"
    return None


def _in_words(complaint: str) -> str:
    """What bwrap or the confinement said, with what to do about it where we know."""
    last = (complaint.strip().splitlines() or ["no reason was given"])[-1]
    if last.startswith("bwrap:"):
        if any(word in complaint for word in ("uid map", "namespace", "Operation not permitted")):
            return (
                f"user namespaces are refused here ({last}); allow them for bwrap, on Ubuntu by an "
                "AppArmor profile for it, in a container by its settings"
            )
        return last
    return last.removeprefix("cannot confine: ")


@contextlib.contextmanager
def _listeners(folder: Path) -> Iterator[tuple[str, str]]:
    """A Unix and a TCP socket that accept, so that connecting fails only if it is refused."""
    path = str(folder / "socket")
    with socket.socket(socket.AF_UNIX) as unix, socket.socket(socket.AF_INET) as tcp:
        # A path may be too long for a socket, but not one relative to an open folder.
        opened = os.open(folder, os.O_PATH)
        try:
            unix.bind(f"/proc/self/fd/{opened}/socket")
        finally:
            os.close(opened)
        unix.listen()
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        yield path, str(tcp.getsockname()[1])
