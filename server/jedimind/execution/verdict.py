"""What a docstring's examples or a test came to, as one code and sentence."""

from __future__ import annotations

from collections.abc import Sequence

from jedimind.execution.outcome import ExampleResult, OutcomeCode, TestCase, TestResults

_WORDS = {
    "passed": "passed",
    "skipped": "was skipped",
    "xfailed": "failed, as it is expected to",
    "xpassed": "passed, though it is expected to fail",
    "failed": "failed",
    "error": "could not be run",
}


def of_examples(examples: Sequence[ExampleResult]) -> tuple[OutcomeCode, str]:
    ran = [example for example in examples if example.status != "skipped"]
    passed = sum(example.status == "passed" for example in ran)
    code = OutcomeCode.OK if passed == len(ran) else OutcomeCode.ERROR
    skipped = len(examples) - len(ran)
    also = f", {skipped} skipped" if skipped else ""
    return code, f"{passed} of {len(ran)} {_count('example', len(ran))} passed{also}."


def of_tests(tests: TestResults) -> tuple[OutcomeCode, str]:
    if not tests.cases:
        return OutcomeCode.ERROR, "pytest ran no test here; see what it printed."
    code = OutcomeCode.ERROR if any(case.bad for case in tests.cases) else OutcomeCode.OK
    if len(tests.cases) == 1:
        return code, of_case(tests.cases[0])
    return code, f"{tests.passed} of {tests.total} cases passed."


def of_case(case: TestCase) -> str:
    """What a single case came to."""
    name = case.name.rpartition("::")[2] or "The file"
    reason = f": {case.reason.removeprefix('Skipped: ')}" if case.reason else ""
    return f"{name} {_WORDS[case.status]}{reason.rstrip('.')}."


def _count(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"
