# ruff: noqa: E501 - a program a line
"""Programs do the same whether or not the values of their statements are recorded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import jedimind.execution.guest
from execution.conftest import installed_python

GUEST = Path(jedimind.execution.guest.__file__).parent
PROGRAMS = [
    "'''doc'''\nfrom __future__ import annotations\nx: y = 1 + 1\nprint(__doc__, __annotations__)",
    "x = y = [1]\nprint(x is y)\nx[0] = x[0] + 1\nprint(y)",
    "a, (b, *c) = 1, (2, 3, 4)\nprint(a, b, c)\na, b = b, a\nprint(a, b)",
    "a, b = iter('xy')\nprint(a, b)\n[a, b] = 'pq'\nprint(a, b)",
    "a, b = 1, 2, 3",
    "x = 1\nx += 1; x -= 3; x **= 2\nprint(x)\nx += 'text'",
    "class C:\n    def __iadd__(self, other):\n        print('iadd')\n        return 5\nc = C()\nc += 1\nprint(c)",
    "class C: pass\nc = C()\nc.x = 1\nc.x += 1\nprint(c.x)\nc.y += 1",
    "d = {}\nd['k'] = 2\nd['k'] *= 3\nprint(d)\nd['missing'] += 1",
    "for i in range(30):\n    x = i\n    del x\nprint('x' in globals())",
    "for i in range(30):\n    x = i\n    if i == 25:\n        x = 1 / 0",
    "for i in range(30):\n    x = 10 // (25 - i)\nprint('never')",
    "for i in range(40):\n    try:\n        y = 1 // (i % 2)\n    except ZeroDivisionError as e:\n        z = str(e)\n    else:\n        z = 'fine'\n    finally:\n        w = z\nprint(y, z, w)",
    "for i in 5:\n    x = i",
    "for i in []:\n    x = i\nelse:\n    y = 3 * 1\nprint(y, 'x' in globals())",
    "n = 0\nwhile n < 30:\n    n += 1\n    if n == 27: break\n    if n % 2: continue\n    m = n * 2\nelse:\n    print('no')\nprint(n, m)",
    "import contextlib\nwith contextlib.suppress(KeyError):\n    x = {}['a']\n    y = 2 * 2\nprint('after')",
    "def f():\n    global x\n    del x\nfor i in range(30):\n    x = i\n    f()\nprint('x' in globals())",
    "for i in range(30):\n    x = i + 1\n    exec('del x')",
    "def f(n):\n    'doc'\n    yield n\n    return n\nfor v in f(2):\n    print(v, f.__doc__)",
    "class C:\n    x = 1 + 1\n    y: int = 2\n    print(x)\nprint(sorted(k for k in C.__dict__ if k[0] != '_'))",
    "print(sorted(globals()))\nx = 1 + 1\nprint(sorted(globals()), sorted(dir()))",
    "import sys\nx = 1 + 1\nprint(sys._getframe().f_lineno, sys._getframe().f_code.co_name)",
    "import warnings\nwarnings.simplefilter('error')\nx = 1 + 1\n(x,\n x)\nwarnings.warn('w')",
    "assert 1 + 1 == 3, 'no'",
    "import sys\nx = 1 + 1\nsys.exit(x + 1)",
    "x = (1 +\n     2 +\n     1 / 0)",
    "f = lambda v: v / 0\nfor i in range(2):\n    f(\n        i\n    )",
    "class Quiet:\n    def __bool__(self): raise ValueError\n    def __eq__(self, o): raise ValueError\nq = Quiet()\nfor i in range(30):\n    p = Quiet()\nprint('done')",
    "class N:\n    def __del__(self): print('gone')\nn = N()\nn = 1 + 1\nprint('then')\nN()\nprint('end')",
    "try:\n    x = 1 / 0\nexcept ZeroDivisionError:\n    import traceback\n    print(traceback.format_exc())\nraise KeyError(1) from ValueError(2)",
    "x = '\U0001f600é' + (1 + 1)",
    "x = [i for i in range(3) if (y := i) + 1]\nprint(x, y)",
    "print(*[1, 2], sep='-')\nprint(f'{1 + 1!r:>5}')\n...\n'literal'\n3",
]  # fmt: skip

DRIVER = """
import ast, contextlib, io, json, sys, traceback
sys.path.insert(0, sys.argv[1])
from statements import Recorder

def outcome(source, recorded):
    tree = ast.parse(source, "program.py")
    if recorded:
        recorder = Recorder()
        recorder.rewrite(tree)
    code = compile(tree, "program.py", "exec", dont_inherit=True)
    if recorded:
        code = recorder.compiled(code)
    printed, failure = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        try:
            exec(code, {"__name__": "__main__"})
        except BaseException as error:
            places = [(f.filename, f.lineno, getattr(f, "colno", None), f.name)
                      for f in traceback.extract_tb(error.__traceback__)[1:]]
            failure = [type(error).__name__, str(error), places]
    told = len(recorder.report()) if recorded else None
    return [printed.getvalue(), failure], told

found = []
for source in json.load(sys.stdin):
    plain, _ = outcome(source, False)
    recorded, told = outcome(source, True)
    found.append([plain, recorded, told])
json.dump(found, sys.stdout)
"""


@pytest.mark.parametrize("version", ["", "3.8", "3.9", "3.10", "3.12", "3.13"])
def test_recording_changes_nothing(version: str) -> None:
    python = installed_python(version) if version else sys.executable
    if python is None:
        pytest.skip(f"needs Python {version}: install it, for example with pyenv")
    done = subprocess.run(
        [python, "-I", "-c", DRIVER, str(GUEST)],
        input=json.dumps(PROGRAMS),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found = json.loads(done.stdout)
    assert len(found) == len(PROGRAMS)
    for source, (plain, recorded, _) in zip(PROGRAMS, found, strict=True):
        assert recorded == plain, source
    assert sum(told for *_, told in found) > len(PROGRAMS) // 2
