"""`jedimind.explain`: what code does, as a hover on it and as a document beside it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jedimind import directories
from jedimind.lsp.arguments import place_argument
from jedimind.lsp.markdown import harmless
from jedimind.lsp.results import Block, Kind, Result
from jedimind.lsp.session import Session
from jedimind.lsp.tasks import Task, TaskFailed
from jedimind.syntax import Tree, definition_at, statement_at
from jedimind.text import Span

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    server.on_command("jedimind.explain", start)


def start(session: Session, argument: Mapping[str, Any]) -> dict[str, str]:
    place = place_argument(argument)

    async def work(task: Task) -> dict[str, str]:
        from jedimind.assist.explain import Passage, explain  # with the first explanation

        document, moment = await session.moment(place)
        span = _passage(moment.tree, session.span_of(place, moment.text))
        file = await session.file_of(document)
        model = await session.models.connect(file.settings, task)

        def report(said: str) -> None:
            task.report(said.rstrip().rpartition("\n")[2][-80:])

        task.report("reading the code")
        passage = Passage(moment.text, span, file)
        said = await explain(passage, model, session.lanes.background, report)
        markdown = harmless(said)
        result = Result(Kind.EXPLANATION, (span.lines,), (Block(prose=markdown),))
        document.results.put(result, moment.mark)
        if session.client.shows_documents:
            written = await asyncio.to_thread(_write, document.uri, document.path.name, markdown)
            session.client.show_document(written.as_uri())
        return {"markdown": markdown}

    return session.tasks.start("Explain", work)


def _passage(tree: Tree, span: Span) -> Span:
    """What there is to explain at `span`: itself, or what is around an empty one.

    Raises:
        TaskFailed: nothing.
    """
    if span.empty:
        definition = definition_at(tree, span.start.line)
        around = definition[1] if definition is not None else None
        span = around or statement_at(tree, span.start.line) or span
    if not tree.text.slice(span).strip():
        raise TaskFailed("There is no code here to explain; select some.")
    return span


def _write(uri: str, name: str, markdown: str) -> Path:
    """A file with the explanation; the next one of the same document replaces it."""
    folder = directories.state() / "explanations"
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(uri.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    file = folder / f"{digest}.md"
    file.write_text(f"# {name}\n\n{markdown}\n", encoding="utf-8")
    return file
