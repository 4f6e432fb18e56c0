"""Runs of one docstring or one test of a file, and what is believed of what they report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from execution.conftest import own
from jedimind.execution import part
from jedimind.execution.executor import Code, Executor
from jedimind.execution.limits import Limits
from jedimind.execution.messages import ForgedResultError, read_result
from jedimind.execution.outcome import Outcome, OutcomeCode
from jedimind.execution.part import Doctest, Part
from jedimind.execution.zygote import Place

LIMITS = Limits(timeout=60, memory=512, output=1024)
KEY = "the key"
PASSED = {"status": "passed", "actual": "", "whole": True, "failure": None}
CASE = {
    "name": "test_a",
    "status": "passed",
    "reason": "",
    "explanation": "",
    "sections": [],
    "failure": None,
}


async def outcome_of(source: str, place: Place, of: Part, name: str = "test_part.py") -> Outcome:
    file = place.folder / name
    file.touch()
    code = Code(source, str(file), part=of)
    async with Executor() as executor, executor.run(code, place, LIMITS, own(place)) as running:
        return await running.outcome()


def statuses(outcome: Outcome) -> list[str]:
    assert outcome.examples is not None
    return [example.status for example in outcome.examples]


async def test_the_examples_of_one_docstring_run(place: Place) -> None:
    source = '"""\n>>> 1\n2\n"""\ndef f():\n    """\n    >>> f()\n    3\n    """\n    return 3\n'
    outcome = await outcome_of(source, place, Doctest(6))
    assert (outcome.code, statuses(outcome)) == (OutcomeCode.OK, ["passed"])
    assert outcome.sentence == "1 of 1 example passed."


async def test_skipped_examples_count_as_neither(place: Place) -> None:
    source = '"""\n>>> 1 / 0  # doctest: +SKIP\n>>> 1\n1\n"""\n'
    outcome = await outcome_of(source, place, Doctest(1))
    assert (outcome.code, statuses(outcome)) == (OutcomeCode.OK, ["skipped", "passed"])
    assert outcome.sentence == "1 of 1 example passed, 1 skipped."


async def test_a_very_long_text_is_cut_and_says_so(place: Place) -> None:
    outcome = await outcome_of('"""\n>>> print("x" * 10**6)\n"""\n', place, Doctest(1))
    assert outcome.examples is not None
    (example,) = outcome.examples
    assert (example.status, example.whole) == ("failed", False)
    assert len(example.actual) < 20_000


async def test_an_example_can_end_the_process(place: Place) -> None:
    outcome = await outcome_of('"""\n>>> import os; os._exit(0)\n"""\n', place, Doctest(1))
    assert (outcome.code, outcome.examples) == (OutcomeCode.KILLED, None)


async def test_the_name_of_the_file_may_be_that_of_a_module_in_use(place: Place) -> None:
    source = '"""\n>>> __name__\n\'doctest\'\n"""\n'
    outcome = await outcome_of(source, place, Doctest(1), "doctest.py")
    assert statuses(outcome) == ["passed"]


async def test_of_very_many_cases_the_worst_are_kept(place: Place) -> None:
    source = (
        "import pytest\n@pytest.mark.parametrize('n', range(300))\ndef test_a(n):\n"
        "    print('x' * 10000)\n    assert n < 298, 'y' * 100_000\n"
    )
    outcome = await outcome_of(source, place, part.Test("test_a"))
    assert outcome.code is OutcomeCode.ERROR
    assert outcome.tests is not None
    assert (outcome.tests.passed, outcome.tests.total) == (298, 300)
    assert [case.status for case in outcome.tests.cases[:3]] == ["failed", "failed", "passed"]
    assert len(outcome.tests.cases) == 200


async def test_nothing_is_written_beside_the_test(place: Place) -> None:
    await outcome_of("def test_a(): pass\n", place, part.Test("test_a"))
    compiled = [path for path in Path(place.folder).rglob("*.pyc") if "test_part" in path.name]
    assert compiled == []


async def test_a_test_that_is_not_there_is_told(place: Place) -> None:
    outcome = await outcome_of("def test_a(): pass\n", place, part.Test("test_b"))
    assert (outcome.code, outcome.sentence) == (
        OutcomeCode.ERROR,
        "pytest ran no test here; see what it printed.",
    )
    assert "test_b" in outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    "message",
    [
        {"examples": None},
        {"examples": [None]},
        {"examples": [{**PASSED, "status": "fine"}]},
        {"examples": [{**PASSED, "status": ["passed"]}]},
        {"examples": [{**PASSED, "actual": 3}]},
        {"examples": [{**PASSED, "failure": []}]},
        {"tests": []},
        {"tests": {"passed": 1, "total": 1}},
        {"tests": {"passed": -1, "total": 1, "cases": []}},
        {"tests": {"passed": 1, "total": 1, "cases": [{**CASE, "status": None}]}},
        {"tests": {"passed": 1, "total": 1, "cases": [{**CASE, "name": {}}]}},
        {"tests": {"passed": 1, "total": 1, "cases": [{**CASE, "sections": [["a"]]}]}},
        {"tests": {"passed": 1, "total": 1, "cases": [{**CASE, "sections": [["a", 1]]}]}},
        {"tests": {"passed": 1, "total": 1, "cases": [{**CASE, "failure": {"type": "E"}}]}},
    ],
)
def test_other_shapes_are_forged(message: dict[str, Any]) -> None:
    with pytest.raises(ForgedResultError):
        read_result(json.dumps({"key": KEY, **message}).encode(), KEY)


def test_lone_surrogates_are_not_passed_on() -> None:
    data = json.dumps({"key": KEY, "examples": [{**PASSED, "actual": "\ud800"}]}).encode()
    result = read_result(data, KEY)
    assert result is not None
    assert result.examples is not None
    assert result.examples[0].actual == "?"
