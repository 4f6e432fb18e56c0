"""Where a hostile program runs: a workspace, and around it what it must not touch.

    folder/workspace   the working directory, with a repository
    folder/outside     what is another's, a home directory
    folder/temporary   the temporary directory
    listeners          TCP, UDP and Unix sockets that nobody should connect to

The program finds all this in the module `given`. By importing that it marks its process, and with
it those that are forked from it and the programs that these start.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import attrs

_GIVEN = '''\
import ctypes, os

MARK, SERVER = {mark!r}, {server!r}
OUTSIDE, WORKSPACE = {outside!r}, {workspace!r}
TCP, UDP, UNIX, ABSTRACT = {tcp!r}, {udp!r}, {unix!r}, {abstract!r}
SLEEPER = ["sh", "-c", "sleep 86400; : " + MARK]

os.environ["GIVEN_MARK"] = MARK
libc = ctypes.CDLL(None, use_errno=True)
if hasattr(libc, "prctl"):
    libc.prctl(15, MARK[:15].encode())


def called(result):
    """What a C function returned, or its error."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
'''


@attrs.frozen
class Ground:
    """One program's. `mark` is in the name, arguments or environment of its processes."""

    folder: Path
    mark: str
    listeners: tuple[socket.socket, ...]

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def files(self) -> dict[str, str]:
        """Each file but those in the temporary directory, with its content and mode."""
        found = {}
        for path in self.folder.rglob("*"):
            inside = path.relative_to(self.folder).parts
            if inside[0] != "temporary" and "__pycache__" not in inside:
                content = path.read_text("utf-8", "replace") if path.is_file() else ""
                found["/".join(inside)] = f"{path.lstat().st_mode:o} {content}"
        shared = Path("/dev/shm")
        if shared.is_dir():
            found.update((str(file), "") for file in shared.glob(f"*{self.mark}*"))
        return found

    def processes(self) -> list[str]:
        """The marked ones that run, in words."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            # One that ends meanwhile does not run, and another user's is not ours.
            with contextlib.suppress(OSError):
                name = (place / "comm").read_text(errors="replace").strip()
                state = (place / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
                said = (place / "cmdline").read_bytes()
                if int(place.name) != os.getpid():
                    with contextlib.suppress(PermissionError):
                        said += (place / "environ").read_bytes()
                if state != "Z" and (name == self.mark[:15] or self.mark.encode() in said):
                    found.append(f"{place.name} {name} {state}")
        return found

    def visitors(self) -> list[str]:
        """The addresses that somebody connected or sent to."""
        found = []
        for listener in self.listeners:
            with contextlib.suppress(BlockingIOError):
                if listener.type == socket.SOCK_STREAM:
                    listener.accept()[0].close()
                else:
                    listener.recv(1)
                found.append(str(listener.getsockname()))
        return found


@contextlib.contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """Prepare an empty `folder`."""
    mark = "m" + uuid.uuid4().hex
    for name in ("workspace/.git/hooks", "outside/home", "temporary"):
        (folder / name).mkdir(parents=True)
    for name in ("workspace/.git/config", "outside/file", "outside/home/.bashrc"):
        (folder / name).write_text("untouched\n")
    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        # The folder may be too deep for an address.
        here = Path.cwd()
        os.chdir(folder)
        unix.bind("socket")
        os.chdir(here)
        unix.listen()
        listeners = [tcp, udp, unix]
        if Path("/proc/self").is_dir():
            abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
            abstract.bind("\0" + mark)
            abstract.listen()
            listeners.append(abstract)
        for listener in listeners:
            listener.setblocking(False)
        # Somebody else's program, with a secret in its environment.
        other = subprocess.Popen(["sleep", "600"], env={"PATH": os.defpath, "SECRET": mark[1:]})
        stack.callback(other.wait)
        stack.callback(other.kill)
        given = _GIVEN.format(
            mark=mark,
            server=os.getpid(),
            outside=str(folder / "outside"),
            workspace=str(folder / "workspace"),
            tcp=tcp.getsockname(),
            udp=udp.getsockname(),
            unix=str(folder / "socket"),
            abstract="\0" + mark,
        )
        (folder / "workspace" / "given.py").write_text(given)
        yield Ground(folder, mark, tuple(listeners))
