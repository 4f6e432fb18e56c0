"""Local models for tests, and the host processes they leave behind.

``python hosts.py MODEL LINGER`` is a server that has nothing but a model: it prints its host's
process id and keeps its lease until its stdin ends.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from jedimind.model.chat import ChatModel, Completion, Message
from jedimind.model.hosted import HostedModel, LocalModel, Status
from jedimind.model.launch import connect
from jedimind.settings import ModelSettings

HANG = 60.0
"""Seconds after which something that must happen counts as not happening."""

NAME = "the-model"


def small(**changes: Any) -> ModelSettings:
    """Settings for a host that is light on the machine and does not stay."""
    values: dict[str, Any] = {"assist": NAME, "context": 1024, "threads": 1, "linger": 0.5}
    return ModelSettings(**{**values, **changes})


async def connected(
    file: Path,
    settings: ModelSettings | None = None,
    on_status: Callable[[Status], None] = lambda status: None,
) -> HostedModel:
    """The model in `file`, on a host."""

    async def locate(name: str) -> LocalModel:
        return LocalModel(file, name)

    model = await connect(settings or small(), locate, on_status)
    assert isinstance(model, HostedModel)
    return model


async def asked(model: ChatModel, content: str = "Say hello.", max_tokens: int = 4) -> Completion:
    """The whole answer to a question."""
    async with model.stream_chat([Message("user", content)], max_tokens=max_tokens) as answer:
        async for _ in answer:
            pass
    assert answer.completion is not None
    return answer.completion


def running(home: Path) -> list[psutil.Process]:
    """The host processes of the jedimind whose directories are below `home`."""
    found = []
    for process in psutil.process_iter():
        try:
            is_host = "jedimind.model.host" in process.cmdline()
            if is_host and process.environ().get("JEDIMIND_HOME") == str(home):
                found.append(process)
        except psutil.Error:  # it ended just now, or is another user's
            continue
    return found


async def ended(pid: int) -> None:
    """Wait for the end of a process."""
    try:
        await asyncio.to_thread(psutil.Process(pid).wait, HANG)
    except psutil.NoSuchProcess:
        return


async def _main(file: Path, linger: float) -> None:
    model = await connected(file, small(linger=linger))
    print((await model.ready()).pid, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await model.close()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), float(sys.argv[2])))
