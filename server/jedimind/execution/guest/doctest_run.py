"""Runs the examples of a docstring with the standard library's `doctest`.

The names that the examples see are a copy of the module's, as with ``python -m doctest``.
"""

from __future__ import annotations

import ast
import doctest
import os
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_MOST_EXAMPLES = 500
_LONGEST_TOGETHER = 400_000
_LONGEST = 10_000
_HEADING = "Traceback (most recent call last):\n"


def run(
    source: str,
    path: str,
    namespace: dict[str, Any],
    part: dict[str, Any],
    describe: Callable[[BaseException], dict[str, Any]],
) -> list[dict[str, Any]]:
    """What came of each example: ``{"status", "actual", "whole", "failure"}``.

    `part` is ``{"line", "most"}`` (see `part.Doctest`), `namespace` the module's names. The status
    is "passed", "failed", "raised" (an exception that was not expected, as `failure`) or
    "skipped"; `whole` says whether all of `actual` is there.
    """
    owner, docstring = _docstring(source, part["line"])
    name = owner or os.path.basename(path)
    parser = doctest.DocTestParser()
    test = parser.get_doctest(docstring, namespace.copy(), name, path, part["line"] - 1)
    test.examples = test.examples[: part["most"] or _MOST_EXAMPLES]
    runner = _Runner(describe)
    runner.run(test, out=lambda text: None, clear_globs=False)
    longest = min(_LONGEST, _LONGEST_TOGETHER // max(1, len(test.examples)))
    return [runner.result(example, longest) for example in test.examples]


def _docstring(source: str, line: int) -> tuple[str, str]:
    """The docstring that begins on `line`, and the name of what it is of."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            text = ast.get_docstring(node, clean=False)
            if text is not None and node.body[0].lineno == line:
                return getattr(node, "name", ""), text
    raise ValueError(f"there is no docstring on line {line}")


class _Runner(doctest.DocTestRunner):
    """Keeps what `doctest` would print."""

    def __init__(self, describe: Callable[[BaseException], dict[str, Any]]) -> None:
        super().__init__(verbose=False)
        self._describe = describe
        self._results: dict[int, tuple[str, str, dict[str, Any] | None]] = {}

    def result(self, example: doctest.Example, longest: int) -> dict[str, Any]:
        status, actual, failure = self._results.get(id(example), ("skipped", "", None))
        return {
            "status": status,
            "actual": actual[:longest],
            "whole": len(actual) <= longest,
            "failure": failure,
        }

    def report_start(self, out: Any, test: Any, example: Any) -> None:
        pass

    def report_success(self, out: Any, test: Any, example: Any, got: str) -> None:
        self._results[id(example)] = ("passed", got, None)

    def report_failure(self, out: Any, test: Any, example: Any, got: str) -> None:
        _, heading, rest = got.rpartition(_HEADING)
        if heading:  # an exception, but not the expected one
            lines = rest.splitlines(True)
            while lines and lines[0][:1] in (" ", "\t"):
                del lines[0]
            got = _as_expected("".join(lines))
        self._results[id(example)] = ("failed", got, None)

    def report_unexpected_exception(self, out: Any, test: Any, example: Any, exc_info: Any) -> None:
        kind, error, _ = exc_info
        failure = self._describe(error)
        failure["frames"] = [frame for frame in failure["frames"] if not _is_ours(frame[0])]
        message = traceback.format_exception_only(kind, error)[-1]
        self._results[id(example)] = ("raised", _as_expected(message), failure)


def _as_expected(message: str) -> str:
    """An exception as an example expects it."""
    return _HEADING + "    ...\n" + message


def _is_ours(path: str) -> bool:
    return path == doctest.__file__ or path.startswith("<doctest ")
