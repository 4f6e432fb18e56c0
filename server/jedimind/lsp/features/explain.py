"""`jedimind.explain`: what code does, as a hover on it and as a document beside it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jedimind import directories
from jedimind.assist.explain import Passage, explain
from jedimind.lsp.conversion import to_span
from jedimind.lsp.markdown import harmless
from jedimind.lsp.results import Block, Kind, Result
from jedimind.lsp.session import Session, place_argument
from jedimind.lsp.tasks import Task, TaskFailed
from jedimind.syntax import definition_at, statement_at
from jedimind.text import Position, Span

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on_command("jedimind.explain", start)


def start(session: Session, argument: Mapping[str, Any]) -> dict[str, str]:
    place = place_argument(argument)

    async def work(task: Task) -> dict[str, str]:
        document = session.documents[place.uri]
        await document.at_version(place.version)
        mark = document.results.mark()
        settings = await session.settings_for(document)
        tree = await document.tree()
        text = tree.text
        span = Span(Position(0, 0), text.end)
        if place.range is not None:
            span = to_span(text, place.range, session.encoding)
        if span.empty:
            definition = definition_at(tree, span.start.line)
            statement = statement_at(tree, span.start.line)
            around = definition[1] if definition is not None else statement
            if around is None:
                raise TaskFailed("There is no code here to explain; select some.")
            span = around
        if not text.slice(span).strip():
            raise TaskFailed("There is no code here to explain; select some.")
        passage = Passage(
            text=text,
            span=span,
            path=document.path,
            folder=session.folder_of(document),
            interpreter=await session.environment_of(document),
            settings=settings,
        )
        model = await session.models.connect(settings, task)

        def report(said: str) -> None:
            task.report(said.rstrip().rpartition("\n")[2][-80:])

        task.report("reading the code")
        markdown = harmless(await explain(passage, model, session.analysis(settings), report))
        result = Result(Kind.EXPLANATION, (span.lines,), (Block(prose=markdown),))
        document.results.put(result, mark)
        if session.client.shows_documents:
            file = await asyncio.to_thread(_write, document.uri, document.path.name, markdown)
            await session.client.show_document(file.as_uri())
        return {"markdown": markdown}

    return session.tasks.start("Explain", work)


def _write(uri: str, name: str, markdown: str) -> Path:
    """A file with the explanation; the next one of the same document replaces it."""
    folder = directories.state() / "explanations"
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(uri.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    file = folder / f"{digest}.md"
    file.write_text(f"# {name}\n\n{markdown}\n", encoding="utf-8")
    return file
