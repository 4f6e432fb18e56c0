"""Confines itself, then goes on as another script, in the same process.

Run as ``python confined.py DOCUMENT KEEP SCRIPT [ARGUMENT…]``: DOCUMENT is a descriptor with the
document of `confinement`, KEEP the descriptors to leave open, with commas between. SCRIPT finds
the worker's stage in ``confinement.worker_stage``, and in ``confinement.at_start`` the names of the
modules that every Python has in memory: that module is loaded already. In everything else it starts
as if by itself, with its own arguments and the path of a script in this folder.

What cannot be confined does not run: the process ends with `FAILED` and the reason on stderr.
"""

from __future__ import annotations

import sys

_AT_START = frozenset(sys.modules)

import json
import os
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jedimind.execution.guest import confinement
else:
    _HERE = os.path.dirname(os.path.abspath(__file__))
    _PATH = list(sys.path)
    sys.path.insert(0, _HERE)
    import confinement

    # The script is to find everything as if it had been started itself.
    sys.path[:] = _PATH

FAILED = 70  # EX_SOFTWARE


def main() -> None:
    with open(int(sys.argv[1]), encoding="utf-8") as file:
        document = json.load(file)
    keep = [int(descriptor) for descriptor in sys.argv[2].split(",") if descriptor]
    try:
        confinement.confine_zygote(document["zygote"], keep)
    except (confinement.ConfinementError, ImportError, OSError, ValueError) as error:
        # ImportError: a Python built without ctypes.
        sys.exit(_say(f"{type(error).__name__}: {error}"))
    confinement.worker_stage = document["worker"]
    confinement.at_start = _AT_START
    script = sys.argv[3]
    sys.argv[:] = sys.argv[3:]
    with open(script, "rb") as source:
        code = compile(source.read(), script, "exec")
    main_module = types.ModuleType("__main__")
    main_module.__file__ = script
    sys.modules["__main__"] = main_module
    exec(code, main_module.__dict__)  # noqa: S102 - our own script


def _say(reason: str) -> int:
    sys.stderr.write(f"cannot confine: {reason}\n")
    return FAILED


if __name__ == "__main__":
    main()
