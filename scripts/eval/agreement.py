"""How often the server agrees with Jedi called directly, over ten modules of the standard library.

    python scripts/eval/agreement.py --names 100

Asks a real server and Jedi itself about so many names of each module, in an order that ``--seed``
decides; without ``--names`` about every name, which takes a day. Each name's verdicts are appended
to ``--results`` as a line of JSON as soon as they are there; a name that is there already, for the
same source of jedimind, is not asked about again. What is compared, and by which rules the two may
differ, is in `differential.comparison` of the tests, one of which does the same with a few names.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import platformdirs
from rich.console import Console
from rich.table import Table

import jedimind

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from differential.comparison import DIFFERENT, SAME, Comparison, direct_jedi
from differential.modules import MODULES, chosen_names, open_module
from editor import Editor

RESULTS = (
    platformdirs.user_cache_path("jedimind", appauthor=False) / "evaluation" / "differential.jsonl"
)
PATIENCE = 600.0
SETTINGS = {
    "analysis": {"timeout": PATIENCE, "backgroundTimeout": PATIENCE},
    "features": {"autoImport": False},
}
CAPABILITIES = {"textDocument": {"diagnostic": {}, "hover": {"contentFormat": ["plaintext"]}}}

console = Console()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", default=MODULES, help="some of the ten modules")
    parser.add_argument("--names", type=int, help="how many names of each module; all by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    asyncio.run(compare(options.modules, options.names, options.seed, options.results))
    report(options.modules, list(recorded(options.results)))


async def compare(modules: Sequence[str], number: int | None, seed: int, results: Path) -> None:
    results.parent.mkdir(parents=True, exist_ok=True)
    known = {tuple(line["name"]) for line in recorded(results)}
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as project:
        editor = Editor(Path(home))
        await editor.start(Path(project), settings=SETTINGS, capabilities=CAPABILITIES)
        async with direct_jedi() as jedi:
            for module in modules:
                subject = open_module(editor, module, Path(project))
                comparison = Comparison(editor, jedi, subject, PATIENCE)
                for name in await chosen_names(jedi, subject, seed, number):
                    if (module, *name) in known:
                        continue
                    verdicts = [
                        [each.method, each.verdict, each.detail if each.verdict != SAME else None]
                        async for each in comparison.at(*name)
                    ]
                    with results.open("a") as file:
                        line = {"source": source(), "name": [module, *name], "verdicts": verdicts}
                        file.write(json.dumps(line) + "\n")
        await editor.stop()


def recorded(results: Path) -> Iterator[dict[str, Any]]:
    """What was measured before with the present source."""
    if results.exists():
        for text in results.read_text().splitlines():
            line = json.loads(text)
            if line["source"] == source():
                yield line


def source() -> str:
    """A fingerprint of jedimind's code."""
    folder = Path(jedimind.__file__).parent
    contents = [file.read_bytes() for file in sorted(folder.rglob("*.py"))]
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]


def report(modules: Sequence[str], lines: Sequence[dict[str, Any]]) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if line["name"][0] in modules:
            counts.update((method, verdict) for method, verdict, _ in line["verdicts"])
            for method, verdict, detail in line["verdicts"]:
                if verdict == DIFFERENT:
                    console.print(f"{line['name']} {method}: {detail}", markup=False)
    table = Table(title=f"{len(lines)} names", title_justify="left")
    methods = ["definition", "references", "hover", "completion"]
    for column in ("verdict", *methods):
        table.add_column(column, justify="left" if column == "verdict" else "right")
    verdicts = sorted({verdict for _, verdict in counts}, key=lambda each: (each != SAME, each))
    for verdict in verdicts:
        table.add_row(verdict, *(str(counts[method, verdict]) for method in methods))
    console.print(table)


if __name__ == "__main__":
    main()
