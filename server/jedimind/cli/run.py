"""`jedimind run FILE`: what *Run file* does in an editor, with the output in the terminal."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from jedimind import trust
from jedimind.cli import settings
from jedimind.cli.errors import CommandError
from jedimind.execution.errors import ExecutionError
from jedimind.execution.executor import Code, Executor, Output
from jedimind.execution.interpreter import choose
from jedimind.execution.limits import Limits
from jedimind.execution.outcome import Outcome, OutcomeCode
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.zygote import Place


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.set_defaults(carry_out=carry_out)


def carry_out(options: argparse.Namespace) -> int:
    file = options.file.absolute()
    try:
        source = file.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{options.file} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{options.file} is not UTF-8; save it as UTF-8.") from error
    try:
        outcome = asyncio.run(_run(file, source))
    except ExecutionError as error:
        raise CommandError(str(error)) from error
    if outcome.failure is not None:
        print(outcome.failure.text.rstrip(), file=sys.stderr)
    if outcome.value is not None:
        print(outcome.value)
    print(outcome.sentence, file=sys.stderr)
    return 0 if outcome.code is OutcomeCode.OK else 1


async def _run(file: Path, source: str) -> Outcome:
    # Naming the file on a command line is the user's word that it may run; what else is in the
    # folder, such as an interpreter, needs their trust.
    folder = Path.cwd()
    trusted = trust.is_trusted(folder)
    loaded = settings.load(folder, trusted=trusted)
    chosen = choose(folder, file, loaded.execution.interpreter, trusted=trusted)
    limits = Limits.of(loaded.execution)
    place = Place(chosen.python, folder)
    policy = Policy.of(Profile.OWN, folder, loaded.execution)
    code = Code(source, str(file))
    async with Executor() as executor, executor.run(code, place, limits, policy) as running:
        async for event in running:
            if not isinstance(event, Output):
                return event.outcome
            stream = sys.stdout if event.stream == "stdout" else sys.stderr
            stream.write(event.text)
            stream.flush()
    raise AssertionError("a run ends with its outcome")
