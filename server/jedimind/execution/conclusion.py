"""Decides how a run ended from what its processes reported, and says so in a sentence."""

from __future__ import annotations

import signal
from pathlib import Path

import attrs

from jedimind.execution import verdict
from jedimind.execution.limits import Limits
from jedimind.execution.messages import End, ForgedResultError, Refusal, Result, read_result
from jedimind.execution.outcome import Failure, Outcome, OutcomeCode
from jedimind.execution.sandbox.tier import Tier

# How Python words EPERM, EACCES and EROFS.
_REFUSED_BY_THE_SYSTEM = ("[Errno 1]", "[Errno 13]", "[Errno 30]")
_REFUSALS = {
    "network": "use the network ({}; setting execution.network)",
    "socket": "make a socket ({})",
    "write": "change {} (setting execution.writes)",
    "signal": "send a signal to process {}",
}


@attrs.frozen
class Evidence:
    """All that is known when a run is over.

    `end` is None if the supervisor went without a report. `result` is what came on the worker's
    channel, which the program may have forged; a genuine one holds `key`. `overflowed` says that
    `stdout` and `stderr` were cut at the output limit.
    """

    end: End | None
    result: bytes
    key: str
    stdout: str
    stderr: str
    overflowed: bool
    seconds: float
    in_session: bool
    tier: Tier


def conclude(evidence: Evidence, limits: Limits) -> Outcome:
    """The outcome of a run."""
    end = evidence.end
    forged = False
    try:
        result = read_result(evidence.result, evidence.key)
    except ForgedResultError:
        forged, result = True, None
    failure = result.failure if result is not None else None
    code, sentence = _ending(evidence, limits, result, forged=forged)
    if evidence.in_session and (end is None or not end.alive):
        sentence += " Its session has ended, and the variables are gone."
    if end is not None and end.left:
        sentence += f" {end.left} of its processes could not be ended and may still run."
    return Outcome(
        code=code,
        value=result.value if result is not None and code is OutcomeCode.OK else None,
        stdout=evidence.stdout,
        stderr=evidence.stderr,
        seconds=end.seconds if end is not None else evidence.seconds,
        peak_memory=end.peak if end is not None else None,
        failure=failure,
        sandbox=evidence.tier.value,
        sentence=sentence,
        values=result.values if result is not None else (),
        imported=result.imported if result is not None else (),
        examples=result.examples if result is not None else None,
        tests=result.tests if result is not None else None,
    )


def _ending(
    evidence: Evidence, limits: Limits, result: Result | None, *, forged: bool
) -> tuple[OutcomeCode, str]:
    end = evidence.end
    if evidence.overflowed and (end is None or end.reason in ("exit", "killed")):
        return OutcomeCode.OUTPUT, (
            f"Stopped, because it printed more than {limits.output} KiB (setting "
            "execution.output); what it printed up to there is kept."
        )
    if end is None:
        return OutcomeCode.KILLED, (
            "Broken off: the process that watches over the run was killed, and the run with it."
        )
    failure = result.failure if result is not None else None
    if end.reason == "timeout":
        return OutcomeCode.TIMEOUT, (
            f"Stopped after {limits.timeout:g} s{_whereabouts(failure)}, which is its time limit "
            "(setting execution.timeout)."
        )
    if end.reason == "memory" or (result is not None and result.memory_ran_out):
        return OutcomeCode.MEMORY, (
            f"Stopped{_whereabouts(failure)}, because it needed more than {limits.memory} MiB of "
            "memory (setting execution.memory)."
        )
    if end.reason == "stopped":
        return OutcomeCode.CANCELLED, f"Cancelled after {end.seconds:.2f} s."
    if end.status < 0:
        return OutcomeCode.KILLED, _killed(-end.status)
    if forged:
        return OutcomeCode.ERROR, (
            "The program wrote to the descriptor on which its result is reported, so its result "
            "is not known; let it write only to files that it opened itself."
        )
    if failure is not None:
        if end.refused and _is_of_a_refusal(failure):
            return OutcomeCode.DENIED, _denied(end.refused[-1], failure)
        return OutcomeCode.ERROR, _raised(failure)
    code, sentence = _exited(end, finished=result is not None)
    if code is OutcomeCode.OK and result is not None:
        if result.examples is not None:
            return verdict.of_examples(result.examples)
        if result.tests is not None:
            return verdict.of_tests(result.tests)
    return code, sentence


def _exited(end: End, *, finished: bool) -> tuple[OutcomeCode, str]:
    if not finished:
        return OutcomeCode.KILLED, (
            f"The process ended itself with exit status {end.status} before the program came to "
            "its end, as os._exit does."
        )
    if end.status != 0:
        return OutcomeCode.ERROR, (
            f"The program came to its end, but then its process failed with exit status "
            f"{end.status}; see what it printed."
        )
    return OutcomeCode.OK, f"Finished in {end.seconds:.2f} s."


def _killed(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        # A real-time signal.
        name = f"signal {number}"
    hint = ""
    if number == signal.SIGKILL:
        hint = "; if nobody did that, the system may have run out of memory"
    elif number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE):
        hint = ": native code crashed, and stderr says where"
    return f"Killed by {name} ({signal.strsignal(number) or 'unknown'}){hint}."


def _raised(failure: Failure) -> str:
    first_line = failure.message.partition("\n")[0]
    return f"{failure.type}: {first_line}" if first_line else f"{failure.type}."


def _is_of_a_refusal(failure: Failure) -> bool:
    """Whether the system's refusal is the exception, or what led to it."""
    return any(error in failure.text for error in _REFUSED_BY_THE_SYSTEM)


def _denied(refusal: Refusal, failure: Failure) -> str:
    what = _REFUSALS[refusal.kind].format(refusal.what)
    return f"The sandbox did not let it {what}: {_raised(failure)}"


def _whereabouts(failure: Failure | None) -> str:
    """Where an interrupted program was."""
    if failure is None or not failure.frames:
        return ""
    frame = failure.frames[-1]
    return f" at line {frame.line} of {Path(frame.path).name}"
