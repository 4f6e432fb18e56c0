"""Starts a host process, which then lives on its own: its own session, its own log, no terminal."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import jedimind
from jedimind import directories
from jedimind.model.errors import HostStartFailed
from jedimind.model.host import record
from jedimind.priority import put_behind
from jedimind.settings import ModelSettings

_LISTEN_TIMEOUT = 60.0
"""Seconds from start to listening; half a second on a warm disk, many on a cold and busy one."""

_LOG_LINES = 5


async def start(model: Path, name: str, settings: ModelSettings, identity: str) -> None:
    """Start a host for `model`; it has written its host file when this returns.

    Raises:
        HostStartFailed: it died or did not come to listen.
    """
    process = await asyncio.to_thread(_popen, model, name, settings, record.log_of(identity))
    # An asyncio subprocess would be killed with its event loop; this one has to outlive us. The
    # thread only keeps it from staying a zombie.
    threading.Thread(target=process.wait, name="model host reaper", daemon=True).start()
    assert process.stdout is not None
    listening = asyncio.ensure_future(asyncio.to_thread(process.stdout.readline))
    try:
        line = await asyncio.wait_for(asyncio.shield(listening), _LISTEN_TIMEOUT)
    except asyncio.TimeoutError:
        line = b""
    finally:
        if not listening.done() or not listening.result():
            process.kill()  # ends the thread that reads, too
        await asyncio.wait({listening})
        process.stdout.close()
    if not line:
        raise await failure("The model's process ended before it was ready.", identity)


async def failure(sentence: str, identity: str) -> HostStartFailed:
    """The error for a host that did not come to serve, with the last it had to say."""
    log = record.log_of(identity)
    lines = await asyncio.to_thread(_last_lines, log)
    tail = "".join(f"\n  {line}" for line in lines)
    return HostStartFailed(f"{sentence}\nIts log {log} ends with:{tail}" if lines else sentence)


def _popen(model: Path, name: str, settings: ModelSettings, log: Path) -> subprocess.Popen[bytes]:
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [sys.executable, "-m", "jedimind.model.host"]
    command += ["--model", str(model.resolve()), "--name", name]
    command += ["--context", str(settings.context), "--threads", str(settings.threads)]
    command += ["--idle", str(settings.idle_timeout), "--linger", str(settings.linger)]
    # `-m` puts the working directory on the module path: it must not be a folder that the user
    # opened. A relative path to this package would not survive that, so it is given in full.
    package = Path(jedimind.__file__).resolve().parent.parent
    path = os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH")]))
    with log.open("wb") as stderr:
        log.chmod(0o600)
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=directories.runtime(),
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )
    put_behind(process.pid)
    return process


def _last_lines(log: Path) -> list[str]:
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    return [line[:200] for line in text.splitlines() if line.strip()][-_LOG_LINES:]
