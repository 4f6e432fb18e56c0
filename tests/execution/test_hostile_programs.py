"""A program cannot pass off as its result what is not, nor hang the run."""

from __future__ import annotations

import json

import pytest

from execution.conftest import Execute
from jedimind.execution.messages import ForgedResultError, read_result
from jedimind.execution.outcome import OutcomeCode

FORGE = (
    "import os\n"
    "for descriptor in range(3, 256):\n"
    '    try: os.write(descriptor, b\'{"value": "forged"}\\n\')\n'
    "    except OSError: pass\n"
)


@pytest.mark.parametrize("ending", ["os._exit(0)", "'true'", "1 / 0", "raise SystemExit"])
async def test_a_forged_result_is_no_success(execute: Execute, ending: str) -> None:
    outcome = await execute(FORGE + ending)
    assert outcome.code is OutcomeCode.ERROR
    assert outcome.value is None
    assert "descriptor" in outcome.sentence


async def test_a_forged_flood_neither_hangs_nor_succeeds(execute: Execute) -> None:
    outcome = await execute(
        "import os\n"
        "for descriptor in range(3, 256):\n"
        "    try: [os.write(descriptor, b'{' * 2**20) for _ in range(20)]\n"
        "    except OSError: pass\n"
        "os._exit(0)"
    )
    assert outcome.code is OutcomeCode.ERROR


async def test_closing_every_descriptor_is_no_success(execute: Execute) -> None:
    outcome = await execute("import os\nprint('begun')\nos.closerange(0, 256)\n'value'")
    assert outcome.code is OutcomeCode.KILLED
    assert outcome.value is None
    assert outcome.stdout == "begun\n"


async def test_a_file_opened_in_place_of_the_channel_is_left_alone(execute: Execute) -> None:
    outcome = await execute(
        "import os\nos.closerange(3, 256)\nfiles = [open('mine', 'w') for _ in range(20)]\n'value'"
    )
    assert outcome.code is OutcomeCode.KILLED
    assert (await execute("open('mine').read()")).value == "''"


async def test_a_program_inherits_nothing_but_its_pipes(execute: Execute) -> None:
    outcome = await execute(
        "import os\n"
        "sorted(os.readlink(f'/proc/self/fd/{fd}').partition(':')[0]\n"
        "       for fd in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{fd}'))"
    )
    # stdin, then stdout, stderr and the result's channel.
    assert outcome.value == repr(["/dev/null", "pipe", "pipe", "pipe"])


async def test_the_programs_children_do_not_get_the_results_channel(execute: Execute) -> None:
    outcome = await execute(
        "import subprocess\nsubprocess.run(['ls', '/proc/self/fd'], close_fds=False)\nNone"
    )
    # The three standard streams, and the directory that is being listed.
    assert outcome.stdout.split() == ["0", "1", "2", "3"]


async def test_broken_standard_library_names_do_not_matter(execute: Execute) -> None:
    outcome = await execute(
        "import json, os, sys, traceback\n"
        "json.dumps = os.write = traceback.TracebackException = None\n"
        "1 / 0"
    )
    assert outcome.code is not OutcomeCode.OK


@pytest.mark.parametrize(
    "message",
    [
        b"[]",
        b"{}",
        b'{"key": "other", "value": "1"}',
        b'{"key": "k", "value": 1}',
        b'{"key": "k", "failure": null}',
        b'{"key": "k", "failure": {"type": "E", "message": "m", "text": "t", "frames": [[1]]}}',
        b'{"key": "k", "value": "1"}{"key": "k", "value": "1"}',
        b"[" * 100_000,
        b"\xff",
        b" " * (5 * 2**20),
    ],
)
def test_results_of_another_shape_are_refused(message: bytes) -> None:
    with pytest.raises(ForgedResultError):
        read_result(message, "k")


def test_frames_with_impossible_places_are_refused() -> None:
    frame = ["a.py", -1, None, None, None, "f"]
    failure = {"type": "E", "message": "m", "text": "t", "frames": [frame]}
    with pytest.raises(ForgedResultError):
        read_result(json.dumps({"key": "k", "failure": failure}).encode(), "k")
