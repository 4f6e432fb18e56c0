"""`jedimind.run`: runs what is meant by a place (see `targets`) and shows what happened on its
lines. `jedimind.stop` and `jedimind.clearResults` end runs and take their results away,
`jedimind.resetSession` forgets the variables that runs of a document share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jedimind import directories, testcases
from jedimind.doctests import Docstring
from jedimind.execution.executor import Code, Output, Run
from jedimind.execution.limits import Limits
from jedimind.execution.outcome import Outcome, OutcomeCode
from jedimind.execution.part import Doctest, Test
from jedimind.execution.profile import Profile
from jedimind.execution.sandbox.policy import Policy
from jedimind.execution.zygote import Place
from jedimind.lsp import doctest_report, pytest_report
from jedimind.lsp.arguments import place_argument, uri_argument
from jedimind.lsp.diagnostics import publish
from jedimind.lsp.documents import Document
from jedimind.lsp.listener import Listener
from jedimind.lsp.markdown import plain
from jedimind.lsp.ran import Ran
from jedimind.lsp.refreshing import refresh_hints
from jedimind.lsp.results import Kind, Result
from jedimind.lsp.run_report import report
from jedimind.lsp.session import Session
from jedimind.lsp.targets import Target, target, what_argument
from jedimind.lsp.tasks import Task, TaskCancelled, TaskFailed
from jedimind.text import Text

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on_command("jedimind.run", start)
    server.on_command("jedimind.stop", stop)
    server.on_command("jedimind.clearResults", clear_results)
    server.on_command("jedimind.resetSession", reset_session)


def start(session: Session, argument: Mapping[str, Any]) -> dict[str, str]:
    place = place_argument(argument)
    what = what_argument(argument)

    async def work(task: Task) -> dict[str, Any]:
        document, moment = await session.moment(place)
        span = session.span_of(place, moment.text) if place.range is not None else None
        aim = target(what, document, moment.tree, span)
        await session.runs.supersede(task.id, document, moment.mark, aim.span.lines)
        folder = session.folder_of(document)
        settings = await session.settings_for(document)
        await session.trust.require(folder, settings.server.consent_timeout)
        # What the folder itself sets may hold only now that it is trusted.
        settings = await session.settings_for(document)
        code = await _code(aim, document, moment.text)
        if folder == directories.scratch():
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        where = Place(await session.interpreter_for(document), folder)
        task.report("running")
        limits = Limits.of(settings.execution)
        policy = Policy.of(Profile.OWN, folder, settings.execution)
        lasting = settings.execution.session == "document" and aim.part is None
        name = str(document.path) if lasting else None
        async with session.executor.run(code, where, limits, policy, name) as running:
            outcome = await _follow(running, task)
        if not session.runs.is_superseded(task.id):
            ran = Ran(document.uri, document.path, moment.tree, aim.span, outcome, aim.part)
            shown = _report(ran, value_is_finding=settings.execution.value_diagnostics)
            if document.results.put(shown, moment.mark) is not None:
                publish(session, document)
                refresh_hints(session)
        if outcome.code is OutcomeCode.CANCELLED:
            raise TaskCancelled(_result(outcome))
        return _result(outcome)

    started = session.tasks.start("Run", work)
    session.runs.add(started["task"], place.uri)
    return started


def stop(session: Session, argument: Mapping[str, Any]) -> dict[str, int]:
    """End the runs of the document `uri`, or without one all of them."""
    return {"stopped": session.runs.stop(uri_argument(argument))}


def clear_results(session: Session, argument: Mapping[str, Any]) -> dict[str, int]:
    """Take away the results of runs of the document `uri`, or without one of all documents."""
    uri = uri_argument(argument)
    cleared = 0
    for document in session.documents.all():
        if uri in (None, document.uri) and (removed := document.results.remove(Kind.RUN)):
            cleared += removed
            publish(session, document)
            refresh_hints(session)
    return {"cleared": cleared}


def reset_session(session: Session, argument: Mapping[str, Any]) -> dict[str, bool]:
    """Forget the variables of a document's runs, and end what runs there."""
    document = session.documents[place_argument(argument).uri]
    session.keep(session.executor.reset(str(document.path)))
    return {"reset": True}


def begin(session: Session) -> None:
    """Have a session end with its document, from now on."""
    session.listen(_Sessions(session))


class _Sessions(Listener):
    def __init__(self, session: Session) -> None:
        self._session = session

    def closed(self, document: Document) -> None:
        if not any(other.path == document.path for other in self._session.documents.all()):
            self._session.keep(self._session.executor.reset(str(document.path)))


async def _code(aim: Target, document: Document, text: Text) -> Code:
    """What the executor is to run.

    Raises:
        TaskFailed: it is a test of a file that is not there.
    """
    path = str(document.path)
    if isinstance(aim.part, Docstring):
        return Code(text.string, path, part=Doctest(aim.part.lines.start + 1, aim.examples))
    if isinstance(aim.part, testcases.Test):
        if not await asyncio.to_thread(document.path.is_file):
            raise TaskFailed("Save this file once; pytest finds tests only in files that exist.")
        return Code(text.string, path, part=Test(aim.part.id))
    start = aim.span.start
    return Code(text.slice(aim.span), path, start.line + 1, start.column)


def _report(ran: Ran, *, value_is_finding: bool) -> Result:
    if isinstance(ran.part, Docstring):
        return doctest_report.report(ran, ran.part)
    if isinstance(ran.part, testcases.Test):
        return pytest_report.report(ran, ran.part)
    return report(ran, value_is_finding=value_is_finding)


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
    result: dict[str, Any] = {
        "outcome": outcome.code.value,
        "value": outcome.value,
        "stdout": outcome.stdout,
        "stderr": outcome.stderr,
        "seconds": outcome.seconds,
        "sandbox": outcome.sandbox,
    }
    if outcome.examples is not None:
        result["examples"] = [example.status for example in outcome.examples]
    if outcome.tests is not None:
        cases = outcome.tests.cases
        result["tests"] = [{"name": case.name, "status": case.status} for case in cases]
    return result
