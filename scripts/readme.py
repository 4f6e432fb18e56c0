"""Writes the settings into README.md, from where they are typed. `--check` only compares."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from jedimind.settings import describe

README = Path(__file__).parent.parent / "README.md"
_BLOCK = re.compile(r"(<!-- settings -->\n).*?(<!-- /settings -->)", re.DOTALL)


def table() -> str:
    lines = ["| setting | default | what it is | may be set by |", "|---|---|---|---|"]
    for item in describe():
        default = json.dumps(item.default)
        lines.append(f"| `{item.key}` | `{default}` | {item.doc} | {item.scope.value} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    old = README.read_text(encoding="utf-8")
    new = _BLOCK.sub(lambda block: block[1] + table() + block[2], old)
    if "--check" in sys.argv:
        if new != old:
            print("The settings in README.md are out of date; run scripts/readme.py.")
        return int(new != old)
    README.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
