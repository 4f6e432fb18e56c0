"""Runs of jedimind beside `python -c` and ipykernel: the same code, in turns.

    python scripts/bench/execution.py [--rounds 20] [--leaks] [--json FILE]

Prints medians, 95th percentiles and ratios, in milliseconds, from handing over the code to having
its result, or to the first of what it prints; and which aims are reached. ipykernel, numpy and
pandas are installed in an environment in the user's cache directory, under which all of them run.
`--leaks` also does 1000 runs in a row and 50 at once, and shows what is left of them. The tiers of
the sandbox are those that the executor can be asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

import attrs
import execution_leaks
from execution_programs import Ours, environment, peers
from execution_times import WORK, Measured, aims, measure, table
from rich.console import Console
from rich.table import Table

from jedimind.execution.sandbox.tier import Tier
from jedimind.execution.sandbox.tiers import find


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20, help="of each kind of work")
    parser.add_argument("--leaks", action="store_true", help="look for what many runs leave")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured")
    arguments = parser.parse_args()
    console = Console()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        python, folder = environment(), Path(name)
        measured = asyncio.run(_measure(str(python), folder, arguments.rounds))
        console.print(table(measured))
        reached = aims(measured)
        shown = Table("aim", "measured", "reached")
        for aim in reached:
            shown.add_row(aim.wanted, aim.measured, "yes" if aim.reached else "no")
        console.print(shown)
        found["times"] = [{**attrs.asdict(each), "ratio": each.ratio} for each in measured]
        found["aims"] = [attrs.asdict(aim) for aim in reached]
        if arguments.leaks:
            leaks = asyncio.run(execution_leaks.look(str(python), folder))
            console.print(execution_leaks.table(leaks))
            found["leaks"] = [attrs.asdict(leak) for leak in leaks]
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1))


async def _measure(python: str, folder: Path, rounds: int) -> list[Measured]:
    # The best that works here, and those below it.
    best = await asyncio.to_thread(find, python)
    tiers = [tier for tier in Tier if tier.value >= best.tier.value]
    async with contextlib.AsyncExitStack() as stack:
        ours = [await stack.enter_async_context(Ours(python, folder, tier=tier)) for tier in tiers]
        session = await stack.enter_async_context(Ours(python, folder, "session"))
        others = await stack.enter_async_context(peers(python, folder))
        return await measure([*ours, session, *others], WORK, rounds)


if __name__ == "__main__":
    main()
