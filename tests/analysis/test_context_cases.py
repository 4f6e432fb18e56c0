"""The evaluation's cases are sound: each can be met, and the context says what it takes."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from analysis.project import Project
from jedimind.analysis.context import ContextQuestion
from jedimind.analysis.rendering import render
from jedimind.analysis.worker.gather import gather
from jedimind.text import Position

_FILE = Path(__file__).parents[2] / "scripts" / "eval" / "context_cases.py"


def _cases() -> tuple[Any, ...]:
    spec = importlib.util.spec_from_file_location("context_cases", _FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses looks for it
    spec.loader.exec_module(module)
    cases: tuple[Any, ...] = module.CASES
    return cases


CASES = _cases()
# The line of the context that says how the call must look.
NEEDED = {
    "billing": "billing.invoice_total(lines: list[Line], *, region: str, loyalty_years: int = 0)",
    "inventory": "reserve(stock: dict[str, int], units: int, article: str, *, keep: int = 0)",
    "text": "slug(joiner: str, *parts: str, longest: int) -> str",
    "geometry": "Segment.towards(degrees: float, *, origin: Point, length: float)",
    "scheduling": "first_gap(minutes: int, busy: list[tuple[int, int]], *, opens: int",
    "config": "lookup(path: tuple[str, ...], layers: list[Mapping[str, Any]], *, convert",
    "matrix": "Matrix.build(cell: Callable[[int, int], float], *, rows: int, columns: int)",
    "weblog": 'hits(lines: list[str], *, min_outcome: int = 0, on_bad: str = "raise")',
    "bank": "bank.move(cents: int, *, debit: Account, credit: Account, memo: str) -> None",
    "dates": "workdays.shift(count: int, start: date, *, closed: Collection[date] = (), weekend",
}


def run(folder: Path, program: str) -> int:
    """The exit code of a program in a project's folder."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, check=False, timeout=60
    )
    return done.returncode


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_right_answer_passes_and_none_fails(case: Any, project: Project) -> None:
    place = project(case.files)
    assert place.folder is not None
    assert run(place.folder, case.program(case.solution)) == 0
    assert run(place.folder, case.program("")) != 0


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_context_says_how_to_call_it(case: Any, project: Project) -> None:
    place = project(case.files)
    below_the_request = Position(place.position.line + 1, 0)
    request = case.files[case.open].partition("$0")[0].rpartition("\n\n")[2]
    question = ContextQuestion(
        attrs.evolve(place, position=below_the_request), frozenset(request.split()), 60
    )
    assert NEEDED[case.name] in render(gather(question), 600)


def test_there_are_ten() -> None:
    assert len({case.name for case in CASES}) == 10
