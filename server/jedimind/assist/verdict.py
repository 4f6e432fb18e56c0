"""What is known about code that a model wrote, in one word and one sentence."""

from __future__ import annotations

from typing import Literal

import attrs

from jedimind.assist.checks import Report

Status = Literal["verified", "checked", "failed"]


@attrs.frozen
class Verdict:
    """`verified`: every example of the user's was executed and passed. `checked`: it parses and
    no name in it is known not to exist, but it was not executed. `failed`: it did not pass.

    `passed` of `total` examples; `sandbox` is the tier they were executed in, None if none was.
    """

    status: Status
    passed: int
    total: int
    sandbox: str | None
    sentence: str


def of_checks(report: Report, examples: int) -> Verdict:
    """The verdict on code that was checked and not executed."""
    if not report.passed:
        faults = [unresolved.sentence for unresolved in report.unresolved]
        if report.syntax_error is not None:
            faults.insert(0, f"It does not parse: {report.syntax_error}.")
        return Verdict("failed", 0, examples, None, " ".join(faults))
    names = "names exist" if report.names_checked else "names were not checked"
    if examples:
        given = "1 example" if examples == 1 else f"{examples} examples"
        why = f"{given} given; generated code runs only when you run it"
    else:
        why = "no examples"
    return Verdict("checked", 0, examples, None, f"Parses, {names}. Not executed: {why}.")
