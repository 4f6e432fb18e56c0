"""Formats and sorts imports with the user's ruff, if there is one.

One that lies in a folder which is not trusted is never started. Its configuration is the project's.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

from jedimind.errors import UserError
from jedimind.execution.interpreter import is_inside
from jedimind.lsp.markdown import plain
from jedimind.text import Span, Text

_TIMEOUT = 20.0
_LONGEST_WORD = 300  # characters of what ruff says
_PROGRAM = "ruff.exe" if sys.platform == "win32" else "ruff"


class RuffError(UserError):
    """Ruff did not do it; the text is a sentence for the user."""


class NotParsable(RuffError):
    """The text has a syntax error."""


def find(interpreter: Path | None, folder: Path, *, trusted: bool) -> Path | None:
    """The ruff beside the project's Python, else the one on the PATH, else the one beside ours.

    Looks at the disk. None if there is none that may be started.
    """
    beside = [interpreter.parent / _PROGRAM] if interpreter is not None else []
    on_path = shutil.which("ruff")
    own = Path(sys.executable).parent / _PROGRAM
    for program in [*beside, *([Path(on_path).absolute()] if on_path else []), own]:
        if os.access(program, os.X_OK) and (trusted or not is_inside(str(program), folder)):
            return program
    return None


async def format_text(program: Path, path: Path, text: Text, within: Span | None = None) -> Text:
    """`text` formatted as the file at `path` would be; with `within` only what is there.

    Raises:
        NotParsable: it has a syntax error.
        RuffError: it cannot be formatted for another reason.
    """
    part = []
    if within is not None:
        # Lines and columns from 1; columns are in code points.
        ends = (f"{end.line + 1}:{end.column + 1}" for end in (within.start, within.end))
        part = [f"--range={'-'.join(ends)}"]
    return await _run(program, path, text, "format", *part)


async def sort_imports(program: Path, path: Path, text: Text) -> Text:
    """`text` with its imports sorted, as for the file at `path`.

    Raises:
        RuffError: it cannot be done.
    """
    return await _run(program, path, text, "check", "--select=I", "--fix-only", "--quiet")


async def _run(program: Path, path: Path, text: Text, *arguments: str) -> Text:
    pipe = asyncio.subprocess.PIPE
    place = path.parent if path.is_absolute() and path.parent.is_dir() else Path.home()
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            "--no-cache",
            # A cell, or what was never saved, is Python all the same.
            f"--stdin-filename={path if path.suffix == '.pyi' else path.with_suffix('.py')}",
            "-",
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            cwd=place,
        )
    except OSError as error:
        raise RuffError(f"{program} cannot be started: {error.strerror}.") from error
    try:
        source = text.string.encode("utf-8", "surrogatepass")
        out, err = await asyncio.wait_for(process.communicate(source), _TIMEOUT)
    except asyncio.TimeoutError as error:
        raise RuffError(f"ruff took longer than {_TIMEOUT:g} s and was stopped.") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        if err.startswith(b"error: Failed to parse"):  # not "ruff failed", for its configuration
            raise NotParsable("There is a syntax error, so nothing was changed.")
        said = plain(" ".join(err.decode("utf-8", "replace").split()), _LONGEST_WORD)
        raise RuffError(f"ruff could not do it: {said or f'exit code {process.returncode}'}.")
    return Text.of(out.decode("utf-8", "surrogatepass"))
