"""The runs under way, so that they can be stopped and a new one can take the place of an older."""

from __future__ import annotations

import attrs

from jedimind.lsp.documents import Document
from jedimind.lsp.results import Kind, Mark, Result, overlap
from jedimind.lsp.tasks import Tasks


@attrs.define(eq=False)
class _Run:
    """A task that runs code of the document `uri`.

    `placed` is known when its lines are: the document, and an empty result that stands on them in
    the text at `mark`.
    """

    task: str
    uri: str
    placed: tuple[Document, Mark, Result] | None = None
    superseded: bool = False


class Runs:
    """Those of one client."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._runs: dict[str, _Run] = {}

    def add(self, task: str, uri: str) -> None:
        """Note that `task`, which has not begun yet, will run code of the document `uri`."""
        for ended in [each for each in self._runs if not self._tasks.is_running(each)]:
            del self._runs[ended]
        self._runs[task] = _Run(task, uri)

    async def supersede(self, task: str, document: Document, mark: Mark, lines: range) -> None:
        """End older runs of what `task` is about to run: `lines` of `document` at `mark`.

        They have ended on return, so two runs of the same code never meet.
        """
        new = self._runs[task]
        new.placed = document, mark, Result(Kind.RUN, (lines,), ())
        for old in list(self._runs.values()):
            if old is not new and _meet(old, new) and self._tasks.cancel(old.task):
                old.superseded = True
                await self._tasks.ended(old.task)

    def is_superseded(self, task: str) -> bool:
        """Whether a newer run took the place of `task`, whose result nobody wants any more."""
        return self._runs[task].superseded

    def stop(self, uri: str | None) -> int:
        """End the runs of a document, or all of them; how many there were."""
        runs = [run for run in self._runs.values() if uri is None or run.uri == uri]
        return sum(self._tasks.cancel(run.task) for run in runs)


def _meet(old: _Run, new: _Run) -> bool:
    """Whether two runs are of one line, where the lines are now."""
    if old.placed is None or new.placed is None or old.placed[0] is not new.placed[0]:
        return False
    results = [mark.now(result) for _, mark, result in (old.placed, new.placed)]
    first, second = results
    return first is not None and second is not None and overlap(first, second)
