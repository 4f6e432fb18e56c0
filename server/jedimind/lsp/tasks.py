"""Long work that a command starts: it answers at once, then shows progress and can be cancelled.

Every task ends with exactly one `jedimind/taskFinished` notification, whatever happens to it. The
response to the command is on the wire before the task's first message, because a task begins only
when the event loop comes round again.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal

import attrs

from jedimind.errors import UserError
from jedimind.lsp.client import Client
from jedimind.lsp.progress import Progress

logger = logging.getLogger(__name__)

Status = Literal["ok", "failed", "cancelled"]


class TaskFailed(UserError):
    """A task cannot be done; the text tells the user why and what to do next."""


class TaskCancelled(Exception):
    """A task that was cancelled but has a result all the same, such as a run's output so far."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


@attrs.define(eq=False)
class Task:
    """A task under way."""

    id: str
    title: str
    _progress: Progress
    running: asyncio.Task[None] | None = None

    def open(self) -> None:
        self._progress.open()

    def close(self, message: str) -> None:
        self._progress.close(message)

    def report(self, message: str, fraction: float | None = None) -> None:
        """Tell the user what is being done now; `fraction` of 1 where it is known."""
        self._progress.report(message, fraction)


Work = Callable[[Task], Awaitable[Any]]


class Tasks:
    """The tasks of one client."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._running: dict[str, Task] = {}
        self._ids = itertools.count(1)

    def start(self, title: str, work: Work) -> dict[str, str]:
        """Start `work` and return what the command answers."""
        task_id = f"task-{next(self._ids)}"
        task = Task(task_id, title, Progress(self._client, f"jedimind/{task_id}", title))
        self._running[task_id] = task
        task.running = asyncio.get_running_loop().create_task(self._run(task, work))
        task.running.add_done_callback(partial(self._ended, task))
        return {"task": task_id}

    def cancel(self, task_id: str) -> bool:
        """Whether there was such a task to cancel."""
        task = self._running.get(task_id)
        if task is None or task.running is None:
            return False
        task.running.cancel()
        return True

    def is_running(self, task_id: str) -> bool:
        return task_id in self._running

    async def ended(self, task_id: str) -> None:
        """Wait until a task has ended, if it has not."""
        task = self._running.get(task_id)
        if task is not None and task.running is not None:
            await asyncio.wait([task.running])

    def cancel_by_token(self, token: int | str) -> bool:
        return self.cancel(str(token).removeprefix("jedimind/"))

    async def close(self) -> None:
        """Cancel everything and wait until each task has said that it ended."""
        running = [task.running for task in self._running.values() if task.running is not None]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=2)

    async def _run(self, task: Task, work: Work) -> None:
        status: Status = "failed"
        result: Any = None
        message = ""
        try:
            task.open()
            result = await work(task)
            status = "ok"
        except asyncio.CancelledError:
            status = "cancelled"
        except TaskCancelled as cancelled:
            status, result = "cancelled", cancelled.result
        except UserError as error:
            message = str(error)
        except Exception:
            logger.exception("%s failed", task.title)
            message = (
                f"{task.title} failed because of a fault in jedimind; its log has the details."
            )
        self._finish(task, status, result, message)

    def _ended(self, task: Task, running: asyncio.Task[None]) -> None:
        if running.cancelled():  # before it could begin, or for the second time
            self._finish(task, "cancelled", None, "")

    def _finish(self, task: Task, status: Status, result: Any, message: str) -> None:
        del self._running[task.id]
        task.close(message or status)
        if message:
            self._client.show_error(message)
        finished = {"task": task.id, "status": status, "result": result}
        if message:
            finished["message"] = message
        self._client.notify("jedimind/taskFinished", finished)
