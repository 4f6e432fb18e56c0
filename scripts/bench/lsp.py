"""jedimind beside jedi-language-server: the same work on the same files, in turns.

    python scripts/bench/lsp.py [--quick] [--idle] [--starts N] [--rounds N] [--json FILE]

Prints medians, 95th percentiles and ratios; times are those from the editor's keystroke or request
to the arrival of the answer. Work counts where both give an answer that says the same. The peer is
installed in an environment in the user's cache directory. A part is measured again while the
model, which must be installed, explains code and a run spins, both started by the jedimind that is
measured. Takes half an hour, with `--quick` a few minutes; Ctrl-C shows what there is so far.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import attrs
import corpus
import cpuinfo
import psutil
import questions
import report
import starts
from load import LoadFailed, working
from pairs import Pair, Two
from programs import Program, ours, peer
from rich.console import Console
from rich.markup import escape

from window import Desk, Window, opened
from wire import ServerGone

_SEED = 20
# Different places to start at.
_STARTS = 4
# Columns of what is written to a file.
_WIDTH = 130


@attrs.define
class Measurements:
    """What is known so far."""

    pairs: list[Pair] = attrs.field(factory=list)
    memory: Two[int] | None = None
    explained: int = 0
    interrupted: str | None = None


def main() -> None:
    options = _options()
    console = Console(stderr=options.json == "-")
    if not console.is_terminal:
        console.width = _WIDTH
    programs = Two(peer(options.peer), ours())
    console.print(*(f"{fact}: {value}" for fact, value in _machine(programs).items()), sep="\n")
    found = Measurements()
    with console.status("starting") as status:
        try:
            for pair in _measured(programs, options, found):
                found.pairs.append(pair)
                load = "beside the model and a run" if pair.busy else "idle"
                status.update(f"{len(found.pairs)} measured; {load}: {pair.kind}")
        except KeyboardInterrupt:
            found.interrupted = "interrupted"
        except (LoadFailed, ServerGone, TimeoutError) as error:
            found.interrupted = str(error)
    _show(console, programs, found)
    if options.json:
        text = json.dumps(_as_json(programs, options.seed, found), indent=1)
        if options.json == "-":
            print(text)
        else:
            Path(options.json).write_text(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few places, once")
    parser.add_argument("--idle", action="store_true", help="leave out the model and the run")
    parser.add_argument("--rounds", type=int, help="how often each place is asked; 0 is not at all")
    parser.add_argument("--starts", type=int, help="how often each is started; 0 is not at all")
    parser.add_argument("--seed", type=int, default=_SEED, help="chooses the places")
    parser.add_argument("--peer", metavar="COMMAND", help="starts the other server")
    parser.add_argument("--json", metavar="FILE", help="where all of it goes; - is stdout")
    parser.add_argument("--log", default=os.devnull, help="where the servers' stderr goes")
    options = parser.parse_args()
    if options.rounds is None:
        options.rounds = 1 if options.quick else 3
    if options.starts is None:
        options.starts = 2 if options.quick else 12
    return options


def _measured(
    programs: Two[Program], options: argparse.Namespace, found: Measurements
) -> Iterator[Pair]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory())).resolve()
        log = stack.enter_context(Path(options.log).open("ab"))
        desk = Desk(home / "project", home / "caches", log)
        corpus.make_project(desk.project)
        cases = corpus.choose(desk.project, options.seed, share=0.25 if options.quick else 1.0)
        dots = cases.sure_dots[: 1 if options.quick else _STARTS]
        if options.starts:
            yield from starts.measure(programs, desk, dots, options.starts)
        if not options.rounds:
            return
        windows = Two(
            stack.enter_context(_ready(programs.peer, desk, cases)),
            stack.enter_context(_ready(programs.ours, desk, cases)),
        )
        yield from questions.measure(windows, cases, options.rounds)
        found.memory = Two(windows.peer.memory(), windows.ours.memory())
        if not options.idle:
            with working(windows.ours, desk.project) as load:
                for pair in questions.measure(windows, cases, options.rounds):
                    load.check()
                    yield attrs.evolve(pair, busy=True)
                found.explained = load.explained


@contextmanager
def _ready(program: Program, desk: Desk, cases: corpus.Cases) -> Iterator[Window]:
    """A window with all files of `cases` open."""
    with opened(program, desk) as window:
        window.initialize()
        for path in cases.all_files:
            window.open(path)
        yield window


def _machine(programs: Two[Program]) -> dict[str, str]:
    cpu = cpuinfo.get_cpu_info().get("brand_raw", platform.processor())
    return {
        "processor": f"{cpu}, {psutil.cpu_count()} logical cores, load {os.getloadavg()[0]:.1f}",
        "memory": f"{psutil.virtual_memory().total / 1e9:.0f} GB",
        "system": platform.platform(),
        "Python": platform.python_version(),
        "Jedi of jedimind": metadata.version("jedi"),
        programs.peer.name: programs.peer.version,
        programs.ours.name: programs.ours.version,
    }


def _show(console: Console, programs: Two[Program], found: Measurements) -> None:
    measured = report.rows(found.pairs)
    names = Two(programs.peer.name, programs.ours.name)
    for busy in (False, True):
        if any(row.busy is busy for row in measured):
            console.print(report.table(measured, names, busy=busy))
    if any(row.differences for row in measured):
        console.print(report.differences(measured))
    console.print(report.aims_table(report.aims(measured)))
    if found.memory is not None:
        for name, size in ((names.peer, found.memory.peer), (names.ours, found.memory.ours)):
            console.print(f"memory of {name} and its children: {size / 1e6:.0f} MB")
    if found.explained:
        console.print(f"The model gave {found.explained} explanations meanwhile.")
    if found.interrupted:
        console.print(f"[bold]Not complete: {escape(found.interrupted)}[/bold]")


def _as_json(programs: Two[Program], seed: int, found: Measurements) -> dict[str, Any]:
    measured = report.rows(found.pairs)
    return {
        "machine": _machine(programs),
        "seed": seed,
        "milliseconds": report.as_json(measured),
        "aims": [attrs.asdict(aim) for aim in report.aims(measured)],
        "memory": attrs.asdict(found.memory) if found.memory else None,
        "explanations": found.explained,
        "interrupted": found.interrupted,
        "seconds": [attrs.asdict(pair) for pair in found.pairs],
    }


if __name__ == "__main__":
    main()
