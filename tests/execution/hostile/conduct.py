"""Runs a hostile program and looks at what came of it.

As a program, ``conduct.py FOLDER NAME…`` runs the cases with these names, each in a folder of its
own under FOLDER, as whoever it is. It prints a line for each, JSON of the name, the tier and, if it
did not go as it has to, why.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import attrs

from execution.hostile.case import Case, cases
from execution.hostile.ground import Ground, ground
from jedimind.execution.executor import Code, Executor, Finished
from jedimind.execution.limits import Limits
from jedimind.execution.outcome import Outcome
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.sandbox.tier import Tier
from jedimind.execution.zygote import Place
from jedimind.settings import ExecutionSettings

TIERS = tuple(tier.value for tier in Tier)
"""In which cases are run, as far as this machine can."""

# Seconds, all far above what is usual, so that only what hangs is found.
_LONGEST_RUN = 60.0
_LONGEST_GAP = 2.0
_UNTIL_GONE = 5.0
_GENEROUS = Limits(timeout=30, memory=512, output=1024)


async def conduct(case: Case, folder: Path) -> None:
    """Have `case` run in an empty `folder`.

    Raises:
        AssertionError: something is not as it has to be.
    """
    with ground(folder) as there, _environment(there):
        before = there.files()
        place = Place(sys.executable, there.workspace)
        async with Executor(Tier(case.tier)) as executor:
            async with _heart() as gaps:
                outcome = await asyncio.wait_for(_run(case, executor, place), _LONGEST_RUN)
            _check_outcome(case, outcome)
            assert max(gaps) < _LONGEST_GAP, f"the event loop stood still for {max(gaps):.1f} s"
            await _until_gone(there)
            assert there.files() == before
            assert there.visitors() == []
            following = Code("6 * 7", str(there.workspace / "next.py"))
            policy = _policy(Profile.OWN, place)
            async with executor.run(following, place, _GENEROUS, policy) as running:
                outcome = await running.outcome()
            assert outcome.value == "42", outcome


async def _run(case: Case, executor: Executor, place: Place) -> Outcome:
    path = str(place.folder / "program.py")
    policy = _policy(case.profile, place)
    async with executor.run(Code(case.source, path), place, case.limits, policy) as running:
        async for event in running:
            if isinstance(event, Finished):
                return event.outcome
            if "stop" in case.fields:
                running.stop()
    raise AssertionError("a run without an end")


def _policy(profile: Profile, place: Place) -> Policy:
    return Policy.of(profile, place.folder, ExecutionSettings())


def _check_outcome(case: Case, outcome: Outcome) -> None:
    assert outcome.code.value in case.expected, outcome
    assert outcome.sandbox == case.tier, outcome
    assert case.fields.get("says", "") in outcome.sentence, outcome
    # What an editor is sent has to be text, and of some length.
    sent = json.dumps(attrs.asdict(outcome), ensure_ascii=False)
    assert len(sent.encode("utf-8")) < 8 * 2**20
    printed = len((outcome.stdout + outcome.stderr).encode("utf-8", "replace"))
    assert printed <= 3 * case.limits.output * 1024  # a wrong byte becomes three
    message = outcome.failure.message if outcome.failure is not None else None
    is_said = {"value": outcome.value, "stdout": outcome.stdout, "message": message}
    for name, said in is_said.items():
        if name in case.fields:
            assert said == case.literal(name), outcome


async def _until_gone(there: Ground) -> None:
    """What is killed takes a moment to go."""
    deadline = time.monotonic() + _UNTIL_GONE
    while left := there.processes():
        assert time.monotonic() < deadline, f"still there: {left}"
        await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def _heart() -> AsyncIterator[list[float]]:
    """The seconds between two beats of the event loop meanwhile."""
    gaps = [0.0]

    async def beat() -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(0.02)
            now = time.monotonic()
            gaps.append(now - last)
            last = now

    beating = asyncio.ensure_future(beat())
    try:
        yield gaps
    finally:
        beating.cancel()


@contextlib.contextmanager
def _environment(there: Ground) -> Iterator[None]:
    """That of the server meanwhile."""
    before = dict(os.environ)
    os.environ.update(
        HOME=str(there.folder / "outside" / "home"),
        TMPDIR=str(there.folder / "temporary"),
        JEDIMIND_TOKEN=there.mark[1:],
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def main() -> None:
    """Run the cases that are named in the arguments."""
    folder, *names = sys.argv[1:]
    for case in [case for tier in TIERS for case in cases(tier)]:
        if case.name in names and case.can_be_held:
            place = Path(folder) / case.tier / case.name.replace("/", "-")
            place.mkdir(parents=True)
            trouble = None
            try:
                asyncio.run(conduct(case, place))
            except (AssertionError, asyncio.TimeoutError) as error:
                trouble = repr(error)
            print(json.dumps([case.name, case.tier, trouble]))


if __name__ == "__main__":
    main()
