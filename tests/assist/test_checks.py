"""What may be shown was compiled: all of the file if it compiled before, else the candidate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from assist.place import placed
from jedimind.analysis.compilation import SyntaxFault
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.process import AnalysisFailed, AnalysisProcess
from jedimind.analysis.unresolved import Unresolved
from jedimind.assist.checks import Report, check, parses
from jedimind.assist.verdict import of_checks
from jedimind.text import Position


@pytest.fixture
async def analysis() -> AsyncIterator[AnalysisProcess]:
    process = AnalysisProcess(deadline=60)
    yield process
    await process.close()


async def checked(analysis: AnalysisProcess, marked: str, said: str) -> Report:
    placement = placed(marked, said)
    place = SourcePlace(None, placement.after.string, Position(placement.lines.start, 0))
    before = await parses(analysis, marked.replace("$0", ""))
    return await check(analysis, place, placement, parsed_before=before)


@pytest.mark.parametrize(
    ("marked", "said", "fault"),
    [
        ("# the number$0\n", "return 5", "'return' outside function (line 2)"),
        ("# wait$0\n", "await x", "'await' outside function (line 2)"),
        ("def f():\n    # stop$0\n    x = 1\n", "break", "'break' outside loop (line 3)"),
        (
            "# a function$0\n",
            "def f():\n    from __future__ import annotations",
            "from __future__ imports must occur at the beginning of the file (line 3)",
        ),
    ],
)
async def test_what_python_refuses_is_a_fault(
    analysis: AnalysisProcess, marked: str, said: str, fault: str
) -> None:
    report = await checked(analysis, marked, said)
    assert report.syntax_error == fault
    assert report.faults > Report(unresolved=()).faults


async def test_a_future_import_is_no_fault(analysis: AnalysisProcess) -> None:
    report = await checked(
        analysis, "import os\n\n# one$0\n", "from __future__ import annotations\nx = 1"
    )
    assert report.passed


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("x = (\n# one$0\n", "x = 1"),
        ("def f():\n    # one$0\n    x =\n", 'return """a\nb"""'),
        ("async def f():\n    # one$0\n    x =\n", "return await g()"),
        ("def f():\n    # one$0\n    x =\n", "yield from g()\nreturn 1"),
        ("for x in y:\n    # skip$0\n    x =\n", "continue"),
        ("return 1\n# one$0\n", "x = 1"),
    ],
)
async def test_in_a_file_that_does_not_parse_the_candidate_must(
    analysis: AnalysisProcess, marked: str, said: str
) -> None:
    assert (await checked(analysis, marked, said)).syntax_error is None
    assert (await checked(analysis, marked, said + "\n)")).syntax_error is not None


async def test_a_fault_in_a_candidate_by_itself_counts_its_own_lines(
    analysis: AnalysisProcess,
) -> None:
    report = await checked(analysis, "def f():\n    x = )\n    # one$0\n", "y = 1\nz = = 2")
    assert report.syntax_error is not None
    assert report.syntax_error.endswith("(line 2)")


class FailingAnalysis(AnalysisProcess):
    """Fails at once, as a worker that was killed does."""

    async def syntax_fault(self, source: str) -> SyntaxFault | None:
        raise AnalysisFailed("Jedi's process died.")


@pytest.mark.parametrize(
    ("said", "status"), [("return 5", "checked"), ("return 5)", "failed"), ("x = ", "failed")]
)
async def test_without_an_answer_the_candidate_is_checked_by_itself(said: str, status: str) -> None:
    failing = FailingAnalysis(deadline=60)
    verdict = of_checks(await checked(failing, "def f():\n    # five$0\n", said), 0)
    assert verdict.status == status
    assert ("names were not checked" in verdict.sentence) is (status == "checked")


class NamelessAnalysis(AnalysisProcess):
    """Checks the syntax and fails at the names."""

    async def unresolved(self, place: SourcePlace, lines: range) -> tuple[Unresolved, ...]:
        raise AnalysisFailed("Jedi's process died.")


async def test_a_candidate_that_compiles_in_its_file_need_not_by_itself() -> None:
    nameless = NamelessAnalysis(deadline=60)
    marked = "def f():\n    x = 1\n    def g():\n        # count$0\n        return x\n"
    report = await checked(nameless, marked, "nonlocal x\nx += 1")
    await nameless.close()
    assert report == Report(names_checked=False)


async def test_the_event_loop_goes_on_while_a_large_file_is_checked(
    analysis: AnalysisProcess,
) -> None:
    await analysis.syntax_fault("")
    large = "value = compute(alpha, beta, [1, 2, 3], key='value')\n" * 30_000
    question = asyncio.create_task(parses(analysis, large))
    turns = 0
    while not question.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert await question
    assert turns > 5
