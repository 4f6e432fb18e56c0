"""An exception is reported with the lines and columns of the user's file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from execution.conftest import Execute
from jedimind.execution.outcome import OutcomeCode

has_columns = sys.version_info >= (3, 11)


async def test_frames_are_the_users_and_the_deepest_is_last(
    execute: Execute, tmp_path: Path
) -> None:
    (tmp_path / "library.py").write_text("def divide(a, b):\n    return a / b\n", encoding="utf-8")
    outcome = await execute("import library\n\ndef half():\n    library.divide(1, 0)\n\nhalf()\n")
    assert outcome.code is OutcomeCode.ERROR
    assert outcome.sentence == "ZeroDivisionError: division by zero"
    assert outcome.failure is not None
    program, library = str(tmp_path / "program.py"), str(tmp_path / "library.py")
    assert [(f.path, f.line, f.function) for f in outcome.failure.frames] == [
        (program, 6, "<module>"),
        (program, 4, "half"),
        (library, 2, "divide"),
    ]
    assert "guest" not in outcome.failure.text
    assert "    library.divide(1, 0)\n" in outcome.failure.text, "the text of an unsaved file"


@pytest.mark.skipif(not has_columns, reason="Python tells columns from 3.11 on")
async def test_columns_count_code_points(execute: Execute) -> None:
    outcome = await execute("x = '😀é' + (1 / 0)")
    assert outcome.failure is not None
    (frame,) = outcome.failure.frames
    assert (frame.line, frame.column, frame.end_line, frame.end_column) == (1, 12, 1, 17)


@pytest.mark.parametrize(
    ("source", "first_line", "first_column", "line", "column"),
    [
        pytest.param("    x = 1\n    1 / 0\n", 10, 0, 11, 4, id="whole lines in a block"),
        pytest.param("x = 1\n    1 / 0\n", 10, 4, 11, 4, id="from the first word in a block"),
        pytest.param("\tx = 1\n\t1 / 0\n", 10, 0, 11, 1, id="tabs"),
        pytest.param("x = 1\n\t1 / 0\n", 10, 1, 11, 1, id="from the first word after a tab"),
        pytest.param("1 / 0", 10, 12, 10, 12, id="an expression within a line"),
        pytest.param("max(\n        1,\n    1 / 0)", 10, 12, 12, 4, id="an expression of lines"),
        pytest.param("1 / 0", 1, 6, 1, 6, id="an expression within the first line"),
        pytest.param("max(\n1 / 0)\n", 1, 6, 2, 0, id="lines from within the first"),
        pytest.param("    # why\n\n    1 / 0", 10, 0, 12, 4, id="a comment first"),
        pytest.param("        x = 1\n1 / 0", 10, 0, 11, 0, id="to the end of the block and on"),
        pytest.param("    s = '''\nx\n'''\n    1 / 0", 10, 0, 13, 4, id="a literal of lines"),
        pytest.param("1 / 0", 2, 8, 2, 8, id="the second line"),
    ],
)
async def test_a_selection_has_the_places_of_the_file(
    execute: Execute, source: str, first_line: int, first_column: int, line: int, column: int
) -> None:
    outcome = await execute(source, first_line=first_line, first_column=first_column)
    assert outcome.failure is not None, outcome
    assert outcome.failure.type == "ZeroDivisionError", outcome.failure.text
    assert outcome.failure.frames[-1].line == line
    assert "1 / 0" in outcome.failure.text
    if has_columns:
        assert outcome.failure.frames[-1].column == column


async def test_a_selection_keeps_its_string_literals(execute: Execute) -> None:
    outcome = await execute("    s = '''\n  x\n    y'''\n    s\n", first_line=5)
    assert outcome.value == repr("\n  x\n    y")


async def test_half_a_branch_does_not_run(execute: Execute) -> None:
    outcome = await execute("    print('if')\nelse:\n    print('else')\n", first_line=3)
    assert outcome.code is OutcomeCode.ERROR
    assert outcome.stdout == ""
    assert outcome.failure is not None
    assert outcome.failure.type == "SyntaxError"
    assert outcome.failure.frames[-1].line == 4


@pytest.mark.parametrize(
    ("source", "first_line", "line", "column"),
    [
        pytest.param("x = 1\nx = = 2\n", 1, 2, 4, id="a file"),
        pytest.param("    x = 1\n    x = = 2\n", 20, 21, 8, id="a selection"),
        pytest.param("    '😀'; return 1\n", 20, 20, 9, id="found after parsing"),
    ],
)
async def test_a_syntax_error_has_a_frame(
    execute: Execute, source: str, first_line: int, line: int, column: int
) -> None:
    outcome = await execute(source, first_line=first_line)
    assert outcome.code is OutcomeCode.ERROR
    assert outcome.failure is not None
    assert outcome.failure.type == "SyntaxError"
    (frame,) = outcome.failure.frames
    assert (frame.line, frame.column) == (line, column)
    assert source.splitlines()[line - first_line].strip() in outcome.failure.text


@pytest.mark.parametrize("source", ["x = '\x00'", "x = '\ud800'", "(" * 5000 + ")" * 5000])
async def test_text_that_is_no_python_fails_like_any_other(execute: Execute, source: str) -> None:
    outcome = await execute(source)
    assert outcome.code in (OutcomeCode.ERROR, OutcomeCode.MEMORY)
    assert outcome.failure is not None


async def test_the_exit_status_of_a_program_is_its_own(execute: Execute) -> None:
    outcome = await execute("import sys\nsys.exit('no such thing')")
    assert outcome.code is OutcomeCode.ERROR
    assert outcome.failure is not None
    assert (outcome.failure.type, outcome.failure.message) == ("SystemExit", "no such thing")
    assert outcome.stderr == "no such thing\n"


async def test_chained_exceptions_are_in_the_text(execute: Execute) -> None:
    outcome = await execute(
        "try:\n    {}['a']\nexcept KeyError as e:\n    raise OSError('b') from e"
    )
    assert outcome.failure is not None
    assert "KeyError: 'a'" in outcome.failure.text
    assert "direct cause" in outcome.failure.text
    assert outcome.failure.type == "OSError"


async def test_endless_recursion_is_an_error_of_bounded_size(execute: Execute) -> None:
    outcome = await execute("def f(): g()\ndef g(): f()\nf()")
    assert outcome.code is OutcomeCode.ERROR
    assert outcome.failure is not None
    assert outcome.failure.type == "RecursionError"
    assert outcome.failure.frames[0].line == 3
    assert len(outcome.failure.frames) == 100
    assert len(outcome.failure.text) < 21_000


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("class Odd(Exception):\n    def __str__(self): 1 / 0\nraise Odd", "Odd"),
        ("class Odd(Exception):\n    def __bool__(self): return False\nraise Odd", "Odd"),
        ("class Odd:\n    def __repr__(self): raise OSError('x')\nOdd()", "OSError"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("class Odd(BaseException): pass\nraise Odd('\\ud800')", "Odd"),
        ("import json\njson.loads('{')", "json.decoder.JSONDecodeError"),
    ],
)
async def test_odd_exceptions_are_errors_too(execute: Execute, source: str, kind: str) -> None:
    outcome = await execute(source)
    assert outcome.code is OutcomeCode.ERROR
    assert outcome.failure is not None
    assert outcome.failure.type == kind
    outcome.failure.message.encode("utf-8")
