"""`jedimind.install`: brings a missing module into the environment that runs a document.

Nothing is run before the user has seen the exact command and agreed, and nothing at all for a
folder that is not trusted.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from jedimind.environments.distributions import distribution_of
from jedimind.environments.installing import Installation, installation
from jedimind.execution import environment
from jedimind.lsp.arguments import place_argument
from jedimind.lsp.markdown import plain
from jedimind.lsp.session import Session
from jedimind.lsp.tasks import Task, TaskFailed

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

_INSTALL = "Install"
_REFUSE = "Do not install"
# Seconds from asking a package manager to end to making it.
_GRACE = 2.0
_LINES_KEPT = 40


def register(server: Server) -> None:
    server.on_command("jedimind.install", start)


def start(session: Session, argument: Mapping[str, Any]) -> dict[str, str]:
    place = place_argument(argument)
    module = argument.get("module")
    if not isinstance(module, str) or not module.isascii() or not module.isidentifier():
        raise JsonRpcInvalidParams("`module` must be the name of a top-level module.")
    distribution = distribution_of(module)

    async def work(task: Task) -> dict[str, str]:
        document = session.documents[place.uri]
        folder = session.folder_of(document)
        if not await session.workspace.is_trusted(folder):
            raise TaskFailed(
                f"Nothing was installed, because {folder} is not trusted; the command "
                "`jedimind.trustWorkspace` trusts it."
            )
        python = await session.interpreter_for(document)
        how = await asyncio.to_thread(installation, folder, document.path, python, distribution)
        settings = await session.settings_for(document)
        task.report(f"waits for your answer: {how.line}")
        question = f"Install {distribution} with `{how.line}`?"
        answer = await session.client.ask(
            question, [_INSTALL, _REFUSE], settings.server.consent_timeout
        )
        if answer != _INSTALL:
            raise TaskFailed(f"Nothing was installed. In a terminal, `{how.line}` does it.")
        task.report(how.line)
        await _carry_out(how, python, distribution, task)
        session.files_changed([])
        return {"installed": distribution, "command": how.line}

    return session.tasks.start(f"Install {distribution}", work)


async def _carry_out(how: Installation, python: str, distribution: str, task: Task) -> None:
    """
    Raises:
        TaskFailed: it cannot be run, or it says that it failed.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *how.command,
            cwd=how.folder,
            env=environment.for_package_manager(python, os.environ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise TaskFailed(
            f"`{how.line}` cannot be run ({error.strerror}); nothing was installed."
        ) from error
    said: deque[str] = deque(maxlen=_LINES_KEPT)
    try:
        assert process.stdout is not None
        rest = b""
        while data := await process.stdout.read(2**16):
            *lines, rest = (rest + data).replace(b"\r", b"\n").split(b"\n")
            said += [line.decode("utf-8", "replace") for line in lines if line.strip()]
            if said:
                task.report(plain(said[-1], 80))
            rest = rest[-(2**16) :]
        if rest.strip():
            said.append(rest.decode("utf-8", "replace"))
        status = await process.wait()
    finally:
        await _end(process)
    if status != 0:
        errors = [line for line in said if "error" in line.lower()] or list(said)
        reason = plain(errors[-1].strip(), 200) if errors else f"exit status {status}"
        raise TaskFailed(
            f"{distribution} could not be installed: {reason} Try `{how.line}` in a terminal."
        )


async def _end(process: asyncio.subprocess.Process) -> None:
    """End what is left of a package manager that nobody waits for any more."""
    for kill in (False, True):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":  # with what it started
                os.killpg(process.pid, signal.SIGKILL if kill else signal.SIGTERM)
            else:
                process.kill()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), _GRACE)
