"""Values come from the program's own process, so what does not look like ours is not believed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jedimind.execution.messages import ForgedResultError, read_result

GOOD = [1, 2, "1", "2", 3, ""]
FRAME = ["a.py", 1, None, None, None, "f", [["n", "1"]]]


def result(values: Any, frames: Any = ()) -> bytes:
    failure = {"type": "E", "message": "", "frames": frames, "text": ""}
    return json.dumps({"key": "k", "values": values, "failure": failure}).encode()


def test_what_ours_writes_is_read() -> None:
    read = read_result(result([GOOD], [FRAME]), "k")
    assert read is not None
    assert read.failure is not None
    assert (read.values[0].first, read.values[0].last, read.values[0].count) == ("1", "2", 3)
    assert read.failure.frames[0].locals == (("n", "1"),)
    huge = read_result(result([[1, 2, "1", None, 2**80, ""]]), "k")
    assert huge is not None
    assert huge.values[0].count == 2**31 - 1


@pytest.mark.parametrize(
    "values",
    [
        {},
        [1],
        [GOOD[:5]],
        [[-1, *GOOD[1:]]],
        [[1, 2, "x" * 61, "2", 3, ""]],
        [[1, 2, 5, "2", 3, ""]],
        [[1, 2, "1", "2", 0, ""]],
        [[1, 2, "1", "2", True, ""]],
        [[1, 2, "1", "2", 3, None]],
    ],
)
def test_other_values_are_forged(values: Any) -> None:
    with pytest.raises(ForgedResultError):
        read_result(result(values), "k")


@pytest.mark.parametrize("told", [{}, [["n"]], [["n", "x" * 61]], [[1, "1"]]])
def test_other_locals_are_forged(told: Any) -> None:
    with pytest.raises(ForgedResultError):
        read_result(result([], [[*FRAME[:6], told]]), "k")
