"""`textDocument/formatting` and `rangeFormatting`, through ruff where it is installed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.difference import difference
from jedimind.execution.errors import InterpreterError
from jedimind.lsp import ruff
from jedimind.lsp.conversion import to_range, to_span
from jedimind.lsp.refusal import ContentModified, RequestRefused
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.text import Span, Text

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on(types.TEXT_DOCUMENT_FORMATTING, formatting, feature="formatting")
    server.on(types.TEXT_DOCUMENT_RANGE_FORMATTING, range_formatting, feature="formatting")


async def formatting(
    session: Session, params: types.DocumentFormattingParams
) -> list[types.TextEdit] | None:
    view = await session.view(params.text_document.uri, "formatting")
    return None if view is None else await _formatted(session, view, None)


async def range_formatting(
    session: Session, params: types.DocumentRangeFormattingParams
) -> list[types.TextEdit] | None:
    view = await session.view(params.text_document.uri, "formatting")
    if view is None:
        return None
    return await _formatted(session, view, to_span(view.text, params.range, session.encoding))


async def ruff_for(session: Session, view: View) -> Path | None:
    """The ruff for a document, if there is one that may be started."""
    folder = view.reading.folder
    trusted = await session.workspace.is_trusted(folder)
    try:
        # Not the one that is read: what an untrusted project names is not to be started.
        interpreter = Path(await session.interpreter_for(view.document))
    except InterpreterError:
        interpreter = None
    return await asyncio.to_thread(ruff.find, interpreter, folder, trusted=trusted)


async def _formatted(session: Session, view: View, within: Span | None) -> list[types.TextEdit]:
    program = await ruff_for(session, view)
    if program is None:
        raise RequestRefused("ruff, which formats, is not installed; `pip install ruff` brings it.")
    try:
        new = await ruff.format_text(program, view.path, view.text, within)
    except ruff.NotParsable:
        return []  # many editors format at every save, and the problem is shown where it is
    except ruff.RuffError as error:
        raise RequestRefused(str(error)) from error
    return await edits_to(session, view, new)


async def edits_to(session: Session, view: View, new: Text) -> list[types.TextEdit]:
    """What makes the document of `view` have the text `new`.

    Raises:
        ContentModified: the document has another text by now.
    """
    replacements = await asyncio.to_thread(lambda: list(difference(view.text, new)))
    if view.version != view.document.version:
        raise ContentModified
    return [
        types.TextEdit(to_range(view.text, each.span, session.encoding), each.new)
        for each in replacements
    ]
