"""Runs one program as ``python file.py`` would, and reports its value or its exception.

Run as ``python worker.py RESULT RESERVE`` with the request on stdin, JSON of
``{"source", "path", "first_line", "first_column", "what", "part", "key"}``; RESERVE bytes of the
memory limit are for us, to report that the rest ran out. The report goes to the descriptor RESULT:
one JSON object with the request's key, which tells it from what the program itself may write there,
and ``{"value"}``, ``{"failure"}``, of a doctest ``{"examples"}`` (see `doctest_run`), or of a test
``{"tests"}`` (see `pytest_run`). A program that ends the process early reports nothing; so success
is a report *and* exit status 0.

The program sees the ``sys.path``, ``__main__``, ``sys.argv`` and standard streams it would see as
a script, with three differences: ``input()`` raises EOFError with the reason, what a file in a
package needs for its relative imports is set, and a crash of the interpreter prints where it was.
"""

from __future__ import annotations

import builtins
import faulthandler
import json
import os
import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from jedimind.execution.guest import failures
    from jedimind.execution.guest.selection import Selection

    _SAFE_PATH: bool
else:
    _HERE = os.path.dirname(os.path.abspath(__file__))
    # Python 3.11's PYTHONSAFEPATH keeps a script's folder out.
    _SAFE_PATH = getattr(sys.flags, "safe_path", False)
    if not _SAFE_PATH:
        del sys.path[0]
    sys.path.insert(0, _HERE)
    import failures
    from selection import Selection

    # The program may have modules of these names.
    del sys.path[0], sys.modules["failures"], sys.modules["selection"]

LONGEST_VALUE = 10_000


def main() -> None:
    request = json.load(sys.stdin.buffer)
    _close_stdin()
    report = _Report(int(sys.argv[1]), request.pop("key"))
    builtins.input = _no_input
    faulthandler.enable()
    what, part = request.pop("what"), request.pop("part")
    selection = Selection(**request)
    selection.show_in_tracebacks()
    process = os.getpid()
    # Reporting that memory ran out takes memory. Never touched, so it only takes address space.
    reserve = bytearray(int(sys.argv[2]))
    failure: BaseException | None = None
    result: dict[str, Any] = {}
    try:
        if what == "doctest":
            result = {"examples": _run_doctest(selection, request["source"], part)}
        elif what == "test":
            result = {"tests": _run_test(selection.path, request["source"], part["id"])}
        else:
            result = {"value": _run(selection, _become_script(selection.path))}
    except BaseException as error:  # noqa: BLE001 - whatever the program raised is its result
        # First of all, and without a call, which could itself fail for want of memory.
        del reserve
        failure = error
    if os.getpid() != process:
        # A child the program forked came back here: it ends as any script does.
        if failure is not None:
            raise failure
        return
    exit_code = _exit_code(failure)
    if failure is None or exit_code in (None, 0):
        report.send(result)
    else:
        report.send({"failure": failures.describe(failure)})
    # The rest is Python's: threads are joined, exit handlers run, streams are flushed.
    sys.exit(exit_code)


def _exit_code(failure: BaseException | None) -> Any:
    """As `sys.exit` takes it."""
    if isinstance(failure, SystemExit):
        return failure.code
    return 0 if failure is None else 1


def _run(selection: Selection, namespace: dict[str, Any]) -> str | None:
    statements, last = selection.compile()
    exec(statements, namespace)  # noqa: S102 - the user asked to run it
    value = eval(last, namespace) if last is not None else None  # noqa: S307
    if value is None:
        return None
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def _run_doctest(selection: Selection, source: str, part: dict[str, Any]) -> list[dict[str, Any]]:
    # Before the program's folder is on the path, which may have modules of the same names.
    doctest_run = _neighbour("doctest_run")
    sys.modules["__main__"] = types.ModuleType("__main__")
    stem = os.path.splitext(os.path.basename(selection.path))[0]
    namespace = _become_script(selection.path, stem)
    _run(selection, namespace)
    examples: list[dict[str, Any]] = doctest_run.run(
        source, selection.path, namespace, part, failures.describe
    )
    return examples


def _run_test(path: str, source: str, test: str) -> dict[str, Any]:
    tests: dict[str, Any] = _neighbour("pytest_run").run(source, path, test, failures.describe)
    return tests


def _neighbour(name: str) -> Any:
    """The file `name` next to this one, which most runs do not need."""
    import importlib.util

    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".py")
    spec = importlib.util.spec_from_file_location("jedimind_" + name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _become_script(path: str, module: str = "__main__") -> dict[str, Any]:
    """Sets up the module `module`, arguments and import path for a script at `path`."""
    script = types.ModuleType(module)
    script.__dict__.update(__builtins__=builtins, __file__=path)
    sys.argv = [path]
    folder = os.path.dirname(path) if os.path.isabs(path) else os.getcwd()
    if not _SAFE_PATH:
        sys.path.insert(0, folder)
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


def _close_stdin() -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


class _Report:
    """Where the result goes, unless the program closed it or opened another file there."""

    def __init__(self, descriptor: int, key: str) -> None:
        os.set_inheritable(descriptor, False)
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


if __name__ == "__main__":
    main()
