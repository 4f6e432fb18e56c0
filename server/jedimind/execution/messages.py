"""Reads what the supervisor and the worker report.

The supervisor's report is believed. The worker's result is not: the program ran in the same
process and may have written anything. It counts only if it is a single object of the right shape
that holds the run's key, which the program was not given. (It can still find the key if it
searches its own process, as it could compute a false value: a value is what the program claims.)
"""

from __future__ import annotations

import json
import os
from typing import Any

import attrs

from jedimind.execution.outcome import (
    ExampleResult,
    Failure,
    Frame,
    StatementValue,
    TestCase,
    TestResults,
)

LARGEST_RESULT = 4 * 2**20
"""Bytes; far above what the worker's own caps let it send."""

# Characters; those of `guest/values.py`.
_LONGEST_SHORT = 60


class ForgedResultError(Exception):
    """What came on the result's channel is not what our worker writes."""


@attrs.frozen
class Refusal:
    """What the sandbox did not let a run do: a `kind` of `guest.refusals`, and to what."""

    kind: str
    what: str


@attrs.frozen
class End:
    """How the run's process ended.

    `reason` is "exit", "timeout", "memory", "stopped" or "killed"; `status` is the exit status,
    or minus the number of the signal; `peak` is in bytes; `left` counts processes that could not
    be ended; `alive` is whether a session goes on; `refused` is
    what the sandbox has on record.
    """

    reason: str
    status: int
    seconds: float
    peak: int
    left: int
    alive: bool
    refused: tuple[Refusal, ...]

    @classmethod
    def from_report(cls, report: dict[str, Any]) -> End:
        """From the supervisor's last line; its `status` is a wait status."""
        status = os.waitstatus_to_exitcode(report["status"])
        refused = tuple(Refusal(**refusal) for refusal in report["refused"])
        return cls(**{**report, "status": status, "refused": refused})


@attrs.frozen
class Result:
    """What the worker says of a program that came to its end or raised, or of a part of a file.

    `imported` are names of modules in the order of their import.
    """

    value: str | None = None
    failure: Failure | None = None
    memory_ran_out: bool = False
    imported: tuple[str, ...] = ()
    examples: tuple[ExampleResult, ...] | None = None
    tests: TestResults | None = None
    values: tuple[StatementValue, ...] = ()


def read_result(data: bytes, key: str) -> Result | None:
    """The result in all that was written on its channel; None if nothing was.

    Raises:
        ForgedResultError: it is not a result with this key.
    """
    if not data:
        return None
    if len(data) > LARGEST_RESULT:
        raise ForgedResultError("too long")
    try:
        message = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ForgedResultError("no JSON") from error
    if not isinstance(message, dict) or message.get("key") != key:
        raise ForgedResultError("without the key")
    imported = tuple(_text(name) for name in _list(message.get("imported", [])))
    values = tuple(map(_statement, _list(message.get("values", []))))
    if "failure" in message:
        failure = _object(message["failure"])
        return Result(
            failure=_failure(failure),
            memory_ran_out=failure.get("memory") is True,
            imported=imported,
            values=values,
        )
    if "examples" in message:
        examples = tuple(map(_example, _list(message["examples"])))
        return Result(examples=examples, imported=imported)
    if "tests" in message:
        return Result(tests=_tests(_object(message["tests"])), imported=imported)
    value = message.get("value")
    return Result(value=None if value is None else _text(value), imported=imported, values=values)


def _statement(fields: Any) -> StatementValue:
    if len(_list(fields)) != 6:
        raise ForgedResultError("a value of another length")
    line, end_line, first, last, count, readable = fields
    return StatementValue(
        line=_number(line),
        end_line=_number(end_line),
        first=_short(first),
        last=None if last is None else _short(last),
        count=min(_count(count), 2**31 - 1),
        readable=_text(readable),
    )


def _local(fields: Any) -> tuple[str, str]:
    if len(_list(fields)) != 2:
        raise ForgedResultError("a local of another length")
    return _text(fields[0]), _short(fields[1])


def _example(fields: Any) -> ExampleResult:
    example = _object(fields)
    return ExampleResult(
        status=_one_of(example.get("status"), ("passed", "failed", "raised", "skipped")),
        actual=_text(example.get("actual")),
        whole=example.get("whole") is True,
        failure=_failure_if_any(example.get("failure")),
    )


def _tests(fields: dict[str, Any]) -> TestResults:
    return TestResults(
        passed=_number(fields.get("passed")),
        total=_number(fields.get("total")),
        cases=tuple(map(_case, _list(fields.get("cases")))),
    )


def _case(fields: Any) -> TestCase:
    case = _object(fields)
    statuses = ("passed", "skipped", "xfailed", "xpassed", "failed", "error")
    return TestCase(
        name=_text(case.get("name")),
        status=_one_of(case.get("status"), statuses),
        reason=_text(case.get("reason")),
        explanation=_text(case.get("explanation")),
        sections=tuple(map(_section, _list(case.get("sections")))),
        failure=_failure_if_any(case.get("failure")),
    )


def _section(fields: Any) -> tuple[str, str]:
    if len(_list(fields)) != 2:
        raise ForgedResultError("a section of another length")
    return _text(fields[0]), _text(fields[1])


def _failure_if_any(fields: Any) -> Failure | None:
    return None if fields is None else _failure(_object(fields))


def _failure(fields: dict[str, Any]) -> Failure:
    return Failure(
        type=_text(fields.get("type")),
        message=_text(fields.get("message")),
        frames=tuple(map(_frame, _list(fields.get("frames")))),
        text=_text(fields.get("text")),
    )


def _frame(fields: Any) -> Frame:
    if len(_list(fields)) != 7:
        raise ForgedResultError("a frame of another length")
    path, line, end_line, column, end_column, function, local = fields
    return Frame(
        path=_text(path),
        line=_number(line),
        end_line=None if end_line is None else _number(end_line),
        column=None if column is None else _number(column),
        end_column=None if end_column is None else _number(end_column),
        function=_text(function),
        locals=tuple(map(_local, _list(local))),
    )


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ForgedResultError("no object")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ForgedResultError("no list")
    return value


def _one_of(value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ForgedResultError("an unknown status")
    return _text(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ForgedResultError("no text")
    return value.encode("utf-8", "replace").decode("utf-8")


def _short(value: Any) -> str:
    text = _text(value)
    if len(text) > _LONGEST_SHORT:
        raise ForgedResultError("a text too long for the end of a line")
    return text


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ForgedResultError("no count")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ForgedResultError("no line or column")
    return value
