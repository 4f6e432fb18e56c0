"""What came of a test, with pytest's own explanation, on the deepest line of the file."""

from __future__ import annotations

from collections.abc import Iterator

from jedimind.execution import verdict
from jedimind.execution.outcome import Failure, OutcomeCode, TestCase
from jedimind.lsp.markdown import escaped, plain
from jedimind.lsp.ran import Ran
from jedimind.lsp.results import Block, Finding, Kind, Result, Severity
from jedimind.lsp.run_report import (
    MOST_IN_MESSAGE,
    content,
    error,
    headline,
    quoted,
    raised,
)
from jedimind.testcases import Test
from jedimind.text import Span

_MOST_IN_HOVER = 5
_MOST_FINDINGS = 20


def report(ran: Ran, test: Test) -> Result:
    heading = content(ran.tree.text, test.header)
    findings = tuple(_findings(ran, heading)) or (_summary(ran, heading),)
    return Result(Kind.RUN, (test.lines,), tuple(_hover(ran)), findings)


def _summary(ran: Ran, heading: Span) -> Finding:
    """How the run ended, where no case has failed."""
    outcome = ran.outcome
    if outcome.code is OutcomeCode.OK:
        sentence = plain(outcome.sentence, MOST_IN_MESSAGE)
        return Finding(heading, Severity.INFORMATION, outcome.code.value, sentence)
    if outcome.failure is None or outcome.code is not OutcomeCode.ERROR:
        return error(ran, outcome.failure, outcome.sentence, instead=heading)
    if _lacks_pytest(outcome.failure):
        return error(
            ran,
            outcome.failure,
            "pytest is not installed in the Python that runs this; install it there "
            "(`python -m pip install pytest`), or choose another Python with the setting "
            "execution.interpreter.",
            instead=heading,
        )
    return error(ran, outcome.failure, raised(outcome.failure), instead=heading)


def _lacks_pytest(failure: Failure) -> bool:
    return failure.type == "ModuleNotFoundError" and failure.message == "No module named 'pytest'"


def _cases(ran: Ran) -> tuple[TestCase, ...]:
    return ran.outcome.tests.cases if ran.outcome.tests is not None else ()


def _findings(ran: Ran, heading: Span) -> Iterator[Finding]:
    """One for each line and message: cases often fail alike."""
    found: dict[tuple[Span, str], Finding] = {}
    for case in _cases(ran):
        if case.bad:
            made = error(ran, case.failure, _message(case), instead=heading)
            found.setdefault((made.span, made.message), made)
    yield from list(found.values())[:_MOST_FINDINGS]


def _message(case: TestCase) -> str:
    failure = case.failure
    # What pytest raises itself says little; it marks the lines that tell what is wrong.
    if failure is None or failure.type.startswith("_pytest."):
        lines = case.explanation.split("\n")
        marked = [line[1:].strip() for line in lines if line.startswith("E ")]
        return "\n".join(marked) or case.explanation.strip() or verdict.of_case(case)
    return raised(failure)


def _hover(ran: Ran) -> Iterator[Block]:
    yield headline(ran.outcome)
    cases = _cases(ran)
    for case in cases[:_MOST_IN_HOVER]:
        if len(cases) > 1:
            yield Block(prose=escaped(verdict.of_case(case)))
        yield from quoted("", case.explanation)
        for title, said in case.sections:
            yield from quoted(f"{title}:", said)
    if not cases:
        yield from quoted("Output:", ran.outcome.stdout)
        yield from quoted("Errors:", ran.outcome.stderr)
