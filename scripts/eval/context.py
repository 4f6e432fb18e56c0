"""How often a project's function is called rightly with Jedi's context in the prompt, and without.

    python scripts/eval/context.py --model qwen2.5-coder-1.5b

Drives the real server as an editor does, over `context_cases.CASES` on the real model: once with
the default settings, and once with ``generate.contextTokens`` 0. Two things are counted, neither of
which steers the generation: how often the answer calls what the solution calls, with arguments that
it takes (see `context_calls`), and how often it does so and the case's check runs to its end below
the document that came out. Code that works without the project's function counts for neither.

Each result is appended to ``--results`` as a line of JSON as soon as it is there; what is there
already, for the same model and the same source of jedimind, is not measured again. Seconds are
those of a freshly opened window on whatever else the machine does, and say little.

It runs what the model wrote, within limits but without a sandbox: starting it is your word that it
may.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import context_calls
import platformdirs
from context_cases import CASES, Case
from headless_editor import editing
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import jedimind
from jedimind.execution.executor import Code, Executor
from jedimind.execution.limits import Limits
from jedimind.execution.outcome import OutcomeCode
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.zygote import Place
from jedimind.settings import ExecutionSettings

RESULTS = platformdirs.user_cache_path("jedimind", appauthor=False) / "evaluation" / "context.jsonl"
# What the editor sets for `generate`. A busy machine must not change how often is tried.
UNHURRIED = {"budget": 3600}
VARIANTS: dict[str, dict[str, int]] = {
    "with": UNHURRIED,
    "without": {**UNHURRIED, "contextTokens": 0},
}
LIMITS = Limits(timeout=10, memory=1024, output=256)
REACHED = "the check ran to its end"

console = Console()


@dataclass(frozen=True)
class Measured:
    """One answer of the model and what became of it; one line of the results.

    `source` is the fingerprint of jedimind's code. `called_wrongly` says what is wrong with the
    calls of the project's functions, `ending` how the check ended; `document` is the file with the
    answer in it. The rest is as in `Generation`.
    """

    model: str
    source: str
    case: str
    variant: str
    called_wrongly: str
    passed: bool
    ending: str
    verdict: str | None
    sentence: str
    seconds: float
    document: str

    @property
    def called(self) -> bool:
        return not self.called_wrongly

    @property
    def right(self) -> bool:
        return self.called and self.passed


@contextmanager
def project(case: Case) -> Iterator[Path]:
    """The case's files in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for path, content in case.files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content.replace("$0", ""), encoding="utf-8")
        yield folder


async def measure(model: str, source: str, case: Case, variant: str) -> Measured:
    """Ask for the case's code in a project and a server of its own, and check it."""
    settings = {"model": {"assist": model}, "generate": VARIANTS[variant]}
    with project(case) as folder:
        async with editing(folder, settings) as editor:
            uri = editor.open(folder / case.open, case.source())
            generation = await editor.generate(uri, at=case.files[case.open].index("$0"))
        wrongly = await asyncio.to_thread(called_wrongly, case, generation.text, folder)
        passed, ending = await check(case, generation.text, folder)
    return Measured(
        model=model,
        source=source,
        case=case.name,
        variant=variant,
        called_wrongly=wrongly,
        passed=passed,
        ending=ending,
        verdict=generation.verdict,
        sentence=generation.sentence,
        seconds=round(generation.seconds, 1),
        document=generation.text,
    )


def called_wrongly(case: Case, document: str, folder: Path) -> str:
    """What is wrong with the calls of the project's functions in `document`; empty if none is."""
    for name, source in (("answer", document), ("solution", case.source(case.solution))):
        (folder / name).write_text(source, encoding="utf-8")
    said = subprocess.run(
        [sys.executable, context_calls.__file__, "answer", "solution"],
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=LIMITS.timeout,
    )
    return said.stdout.strip() or "no reason given" if said.returncode else ""


async def check(case: Case, document: str, folder: Path) -> tuple[bool, str]:
    """Whether the case's check runs to its end below `document`, and how it ended."""
    # The last value shows that the end was reached: generated code may call `sys.exit()` before.
    program = f"{document}\n\n{case.check}\n{REACHED!r}\n"
    code = Code(program, str(folder / case.open))
    place = Place(sys.executable, folder)
    policy = Policy.of(Profile.OWN, folder, ExecutionSettings())
    async with (
        Executor() as executor,
        executor.run(code, place, LIMITS, policy) as running,
    ):
        outcome = await running.outcome()
    passed = outcome.code is OutcomeCode.OK and outcome.value == repr(REACHED)
    traceback = outcome.failure.text if outcome.failure is not None else ""
    return passed, traceback + outcome.sentence


def fingerprint() -> str:
    """What jedimind's code and prompts hash to."""
    package = Path(jedimind.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(path for path in package.rglob("*") if path.suffix in (".py", ".md")):
        digest.update(f"{file.relative_to(package)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def load(results: Path, model: str, source: str) -> list[Measured]:
    """What is there already. Lines of other sources of jedimind may have other fields."""
    if not results.exists():
        return []
    lines = results.read_text(encoding="utf-8").split("\n")
    records = [json.loads(line) for line in lines if line]
    return [
        Measured(**record)
        for record in records
        if (record["model"], record["source"]) == (model, source)
    ]


def table(measured: Sequence[Measured]) -> Table:
    shown = Table("case")
    for variant in VARIANTS:
        shown.add_column(f"{variant} context:\ncall")
        shown.add_column("\nanswer")
        shown.add_column("\nverdict")
        shown.add_column("\nseconds", justify="right")
    for case in CASES:
        row = [case.name]
        for variant in VARIANTS:
            (one,) = [m for m in measured if (m.case, m.variant) == (case.name, variant)]
            row += [judged(one.called), judged(one.right)]
            row += [one.verdict or "no code", f"{one.seconds:.1f}"]
        shown.add_row(*row)
    return shown


def judged(right: bool) -> str:
    return "[green]right[/green]" if right else "[red]wrong[/red]"


async def evaluate(model: str, results: Path) -> list[Measured]:
    """Everything measured for `model` and the present source, what is missing measured now."""
    source = fingerprint()
    done = {(one.case, one.variant): one for one in load(results, model, source)}
    results.parent.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        for variant in VARIANTS:
            if (case.name, variant) in done:
                continue
            one = await measure(model, source, case, variant)
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(one)) + "\n")
            done[case.name, variant] = one
            why = f" ({escape(one.sentence)})" if one.verdict is None else ""
            console.print(
                f"{case.name}, {variant} context: call {judged(one.called)}, "
                f"answer {judged(one.right)}{why}, {one.seconds:.1f} s"
            )
    return list(done.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", default="qwen2.5-coder-0.5b", help="default: %(default)s")
    parser.add_argument(
        "--results", type=Path, default=RESULTS, metavar="FILE", help="default: %(default)s"
    )
    options = parser.parse_args()
    pull = [sys.executable, "-m", "jedimind", "model", "pull", options.model]
    pulled = subprocess.run(pull, check=False, stdout=subprocess.DEVNULL)
    if pulled.returncode:
        return pulled.returncode
    measured = asyncio.run(evaluate(options.model, options.results))
    console.print(table(measured))
    for variant in VARIANTS:
        called = sum(one.called for one in measured if one.variant == variant)
        right = sum(one.right for one in measured if one.variant == variant)
        console.print(
            f"{variant} context: called rightly in {called} of {len(CASES)} cases, "
            f"and the whole answer right in {right}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
