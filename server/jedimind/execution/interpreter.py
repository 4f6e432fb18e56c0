"""Which Python runs the user's code, and what to say when it does not start.

`choose` and `choose_for_reading` look at the disk: call them off the event loop.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from jedimind.environments.environment import Environment
from jedimind.environments.search import environments_for
from jedimind.execution.errors import InterpreterError

OLDEST = (3, 8)
_NEXT_STEP = "choose another with the setting execution.interpreter"
_ANSWER_TIMEOUT = 10.0
_PRINT_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def choose(folder: Path, file: Path | None, setting: str | None, *, trusted: bool) -> Environment:
    """The Python for running code of `file` in the workspace `folder`.

    `setting` (a path, relative to `folder`, or a command on PATH), else the first environment that
    is found for the file (see `environments.search`). Nothing inside a folder that is not `trusted`
    is ever chosen, nor what only a file in it names.

    Raises:
        InterpreterError: the setting names nothing, or something inside a folder without trust.
    """
    if setting is not None:
        chosen = _from_setting(folder, setting)
        if not trusted and is_inside(chosen.python, folder):
            raise InterpreterError(
                f"The Python {chosen.python} lies inside a folder that is not trusted; "
                "trust the folder, or correct the setting execution.interpreter."
            )
        return chosen
    for found in environments_for(folder, file):
        if trusted or not (found.named_by_project or is_inside(found.python, folder)):
            return found
    raise InterpreterError(
        f"There is no Python outside {folder}, which is not trusted; trust the folder, "
        "or name a Python in the setting execution.interpreter."
    )


def choose_for_reading(folder: Path, file: Path | None, setting: str | None) -> Environment:
    """The Python whose packages the code of `file` sees: what `choose` would, were it trusted.

    It is not to be started. Reading its packages executes nothing, so trust does not matter.

    Raises:
        InterpreterError: the setting names no command.
    """
    return choose(folder, file, setting, trusted=True)


async def why_not_started(interpreter: str) -> InterpreterError:
    """What is wrong with an interpreter that could not run our supervisor."""
    try:
        process = await asyncio.create_subprocess_exec(
            interpreter,
            "-c",
            _PRINT_VERSION,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        return not_executable(interpreter, error)
    try:
        answer, _ = await asyncio.wait_for(process.communicate(), _ANSWER_TIMEOUT)
    except asyncio.TimeoutError:
        process.kill()
        await process.wait()
        answer = b""
    major, _, minor = answer.decode("ascii", "replace").strip().partition(".")
    if not (major.isdecimal() and minor.isdecimal()):
        return InterpreterError(f"{interpreter} does not run as a Python; {_NEXT_STEP}.")
    if (int(major), int(minor)) < OLDEST:
        return InterpreterError(
            f"{interpreter} is Python {major}.{minor}, and running code needs "
            f"{OLDEST[0]}.{OLDEST[1]} or newer; {_NEXT_STEP}."
        )
    return InterpreterError(
        f"{interpreter} is a Python but did not start a run; look at its installation, "
        f"or {_NEXT_STEP}."
    )


def not_executable(interpreter: str, error: OSError) -> InterpreterError:
    """Why the system refused to execute `interpreter`."""
    if isinstance(error, FileNotFoundError):
        return InterpreterError(
            f"The Python {interpreter} does not exist, or what it links to; make the environment "
            f"anew, or {_NEXT_STEP}."
        )
    if isinstance(error, PermissionError):
        return InterpreterError(
            f"{interpreter} may not be executed; make it executable, or {_NEXT_STEP}."
        )
    return InterpreterError(f"{interpreter} cannot be executed ({error.strerror}); {_NEXT_STEP}.")


def _from_setting(folder: Path, setting: str) -> Environment:
    reason = "the setting execution.interpreter"
    if os.sep not in setting:
        found = shutil.which(setting)
        if found is None:
            raise InterpreterError(
                f"There is no command {setting} to run Python with; "
                "correct the setting execution.interpreter."
            )
        return Environment(str(Path(found).absolute()), reason)
    return Environment(str((folder / Path(setting).expanduser()).absolute()), reason)


def is_inside(path: str, folder: Path) -> bool:
    """Whether `path` lies in `folder`, by its name or by where its links lead."""
    places = (Path(path), Path(os.path.realpath(path)), Path(path).parent.resolve())
    roots = (folder, folder.resolve())
    return any(place.is_relative_to(root) for place in places for root in roots)
