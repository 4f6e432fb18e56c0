"""What came of a docstring's examples, on the lines of what they expect."""

from __future__ import annotations

from collections.abc import Iterator

from jedimind.doctests import Docstring, Example, accepted
from jedimind.execution.outcome import ExampleResult, OutcomeCode
from jedimind.lsp.markdown import plain
from jedimind.lsp.ran import Ran
from jedimind.lsp.results import Block, Finding, Kind, Related, Replacement, Result, Severity
from jedimind.lsp.run_report import (
    MOST_IN_MESSAGE,
    content,
    error,
    headline,
    missing_module,
    quoted,
    raised,
    related,
)
from jedimind.text import Span

# Failed examples of which the hover tells more than the finding.
_MOST_IN_HOVER = 5


def report(ran: Ran, docstring: Docstring) -> Result:
    outcome = ran.outcome
    return Result(
        Kind.RUN,
        (docstring.lines,),
        tuple(_hover(ran, docstring)),
        tuple(_findings(ran, docstring)) or (_summary(ran, docstring, outcome.code),),
    )


def _summary(ran: Ran, docstring: Docstring, code: OutcomeCode) -> Finding:
    """How the run ended, where no example has failed."""
    heading = content(ran.tree.text, docstring.lines.start)
    if code is OutcomeCode.OK:
        return Finding(heading, Severity.INFORMATION, code.value, ran.outcome.sentence)
    failure = ran.outcome.failure
    by_itself = failure is not None and code is OutcomeCode.ERROR
    message = raised(failure) if failure is not None and by_itself else ran.outcome.sentence
    return error(ran, failure, message, instead=heading)


def _failed(ran: Ran, docstring: Docstring) -> Iterator[tuple[int, Example, ExampleResult]]:
    """The examples that failed, where they can be told apart as the worker did."""
    results = ran.outcome.examples or ()
    for number, (example, result) in enumerate(zip(docstring.examples, results, strict=False)):
        if result.status in ("failed", "raised"):
            yield number, example, result


def _findings(ran: Ran, docstring: Docstring) -> Iterator[Finding]:
    code = ran.outcome.code.value
    for number, example, result in _failed(ran, docstring):
        message = f"expected {_short(_expected(ran, example))}, got {_short(_got(result))}"
        replacement = accepted(ran.tree, docstring, number, result.actual) if result.whole else None
        frames = result.failure.frames if result.failure is not None else ()
        yield Finding(
            _place(ran, docstring, example),
            Severity.ERROR,
            code,
            plain(message, MOST_IN_MESSAGE),
            (Related(ran.uri, example.lines.start, "the example"), *related(ran, frames)),
            accept=Replacement(*replacement) if replacement is not None else None,
            missing=missing_module(result.failure) if result.failure is not None else None,
        )


def _place(ran: Ran, docstring: Docstring, example: Example) -> Span:
    """The expected lines; those of the code if nothing is expected."""
    lines = example.expected or example.lines
    text = ran.tree.text
    end = content(text, lines.stop - 1).end
    if lines.stop - 1 == docstring.span.end.line:
        end = docstring.span.end
    return Span(content(text, lines.start).start, end)


def _expected(ran: Ran, example: Example) -> str:
    text = ran.tree.text
    indent = len(text.line(example.lines.start)) - len(text.line(example.lines.start).lstrip())
    return "\n".join(text.line(line)[indent:] for line in example.expected)


def _got(result: ExampleResult) -> str:
    return raised(result.failure) if result.failure is not None else result.actual


def _short(said: str) -> str:
    said = said.strip("\n")
    if not said:
        return "nothing"
    return f"\n{said}\n" if "\n" in said else said


def _hover(ran: Ran, docstring: Docstring) -> Iterator[Block]:
    yield headline(ran.outcome)
    for _, example, result in list(_failed(ran, docstring))[:_MOST_IN_HOVER]:
        code = "\n".join(ran.tree.text.line(line).strip() for line in example.lines)
        yield from quoted("", code, "python")
        yield from quoted("Expected:", _expected(ran, example))
        yield from quoted("Got:", _got(result))
    yield from quoted("Output:", ran.outcome.stdout)
    yield from quoted("Errors:", ran.outcome.stderr)
