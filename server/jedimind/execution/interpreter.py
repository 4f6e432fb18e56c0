"""Which Python runs the user's code, and what to say when it does not start.

`choose` looks at the disk: call it off the event loop.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from jedimind.execution.errors import InterpreterError

OLDEST = (3, 8)
_NEXT_STEP = "choose another with the setting execution.interpreter"
_ANSWER_TIMEOUT = 10.0
_PRINT_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def choose(folder: Path, file: Path | None, setting: str | None, *, trusted: bool) -> str:
    """The path of the Python for code of `file` in the workspace `folder`.

    The first of: `setting` (a path, relative to `folder`, or a command on PATH); the nearest
    ``.venv`` or ``venv`` from the file's directory up to `folder`; ``VIRTUAL_ENV``; our own.
    Nothing inside a folder that is not `trusted` is ever chosen. Symbolic links are not followed:
    an environment is known by the path it is called by.

    Raises:
        InterpreterError: the setting names nothing, or something inside a folder without trust.
    """
    if setting is not None:
        chosen = _from_setting(folder, setting)
        if not trusted and _is_inside(chosen, folder):
            raise InterpreterError(
                f"The Python {chosen} lies inside a folder that is not trusted; "
                "trust the folder, or correct the setting execution.interpreter."
            )
        return chosen
    for candidate in _candidates(folder, file):
        if os.path.lexists(candidate) and (trusted or not _is_inside(candidate, folder)):
            return candidate
    raise InterpreterError(
        f"There is no Python outside {folder}, which is not trusted; trust the folder, "
        "or name a Python in the setting execution.interpreter."
    )


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


def _from_setting(folder: Path, setting: str) -> str:
    if os.sep not in setting:
        found = shutil.which(setting)
        if found is None:
            raise InterpreterError(
                f"There is no command {setting} to run Python with; "
                "correct the setting execution.interpreter."
            )
        return str(Path(found).absolute())
    return str((folder / Path(setting).expanduser()).absolute())


def _candidates(folder: Path, file: Path | None) -> Iterator[str]:
    for directory in _upwards(folder, file):
        for name in (".venv", "venv"):
            yield str(directory / name / "bin" / "python")
    environment = os.environ.get("VIRTUAL_ENV")
    if environment:
        yield str(Path(environment).absolute() / "bin" / "python")
    yield sys.executable


def _upwards(folder: Path, file: Path | None) -> Iterator[Path]:
    """The directories from the file's up to `folder`; only `folder` for a file elsewhere."""
    if file is not None and file.is_relative_to(folder):
        for directory in file.parents:
            if directory == folder:
                break
            yield directory
    yield folder


def _is_inside(path: str, folder: Path) -> bool:
    """Whether `path` lies in `folder`, by its name or by where its links lead."""
    places = (Path(path), Path(os.path.realpath(path)), Path(path).parent.resolve())
    roots = (folder, folder.resolve())
    return any(place.is_relative_to(root) for place in places for root in roots)
