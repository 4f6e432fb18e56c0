"""`jedimind.run`: runs the selection, the statement at the cursor or the file, and shows what
happened on the lines that ran.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jedimind import directories
from jedimind.execution.executor import Code, Output, Profile, Run
from jedimind.execution.limits import Limits
from jedimind.execution.outcome import Outcome, OutcomeCode
from jedimind.execution.zygote import Place
from jedimind.lsp.arguments import place_argument
from jedimind.lsp.diagnostics import publish
from jedimind.lsp.markdown import plain
from jedimind.lsp.run_report import Ran, report
from jedimind.lsp.session import Session
from jedimind.lsp.tasks import Task, TaskCancelled, TaskFailed
from jedimind.syntax import statement_at

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on_command("jedimind.run", start)


def start(session: Session, argument: Mapping[str, Any]) -> dict[str, str]:
    place = place_argument(argument)

    async def work(task: Task) -> dict[str, Any]:
        document, moment = await session.moment(place)
        span = session.span_of(place, moment.text)
        if place.range is not None and span.empty:
            statement = statement_at(moment.tree, span.start.line)
            if statement is None:
                raise TaskFailed("There is no statement here to run; select some code.")
            span = statement
        folder = session.folder_of(document)
        settings = await session.settings_for(document)
        await session.trust.require(folder, settings.server.consent_timeout)
        # What the folder itself sets may hold only now that it is trusted.
        settings = await session.settings_for(document)
        code = Code(
            source=moment.text.slice(span),
            path=str(document.path),
            first_line=span.start.line + 1,
            first_column=span.start.column,
        )
        if folder == directories.scratch():
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        where = Place(await session.interpreter_for(document), folder)
        task.report("running")
        limits = Limits.of(settings.execution)
        async with session.executor.run(code, where, limits, Profile.OWN) as running:
            outcome = await _follow(running, task)
        ran = Ran(document.uri, document.path, moment.tree, span, outcome)
        if document.results.put(report(ran), moment.mark) is not None:
            publish(session, document)
        if outcome.code is OutcomeCode.CANCELLED:
            raise TaskCancelled(_result(outcome))
        return _result(outcome)

    return session.tasks.start("Run", work)


async def _follow(running: Run, task: Task) -> Outcome:
    """The outcome of `running`, with what it prints as progress. Cancelling stops the run."""
    try:
        async for event in running:
            if not isinstance(event, Output):
                return event.outcome
            if last := event.text.rstrip().rpartition("\n")[2]:
                task.report(plain(last, 80))
    except asyncio.CancelledError:
        running.stop()
    return await running.outcome()


def _result(outcome: Outcome) -> dict[str, Any]:
    return {
        "outcome": outcome.code.value,
        "value": outcome.value,
        "stdout": outcome.stdout,
        "stderr": outcome.stderr,
        "seconds": outcome.seconds,
        "sandbox": outcome.sandbox,
    }
