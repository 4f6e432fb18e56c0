"""Runs one test with the project's own pytest, and reports what pytest found.

The test is that of the text in the editor, which need not be saved. pytest imports test files by
`sys.meta_path` in every one of its import modes, so a finder in front of all others gives that
text for the one file, with pytest's own rewriting of assertions. Nothing else is different:
configuration, conftest files, plugins and relative imports work as for the file on disk, and
nothing is written beside it.
"""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import os
import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Describe = Callable[[BaseException], dict[str, Any]]

_MOST_TESTS = 200
_MOST_SECTIONS = 10
_MOST_FRAMES = 20
_LONGEST_TOGETHER = 400_000
_LONGEST = 10_000
_LONGEST_MESSAGE = 1_000
# Worse ones last: what a test came to is the worst of its setup, call and teardown.
_STATUSES = ("passed", "skipped", "xfailed", "xpassed", "failed", "error")


def run(source: str, path: str, test: str, describe: Describe) -> dict[str, Any]:
    """``{"passed", "total", "cases"}``, the worst of the cases first.

    A case is ``{"name", "status", "reason", "explanation", "sections", "failure"}``: one for each
    set of parameters, and one for a file that could not be imported.

    Raises:
        ModuleNotFoundError: there is no pytest in this Python.
    """
    import pytest

    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.argv = ["pytest", test]
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.getcwd())  # as `python -m pytest` does
    cases = _Cases(path, describe)
    arguments = [path + "::" + test, "--rootdir", os.getcwd(), "--tb=auto", "--color=no"]
    pytest.main(arguments, plugins=[_plugin(pytest, source, path, cases)])
    return cases.described()


def _plugin(pytest: Any, source: str, path: str, cases: _Cases) -> Any:
    class Plugin:
        @pytest.hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
        def pytest_configure(self, config: Any) -> None:
            # The processes of pytest-xdist would not have this plugin.
            if getattr(config.option, "dist", "no") != "no":
                config.option.dist, config.option.tx = "no", []

        def pytest_sessionstart(self, session: Any) -> None:
            sys.meta_path.insert(0, _Finder(source, path, session.config))

        def pytest_exception_interact(self, call: Any, report: Any) -> None:
            cases.note_exception(report.nodeid, call.excinfo.value)

        def pytest_collectreport(self, report: Any) -> None:
            if report.failed:
                cases.note(report, "error", "")

        def pytest_runtest_logreport(self, report: Any) -> None:
            status, reason = _status(report)
            cases.note(report, status, reason)

    return Plugin()


def _status(report: Any) -> tuple[str, str]:
    """What a phase of a test came to, and why where pytest was told."""
    reason = getattr(report, "wasxfail", None)
    if reason is not None and not report.failed:
        return ("xfailed" if report.skipped else "xpassed"), str(reason)
    if report.skipped:
        where = report.longrepr
        return "skipped", str(where[2]) if isinstance(where, tuple) else str(where)
    if report.failed:
        return ("failed" if report.when == "call" else "error"), ""
    return "passed", ""


class _Cases:
    """What became of each case, by pytest's name for it."""

    def __init__(self, path: str, describe: Describe) -> None:
        self._path, self._describe = path, describe
        self._failures: dict[str, dict[str, Any]] = {}
        self._cases: dict[str, dict[str, Any]] = {}

    def note_exception(self, name: str, error: BaseException) -> None:
        # A file that cannot be imported: pytest wraps the reason.
        cause = error.__cause__ if type(error).__name__ == "CollectError" else None
        failure = self._describe(cause or error)
        failure["frames"] = self._own(failure["frames"])[-_MOST_FRAMES:]
        failure["message"] = failure["message"][:_LONGEST_MESSAGE]
        failure["text"] = ""  # pytest's explanation says the same
        self._failures[name] = failure

    def _own(self, frames: list[list[Any]]) -> list[list[Any]]:
        """Without those of pytest and its plugins, which call the test."""
        for number, frame in enumerate(frames):
            if frame[0] == self._path:
                return frames[number:]
        return [frame for frame in frames if not _is_pytests(frame[0])]

    def note(self, report: Any, status: str, reason: str) -> None:
        case = self._cases.setdefault(
            report.nodeid, {"name": report.nodeid, "status": "", "reason": "", "explanation": ""}
        )
        case["sections"] = [list(section) for section in report.sections][:_MOST_SECTIONS]
        if not case["status"] or _STATUSES.index(status) > _STATUSES.index(case["status"]):
            case.update(status=status, reason=reason)
            case["explanation"] = report.longreprtext if report.failed else ""

    def described(self) -> dict[str, Any]:
        cases = list(self._cases.values())
        cases.sort(key=lambda case: -_STATUSES.index(case["status"]))
        passed = sum(case["status"] == "passed" for case in cases)
        shown = cases[:_MOST_TESTS]
        longest = min(_LONGEST, _LONGEST_TOGETHER // max(1, len(shown)))
        for case in shown:
            case["failure"] = self._failures.get(case["name"])
            case["name"] = case["name"].partition("::")[2][:_LONGEST_MESSAGE]
            case["reason"] = case["reason"][:_LONGEST_MESSAGE]
            case["explanation"] = case["explanation"][:longest]
            room = longest // max(1, len(case["sections"]))
            case["sections"] = [[title, text[:room]] for title, text in case["sections"]]
        return {"passed": passed, "total": len(cases), "cases": shown}


def _is_pytests(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    return any(name in parts for name in ("_pytest", "pluggy", "pytest"))


class _Finder:
    """Finds the module of one file, for which there is another text than on disk."""

    def __init__(self, source: str, path: str, config: Any) -> None:
        self._source, self._path, self._config = source, path, config
        self._name = os.path.splitext(os.path.basename(path))[0]

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.rpartition(".")[2] != self._name:
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        if found is None or found.origin is None or not os.path.exists(found.origin):
            return None
        if not os.path.samefile(found.origin, self._path):
            return None
        loader = _Loader(name, found.origin, self._source, self._config)
        return importlib.util.spec_from_file_location(name, found.origin, loader=loader)


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, source: str, config: Any) -> None:
        super().__init__(name, path)
        self._source, self._config = source, config

    def get_data(self, path: str) -> bytes:
        return self._source.encode("utf-8", "replace")

    def path_stats(self, path: str) -> Any:
        raise OSError("the text in the editor has no file times")  # nor compiled code on disk

    def source_to_code(self, data: Any, path: Any, **options: Any) -> Any:  # type: ignore[override]
        tree = ast.parse(self._source, path)
        if self._config.getoption("assertmode", "rewrite") == "rewrite":
            # There is no public way to it. Without it assertions have no explanation.
            from _pytest.assertion.rewrite import rewrite_asserts

            rewrite_asserts(tree, data, path, self._config)
        return compile(tree, path, "exec", dont_inherit=True)
