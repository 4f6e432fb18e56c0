"""Tasks end exactly once, whenever they are cancelled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jedimind.lsp.tasks import Task, TaskCancelled, TaskFailed, Tasks


class RecordingClient:
    """Stands in for a client that shows no progress, to cancel between two turns of the loop."""

    shows_progress = False

    def __init__(self) -> None:
        self.finished: list[dict[str, Any]] = []
        self.errors: list[str] = []

    def notify(self, method: str, params: dict[str, Any]) -> None:
        assert method == "jedimind/taskFinished"
        self.finished.append(params)

    def show_error(self, message: str) -> None:
        self.errors.append(message)


async def never(_task: Task) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("turns", range(4))
async def test_a_task_cancelled_at_any_turn_of_the_loop_ends_once(turns: int) -> None:
    client = RecordingClient()
    tasks = Tasks(client)  # type: ignore[arg-type]
    task = tasks.start("Work", never)["task"]
    for _ in range(turns):
        await asyncio.sleep(0)
    assert tasks.cancel(task)
    assert tasks.cancel(task)
    await tasks.close()
    assert client.finished == [{"task": task, "status": "cancelled", "result": None}]
    assert not tasks.cancel(task)


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (TaskFailed("No model."), "failed", "No model."),
        (ValueError("bug"), "failed", "Work failed because of a fault in jedimind"),
        (TaskCancelled({"so": "far"}), "cancelled", None),
    ],
)
async def test_how_a_task_ends_is_told(error: Exception, status: str, message: str | None) -> None:
    async def work(_task: Task) -> None:
        raise error

    client = RecordingClient()
    tasks = Tasks(client)  # type: ignore[arg-type]
    tasks.start("Work", work)
    await asyncio.sleep(0)
    await tasks.close()
    (finished,) = client.finished
    assert finished["status"] == status
    assert (message is None) == ("message" not in finished)
    if message is not None:
        assert finished["message"].startswith(message)
        assert client.errors == [finished["message"]]
