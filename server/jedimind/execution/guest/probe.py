"""Tries, where a user's program would run, what a sandbox is to refuse, and what has to work.

Run by `confined.py` as ``probe.py FILE SOCKET PORT``: a file that is not to be written, and a Unix
and a TCP listener on this machine that are not to be reached. Prints JSON: ``{"done": [acts],
"failed": {act: error}, "record": […]}``. The acts are really carried out, in a worker beneath a
supervisor as of a run; whoever asked judges them.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn

    from jedimind.execution.guest import confinement, refusals
else:
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import confinement
    import refusals

_PTRACE_ATTACH = 16
_CLONE_NEWUSER = 0x10000000


def main() -> None:
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        try:
            ours.close()
            os.close(reading)
            _be_worker(theirs, writing)
        finally:
            os._exit(1)
    theirs.close()
    os.close(writing)
    result, record = _supervise(ours, reading)
    _, status = os.waitpid(worker, 0)
    if status != 0 or not result:
        sys.exit(f"the worker of the probe ended with status {status}")
    print(json.dumps(dict(json.loads(result), record=record)))  # noqa: T201 - to whoever asked


def _supervise(channel: socket.socket, reading: int) -> tuple[bytes, list[dict[str, str]]]:
    result = b""
    try:
        questions = confinement.receive_questions(channel)
    except EOFError:
        return result, []
    poller = select.poll()
    poller.register(reading, select.POLLIN)
    answering = None
    if questions is not None:
        answering = refusals.Refusals(questions, confinement.worker_stage["refusals"])
        poller.register(answering, select.POLLIN)
    while True:
        for descriptor, _ in poller.poll():
            if descriptor == reading:
                data = os.read(reading, 65536)
                result += data
                if not data:
                    return result, answering.record if answering else []
            elif answering is not None and not answering.handle():
                poller.unregister(answering)


def _be_worker(channel: socket.socket, writing: int) -> NoReturn:
    library = _c_library()
    try:
        confinement.confine_worker(confinement.worker_stage, channel)
    except confinement.ConfinementError as error:
        sys.exit(str(error))
    file, unix, port = sys.argv[1:]
    parent = os.getppid()
    acts: dict[str, Callable[[], object]] = {
        "write": lambda: open(file, "a").close(),
        "truncate": lambda: os.truncate(file, 0),
        "remove": lambda: os.unlink(file),
        "rename": lambda: os.rename(file, file + ".moved"),
        "make": lambda: os.mkdir(file + ".made"),
        "chmod": lambda: os.chmod(file, 0o400),
        "unix": lambda: socket.socket(socket.AF_UNIX).connect(unix),
        "tcp": lambda: socket.create_connection(("127.0.0.1", int(port)), 5),
        "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "signal": lambda: os.kill(parent, 0),
        "memory": lambda: open(f"/proc/{parent}/mem", "rb").close(),
        "limits": lambda: _on_others(parent),
        "affinity": lambda: os.sched_setaffinity(parent, os.sched_getaffinity(0)),
        "ptrace": lambda: _call(library, "ptrace", _PTRACE_ATTACH, parent, 0, 0),
        "namespace": lambda: _call(library, "unshare", _CLONE_NEWUSER),
        # What has to work.
        "temporary": _use_temporary,
        "pair": socket.socketpair,
        "thread": _use_thread,
        "child": lambda: subprocess.run([sys.executable, "-I", "-S", "-c", ""], check=True),
        "kill child": _kill_child,
    }
    done, failed = [], {}
    for name, act in acts.items():
        try:
            act()
        except (OSError, subprocess.SubprocessError) as error:
            failed[name] = str(error)
        else:
            done.append(name)
    os.write(writing, json.dumps({"done": done, "failed": failed}).encode("ascii"))
    os._exit(0)


def _c_library() -> Any:
    try:
        import ctypes
    except ImportError:
        sys.exit("this Python has no ctypes")
    return ctypes.CDLL(None, use_errno=True)


def _call(library: Any, name: str, *arguments: int) -> None:
    import ctypes

    if getattr(library, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _on_others(process: int) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.prlimit(process, resource.RLIMIT_NOFILE, limits)


def _use_temporary() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        with open(path, "w") as file:
            file.write("text")
        os.chmod(path, 0o600)
        os.rename(path, path + "2")


def _use_thread() -> None:
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()


def _kill_child() -> None:
    child = os.fork()
    if child == 0:
        signal.pause()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


if __name__ == "__main__":
    main()
