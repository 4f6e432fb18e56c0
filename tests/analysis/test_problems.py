"""What is wrong with a source, found a moment at a time."""

from __future__ import annotations

import pytest

from analysis.project import Project
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.problems import Problems, ProblemsQuestion
from jedimind.analysis.worker import problems
from jedimind.analysis.worker.problems import find_problems


@pytest.fixture(autouse=True)
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "_BUDGET", 1e-6)


def found(place: SourcePlace, first: int, stop: int) -> tuple[Problems, int]:
    """What is found at last, and after how many questions."""
    for times in range(1, 100):
        answer = find_problems(ProblemsQuestion(place, first, stop))
        if not answer.going_on:
            return answer, times
        assert answer == Problems(going_on=True)
    raise AssertionError("there is no end to it")


def test_a_long_file_is_looked_through_in_several_turns(project: Project) -> None:
    source = "import os\n" + "x = 1\n" * 99 + "os.nothing\n" + "x = 1\n" * 98 + "missing\n$0"
    answer, times = found(project({"a.py": source}), 0, 201)
    assert [each.name for each in answer.unresolved] == ["nothing", "missing"]
    assert times > 5


def test_another_file_in_between_makes_no_difference(project: Project) -> None:
    source = "x = 1\n" * 99 + "missing\n"
    one = project({"b.py": "import a\n", "a.py": source + "$0"})
    other = SourcePlace(one.path.with_name("b.py") if one.path else None, source, one.position)
    answers = [Problems(going_on=True)]
    while answers[-1].going_on:
        assert len(answers) < 100
        answers.append(find_problems(ProblemsQuestion(one, 0, 101)))
        find_problems(ProblemsQuestion(other, 0, 101))
    assert [each.name for each in answers[-1].unresolved] == ["missing"]


def test_broken_lines_that_nobody_asks_about_are_left_out(project: Project) -> None:
    source = "x = = 1\n" + "x = 1\n" * 60 + "missing\n"
    answer, times = found(project({"a.py": source + "$0"}), 1, 62)
    assert [each.name for each in answer.unresolved] == ["missing"]
    assert times > 2
    assert answer.syntax == ()
