"""Candidates, checks, verdict: the path every piece of model-written code takes.

The first candidate is the model's most likely one; only if it fails are others sampled. The
first to pass every check wins, because more sampling after a pass costs time and gains nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import attrs

from jedimind.assist.checks import Report
from jedimind.settings import GenerateSettings

Content = TypeVar("Content")

_SAMPLING_TEMPERATURE = 0.7


@attrs.frozen
class Sampling:
    """How one candidate is drawn: greedily at first, then at a temperature with its own seed."""

    attempt: int
    temperature: float
    seed: int


@attrs.frozen(eq=False)
class Candidate(Generic[Content]):
    """One answer of the model, made into what the action needs, and what the checks say of it."""

    content: Content
    report: Report


async def first_sound(
    draw: Callable[[Sampling], Awaitable[Candidate[Content]]], settings: GenerateSettings
) -> Candidate[Content]:
    """The first candidate that passes its checks, else the one with the fewest faults.

    At most `settings.attempts` are drawn, and none is begun after `settings.budget` seconds.
    """
    clock = asyncio.get_running_loop().time
    begun = clock()
    best: Candidate[Content] | None = None
    for attempt in range(settings.attempts):
        if best is not None and clock() - begun > settings.budget:
            break
        temperature = _SAMPLING_TEMPERATURE if attempt else 0.0
        candidate = await draw(Sampling(attempt, temperature, seed=attempt))
        if candidate.report.passed:
            return candidate
        if best is None or candidate.report.faults < best.report.faults:
            best = candidate
    assert best is not None, "settings.attempts is at least 1"
    return best
