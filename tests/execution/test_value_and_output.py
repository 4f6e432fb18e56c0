"""What a program computes and prints reaches the user as it was."""

from __future__ import annotations

import asyncio

import pytest

from execution.conftest import GENEROUS, Execute, own
from jedimind.execution.executor import Code, Executor, Finished, Output
from jedimind.execution.outcome import OutcomeCode
from jedimind.execution.sandbox.tier import Tier
from jedimind.execution.zygote import Place


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 1", "2"),
        ("x = [1]\nx.append(2)\nx", "[1, 2]"),
        ("x = 1", None),
        ("None", None),
        ("", None),
        ("# nothing but a comment", None),
        ("'a\\nb'", r"'a\nb'"),
        (
            "from __future__ import annotations\ndef f(x: unknown): ...\nf.__annotations__",
            "{'x': 'unknown'}",
        ),
        ("for i in range(3):\n    i", None),
        ("1\r\n+ 1\r2", "2"),
        ("\ufeff40 + 2", "42"),
        ("import sys\nprint('x')\nsys.exit()", None),
        ("import sys\nsys.exit(0)", None),
    ],
)
async def test_the_value_is_that_of_the_last_expression_statement(
    execute: Execute, source: str, value: str | None
) -> None:
    outcome = await execute(source)
    assert outcome.code is OutcomeCode.OK, outcome
    assert outcome.value == value


async def test_a_long_value_is_cut(execute: Execute) -> None:
    outcome = await execute("'x' * 1_000_000")
    assert outcome.value is not None
    assert outcome.value.startswith("'xxx")
    assert outcome.value.endswith("…")
    assert len(outcome.value) == 10_001


async def test_both_streams_are_kept_in_order(execute: Execute) -> None:
    outcome = await execute(
        "import sys, os\n"
        "for i in range(3):\n"
        "    print('out', i)\n"
        "    print('err', i, file=sys.stderr)\n"
        "os.system('echo from a child')\n"
        "print('last', end='')"
    )
    assert outcome.stdout == "out 0\nout 1\nout 2\nfrom a child\nlast"
    assert outcome.stderr == "err 0\nerr 1\nerr 2\n"


async def test_output_comes_while_the_program_runs(executor: Executor, place: Place) -> None:
    """The program waits for a file that is made only after its first output was seen."""
    source = (
        "import os, time\n"
        "print('ready?', end='')\n"
        "while not os.path.exists('go'): time.sleep(0.01)\n"
        "print('yes')"
    )
    code = Code(source, str(place.folder / "program.py"))
    async with executor.run(code, place, GENEROUS, own(place)) as running:
        assert await anext(running) == Output("stdout", "ready?")
        (place.folder / "go").touch()
        *texts, last = [event async for event in running]
    assert "".join(event.text for event in texts if isinstance(event, Output)) == "yes\n"
    assert isinstance(last, Finished)
    assert last.outcome.code is OutcomeCode.OK


async def test_output_of_any_bytes_becomes_text(execute: Execute) -> None:
    outcome = await execute(
        "import sys\n"
        "sys.stdout.buffer.write(b'\\xff|\\x00|\\x1b[31mred|' + '😀'.encode() + b'|\\xf0\\x9f')\n"
        "sys.stdout.buffer.flush()\n"
        "None"
    )
    assert outcome.code is OutcomeCode.OK
    assert outcome.stdout == "\ufffd|\x00|\x1b[31mred|😀|\ufffd"


async def test_a_character_split_over_two_writes_stays_whole(
    executor: Executor, place: Place
) -> None:
    source = (
        "import os, time\n"
        "os.write(1, b'a\\xf0\\x9f')\n"
        "while not os.path.exists('go'): time.sleep(0.01)\n"
        "os.write(1, b'\\x98\\x80b')\n"
        "None"
    )
    code = Code(source, str(place.folder / "program.py"))
    texts = []
    async with executor.run(code, place, GENEROUS, own(place)) as running:
        async for event in running:
            if isinstance(event, Output):
                texts.append(event.text)
                (place.folder / "go").touch()
    assert texts == ["a", "😀b"]


async def test_lone_surrogates_do_not_reach_us(execute: Execute) -> None:
    outcome = await execute("class Odd:\n    def __repr__(self): return '\\ud800'\nOdd()")
    assert outcome.value == "?"


async def test_runs_do_not_wait_for_each_other(execute: Execute) -> None:
    values = await asyncio.gather(*(execute(f"{number} * 2") for number in range(4)))
    assert [outcome.value for outcome in values] == ["0", "2", "4", "6"]


async def test_time_and_memory_are_measured(execute: Execute, tier: Tier) -> None:
    outcome = await execute("import time\nheld = b'x' * (100 * 2**20)\ntime.sleep(0.2)")
    assert outcome.seconds > 0.2
    assert outcome.peak_memory is not None
    assert 100 * 2**20 < outcome.peak_memory < 200 * 2**20
    assert outcome.sandbox == tier.value
    assert outcome.sentence.startswith(f"Finished in {outcome.seconds:.2f} s.")
