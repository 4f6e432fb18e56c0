"""How much slower a tight loop is while the values of its statements are recorded.

Plain and recorded runs alternate; the medians of processor time and their ratio are printed.

    python scripts/bench/values.py [ROUNDS]
"""

from __future__ import annotations

import ast
import statistics
import sys
import time
from pathlib import Path
from types import CodeType

import jedimind.execution.guest

sys.path.insert(0, str(Path(jedimind.execution.guest.__file__).parent))

from statements import Recorder

LOOPS = {
    "one addition": "total = 0\nfor i in range(1_000_000):\n    total += i\n",
    "four statements": (
        "total = 0\nfor i in range(500_000):\n    a = i * 2\n    b = a % 7\n"
        "    if b > 3:\n        total += b\n"
    ),
    "calls": "found = []\nfor i in range(500_000):\n    x = divmod(i, 7)\n    found.append(x)\n",
}


def compiled(source: str, *, recorded: bool) -> CodeType:
    tree = ast.parse(source)
    if not recorded:
        return compile(tree, "loop.py", "exec")
    recorder = Recorder()
    recorder.rewrite(tree)
    return recorder.compiled(compile(tree, "loop.py", "exec"))


def seconds(source: str, *, recorded: bool) -> float:
    code = compiled(source, recorded=recorded)
    began = time.process_time()
    exec(code, {"__name__": "__main__"})  # noqa: S102 - the loops above
    return time.process_time() - began


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    for name, source in LOOPS.items():
        plain: list[float] = []
        recorded: list[float] = []
        for _ in range(rounds):
            plain.append(seconds(source, recorded=False))
            recorded.append(seconds(source, recorded=True))
        a, b = statistics.median(plain), statistics.median(recorded)
        print(f"{name}: plain {a * 1000:.1f} ms, recorded {b * 1000:.1f} ms, ratio {b / a:.2f}")


if __name__ == "__main__":
    main()
