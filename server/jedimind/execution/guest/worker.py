"""Runs one program as ``python file.py`` would, and reports its value or its exception.

`work` is called in a process of its own, forked by the supervisor. It reads the request up to the
end of its pipe, JSON of ``{"source", "path", "first_line", "first_column", "what", "part", "key",
"memory"}``, and writes the report: one JSON object with the request's key, which tells it from what
the program itself may write there, ``{"value"}``, ``{"failure"}``, of a doctest ``{"examples"}``
(see `doctest_run`) or of a test ``{"tests"}`` (see `pytest_run`), ``{"imported"}``, the modules
that came into memory, and ``{"values"}`` of statements (see `statements`). A program that ends the
process early reports nothing; so success is a report *and* exit status 0.

The program sees the ``sys.path``, ``__main__``, ``sys.argv`` and standard streams it would see as
a script, with three differences: ``input()`` raises EOFError with the reason, what a file in a
package needs for its relative imports is set, and a crash of the interpreter prints where it was.
At its end exit handlers run, streams are flushed, and what `__main__` held is let go; what
libraries hold is not, because that takes longer than most programs.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import faulthandler
import gc
import importlib.util
import json
import mmap
import os
import resource
import signal
import socket
import sys
import tempfile
import threading
import traceback
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from jedimind.execution.guest import descriptors, failures, installed, kernel
    from jedimind.execution.guest.selection import Selection
    from jedimind.execution.guest.statements import Recorder
else:
    # Started by the zygote, which has put our folder first on the path.
    import descriptors
    import failures
    import installed
    import kernel
    from selection import Selection
    from statements import Recorder

# Bytes set aside to report a MemoryError with, on top of the program's limit.
RESERVE = 16 * 2**20
LONGEST_VALUE = 10_000
_MOST_IMPORTED = 4_000

# Python 3.11's PYTHONSAFEPATH keeps a script's folder out.
_SAFE_PATH: bool = getattr(sys.flags, "safe_path", False)


def work(request: int, result: int, temporary: str, at_start: frozenset[str]) -> NoReturn:
    """Wait for a request and do it. The descriptors are pipes; see the top of this file.

    `temporary` is the folder for its files, `at_start` are the names of modules that every Python
    has in memory.
    """
    asked = json.loads(_read_all(request))
    _limit_memory(asked["memory"] + RESERVE, for_good=True)
    _begin_anew(temporary)
    recorder = Recorder()
    _leave(_do(asked, result, _job(asked, at_start, recorder), recorder))


def serve(link: socket.socket, temporary: str, at_start: frozenset[str]) -> NoReturn:
    """Do one request after the other, as `work` does, with the variables of those before.

    A message on `link` is a byte, with the descriptors of a request and of its stdout, stderr and
    result. When it is done, a byte goes back.
    """
    nothing = os.open(os.devnull, os.O_WRONLY)
    process = os.getpid()
    namespace: dict[str, Any] | None = None
    _begin_anew(temporary)
    while True:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        content, pipes = descriptors.receive(link, 1)
        if not content:
            os._exit(0)
        request, stdout, stderr, result = pipes
        os.dup2(stdout, 1)
        os.dup2(stderr, 2)
        os.close(stdout)
        os.close(stderr)
        asked = json.loads(_read_all(request))
        _limit_memory(asked["memory"] + RESERVE, for_good=False)
        if namespace is None:
            namespace = _become_script(asked["path"], "__main__", at_start)
        failure: BaseException | None = None
        with contextlib.suppress(KeyboardInterrupt):  # one that came late
            recorder = Recorder()
            failure = _do(asked, result, _program(namespace, recorder), recorder)
        if os.getpid() != process:
            _leave(failure)
        _flush()
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        os.close(result)
        link.send(b"d")


def _do(
    asked: dict[str, Any],
    result: int,
    job: Callable[[Selection], dict[str, Any]],
    recorder: Recorder,
) -> BaseException | None:
    """Do the `job` that is asked for and report it; what it raised."""
    report = _Report(result, asked["key"])
    selection = Selection(
        asked["source"], asked["path"], asked["first_line"], asked["first_column"]
    )
    selection.show_in_tracebacks()
    process = os.getpid()
    # Reporting that memory ran out takes memory. Never touched, so it only takes address space; a
    # shared mapping would not count towards the limit.
    reserve = mmap.mmap(-1, RESERVE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    failure: BaseException | None = None
    found: dict[str, Any] = {}
    before = list(sys.modules)
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        found = job(selection)
    except BaseException as error:  # noqa: BLE001 - whatever the program raised is its result
        # First of all, and without a call, which could itself fail for want of memory.
        del reserve
        failure = error
    if os.getpid() != process:
        # A child that the program forked came back here.
        if failure is not None and not isinstance(failure, SystemExit):
            trace = failures.without_our_frames(failure.__traceback__)
            sys.excepthook(type(failure), failure.with_traceback(trace), trace)
        return failure
    known = {
        "imported": installed.newly_imported(before)[:_MOST_IMPORTED],
        "values": recorder.report(),
    }
    code = _exit_code(failure)
    # Without a comparison of the program's own; an enum may be an int.
    if failure is None or code is None or (isinstance(code, int) and int.__eq__(code, 0)):
        report.send({**found, **known})
    else:
        report.send({"failure": _described(failure, asked["path"]), **known})
    return failure


def _described(failure: BaseException, path: str) -> dict[str, Any]:
    try:
        return failures.describe(failure, path)
    except KeyboardInterrupt:  # the `repr` of a local came to no end
        return failures.describe(failure)


def _read_all(descriptor: int) -> bytes:
    with open(descriptor, "rb") as file:
        return file.read()


def _limit_memory(size: int, *, for_good: bool) -> None:
    """Limit what this process and each of its children may hold, in bytes."""
    if not sys.platform.startswith("linux"):
        return
    _, allowed = resource.getrlimit(resource.RLIMIT_DATA)
    if allowed != resource.RLIM_INFINITY:
        size = min(size, allowed)
    resource.setrlimit(resource.RLIMIT_DATA, (size, size if for_good else allowed))


def _begin_anew(temporary: str) -> None:
    """Be in nothing like the process that this one was forked from, or its other children."""
    kernel.allow_thread_pools()
    tempfile.tempdir = None
    os.environ.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary))
    builtins.input = _no_input
    faulthandler.enable()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        # Python's own generators do this by themselves.
        numpy_random.seed()


def _exit_code(failure: BaseException | None) -> Any:
    """As `sys.exit` takes it."""
    if isinstance(failure, SystemExit):
        return failure.code
    return 0 if failure is None else 1


def _run(
    selection: Selection, namespace: dict[str, Any], recorder: Recorder | None = None
) -> str | None:
    statements, last, lines = selection.compile(recorder)
    exec(statements, namespace)  # noqa: S102 - the user asked to run it
    value = eval(last, namespace) if last is not None else None  # noqa: S307
    if value is None:
        return None
    if recorder is not None:
        recorder.add(*lines, value)
    text = str.__str__(repr(value))  # without methods of the program's
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def _job(
    asked: dict[str, Any], at_start: frozenset[str], recorder: Recorder
) -> Callable[[Selection], dict[str, Any]]:
    """What is to be done, in a process where nothing was."""
    source, path, part = asked["source"], asked["path"], asked["part"]
    if asked["what"] == "test":
        pytest_run = _neighbour("pytest_run")
        installed.forget_shadowed(os.getcwd(), at_start)
        return lambda selection: {
            "tests": pytest_run.run(source, path, part["id"], failures.describe)
        }
    if asked["what"] == "all":
        return _program(_become_script(path, "__main__", at_start), recorder)
    doctest_run = _neighbour("doctest_run")
    sys.modules["__main__"] = types.ModuleType("__main__")
    namespace = _become_script(path, os.path.splitext(os.path.basename(path))[0], at_start)

    def examples(selection: Selection) -> dict[str, Any]:
        _run(selection, namespace)
        found = doctest_run.run(source, path, namespace, part, failures.describe)
        return {"examples": found}

    return examples


def _program(
    namespace: dict[str, Any], recorder: Recorder
) -> Callable[[Selection], dict[str, Any]]:
    return lambda selection: {"value": _run(selection, namespace, recorder)}


def _neighbour(name: str) -> Any:
    """The file `name` next to this one, which most runs do not need."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".py")
    spec = importlib.util.spec_from_file_location("jedimind_" + name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _become_script(path: str, module: str, at_start: frozenset[str]) -> dict[str, Any]:
    """Sets up the module `module`, arguments and import path for a script at `path`."""
    script = types.ModuleType(module)
    script.__dict__.update(__builtins__=builtins, __file__=path)
    sys.argv = [path]
    folder = os.path.dirname(path) if os.path.isabs(path) else os.getcwd()
    if not _SAFE_PATH:
        sys.path.insert(0, folder)
        installed.forget_shadowed(folder, at_start)
    package: list[str] = []
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, name = os.path.split(folder)
        package.insert(0, name)
    if package:
        script.__package__ = ".".join(package)
        if module != "__main__":
            module = script.__name__ = ".".join([*package, module])
        # Last, so that it hides nothing that a plain script would see.
        if folder not in sys.path:
            sys.path.append(folder)
    sys.modules[module] = script
    return script.__dict__


def _no_input(prompt: object = "") -> NoReturn:
    sys.stdout.write(str(prompt))
    sys.stdout.flush()
    raise EOFError(
        "input() is not available in a run, because nobody can answer it; "
        "put the text into the code, or run the file in a terminal."
    )


def _leave(failure: BaseException | None) -> NoReturn:
    """End the process as Python does after a script, as far as a program can tell."""
    code = _exit_code(failure)
    status = code if isinstance(code, int) else 0 if code is None else 1
    if status and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
    del failure
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.modules["__main__"].__dict__.clear()
        gc.collect()
    except BaseException:  # noqa: BLE001 - the program's own exit code, which may raise anything
        traceback.print_exc()
    if not _flush():
        status = status or 120  # as Python does
    os._exit(status & 0xFF)


def _flush() -> bool:
    """Write what the streams still hold; whether that went well."""
    well = True
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: BLE001 - the program may have closed or replaced it
            well = False
    return well


class _Report:
    """Where the result goes, unless the program closed it or opened another file there."""

    def __init__(self, descriptor: int, key: str) -> None:
        self._descriptor = descriptor
        self._pipe = os.fstat(descriptor)
        self._key = key

    def send(self, result: dict[str, Any]) -> None:
        text = json.dumps({"key": self._key, **result}, ensure_ascii=False)
        rest = memoryview(text.encode("utf-8", "replace"))
        try:
            if not os.path.samestat(os.fstat(self._descriptor), self._pipe):
                return
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            # The program closed it. No report is a result too: the run counts as broken off.
            return
