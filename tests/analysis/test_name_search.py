"""The fast search finds the same names as parso's own, at every position."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import parso
import pytest

from jedimind.analysis.worker.name_search import name_of_position

# In a process of its own: there parso's search is not replaced.
PARSO = """
import json, parso, sys
module = parso.parse(sys.stdin.read())
rows = module.end_pos[0]
found = []
for row in range(1, rows + 2):
    for column in range(60):
        name = module.get_name_of_position((row, column))
        found.append(None if name is None else [name.value, *name.start_pos])
print(json.dumps(found))
"""

SOURCES = [
    "",
    "\n\n",
    "import os as o, sys\nx=(y)[z](a,b=c).d\nf'{x!r:>{y}}'\n  \n# end",
    "def f(a,*,b:int=1)->str:\n\tif a:\n\t\treturn lambda q:q\nclass A(B,metaclass=C): pass\n",
    "broken(\nx = [1,\ndef\n  y\n'''open",
    "é😀=1;ñ\u0301=é😀\n\x0c\nz=ñ\u0301\r\nw\rv",
]


@pytest.mark.parametrize("source", SOURCES)
def test_every_position(source: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PARSO], input=source.encode(), capture_output=True, check=True
    )
    expected = json.loads(done.stdout)
    # As the process read it: universal newlines.
    module = parso.parse(source.replace("\r\n", "\n").replace("\r", "\n"))
    found = []
    for row in range(1, module.end_pos[0] + 2):
        for column in range(60):
            name = name_of_position(module, (row, column))
            found.append(None if name is None else [name.value, *name.start_pos])
    assert found == expected


def test_a_large_module() -> None:
    source = Path(subprocess.__file__).read_text()
    module = parso.parse(source)
    leaf = module.get_first_leaf()
    while leaf is not None:
        for position in (leaf.start_pos, leaf.end_pos):
            name = name_of_position(module, position)
            assert name is None or name.start_pos <= position <= name.end_pos
        if leaf.type == "name":
            assert name_of_position(module, leaf.start_pos) in (leaf, leaf.get_previous_leaf())
        leaf = leaf.get_next_leaf()
