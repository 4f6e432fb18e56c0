"""`jedimind.generate`: code from a comment or a stub, inserted in its place with a verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from jedimind.lsp.arguments import place_argument
from jedimind.lsp.conversion import to_range
from jedimind.lsp.diagnostics import publish
from jedimind.lsp.documents import Document, DocumentChanged
from jedimind.lsp.markdown import escaped
from jedimind.lsp.results import Block, Finding, Kind, Result, Severity
from jedimind.lsp.session import Session
from jedimind.lsp.tasks import Task, TaskFailed
from jedimind.syntax import generate_target, whole_lines

if TYPE_CHECKING:
    from jedimind.assist.generate import Generation
    from jedimind.assist.placement import Placement
    from jedimind.lsp.server import Server

# Seconds to wait for the client's own account of an edit that it says it applied.
_ECHO = 5.0


def register(server: Server) -> None:
    server.on_command("jedimind.generate", start)


def start(session: Session, argument: Mapping[str, Any]) -> dict[str, str]:
    place = place_argument(argument)

    async def work(task: Task) -> dict[str, Any]:
        from jedimind.assist.generate import Job, generate  # with the first generation

        if not session.client.applies_edits:
            raise TaskFailed("This editor cannot apply edits from the server, so nothing was done.")
        document, moment = await session.moment(place)
        target = generate_target(moment.tree, session.span_of(place, moment.text))
        if target is None:
            raise TaskFailed(
                "There is no comment or empty function here to generate from; "
                "write a comment that says what the code should do."
            )
        file = await session.file_of(document)
        model = await session.models.connect(file.settings, task)
        document.require_version(moment.version)  # installing a model takes a while
        generation = await generate(
            Job(target, moment.tree, file), model, session.lanes.background, task.report
        )
        await _apply(session, document, moment.version, generation.placement)
        _show(session, document, generation)
        verdict = generation.verdict
        return {
            "verdict": verdict.status,
            "passed": verdict.passed,
            "total": verdict.total,
            "sandbox": verdict.sandbox,
        }

    return session.tasks.start("Generate", work)


async def _apply(session: Session, document: Document, version: int, placement: Placement) -> None:
    """Have the client insert the code, unless the document is not what it was made for.

    Raises:
        DocumentChanged, EditRefused: nothing was edited.
    """
    document.require_version(version)
    if session.documents.find(document.uri) is not document:
        raise DocumentChanged
    edits: list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit] = [
        types.TextEdit(to_range(document.text, edit.span, session.encoding), edit.new)
        for edit in placement.edits
    ]
    if session.client.has_versioned_edits:
        identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, version)
        change = types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, edits)])
    else:
        change = types.WorkspaceEdit(changes={document.uri: edits})  # type: ignore[dict-item]
    await session.client.apply_edit("Generate", change)
    try:
        # The change comes back as `didChange`, before the client's answer or after it.
        await asyncio.wait_for(document.changed_from(version), _ECHO)
    except asyncio.TimeoutError as error:
        raise TaskFailed(
            "The editor did not apply the edit; the document is as it was. Try again."
        ) from error


def _show(session: Session, document: Document, generation: Generation) -> None:
    """Put the verdict on the code, if it stands in the document as it was written."""
    placement, verdict = generation.placement, generation.verdict
    if document.text.string != placement.after.string:
        return  # the user typed on meanwhile, or the editor formats what is inserted
    severity = Severity.ERROR if verdict.status == "failed" else Severity.INFORMATION
    first = placement.lines.start
    heading = whole_lines(document.text, range(first, first + 1))
    findings = [Finding(heading, severity, f"generate.{verdict.status}", verdict.sentence)]
    result = Result(
        kind=Kind.VERDICT,
        lines=(placement.lines,),
        hover=(Block(prose=f"**Generated, {verdict.status}.** {escaped(verdict.sentence)}"),),
        findings=tuple(findings),
    )
    document.results.put(result, document.results.mark())
    publish(session, document)
