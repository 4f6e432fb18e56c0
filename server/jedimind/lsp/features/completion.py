"""`textDocument/completion` and `completionItem/resolve`.

While one identifier is typed Jedi is asked once, and what it said is narrowed down after that. A
newer request in the same document supersedes an older one, which is answered at once, with nothing.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

import attrs
from lsprotocol import types

from jedimind.analysis.completion import (
    Candidate,
    CandidateQuestion,
    CompletionQuestion,
    Completions,
)
from jedimind.lsp import documentation, imported_names
from jedimind.lsp.completion_items import Abilities, Slot, complete_list, item
from jedimind.lsp.conversion import to_range
from jedimind.lsp.identifier import Identifier, Surroundings, Typing, identifier_at
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.text import Position, Span

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

# Documents whose last identifier is kept, with their texts.
_MOST_KEPT = 8


def register(server: Server) -> None:
    completer = _Completer()
    options = types.CompletionOptions(trigger_characters=list(".'\"["), resolve_provider=True)
    server.on(types.TEXT_DOCUMENT_COMPLETION, completer.completion, options, feature="completion")
    server.on(types.COMPLETION_ITEM_RESOLVE, completer.resolve, feature="completion")


@attrs.define(eq=False)
class _Completer:
    """What is being typed in each document."""

    _typing: dict[str, Typing] = attrs.field(factory=dict)
    _newest: dict[str, asyncio.Future[None]] = attrs.field(factory=dict)
    _numbers: itertools.count[int] = attrs.field(factory=itertools.count)

    async def completion(
        self, session: Session, params: types.CompletionParams
    ) -> types.CompletionList | None:
        uri = params.text_document.uri
        newer = self._supersede(uri)
        view = await session.view(uri, "completion")
        if view is None:
            return None
        cursor = session.position_in(view, params.position)
        identifier = identifier_at(view.text.line(cursor.line), cursor)
        while True:
            typing = self._typing_at(session, view, identifier)
            either: set[asyncio.Future[Any]] = {typing.asked, newer}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            answer = typing.asked.result() if typing.asked.done() else None
            if answer is None:
                return types.CompletionList(is_incomplete=True, items=[])
            if answer.narrowing or typing.identifier == identifier:
                return await _list(session, view, identifier, answer, typing.number)
            # What was being asked already was for another cursor only; ask again.

    async def resolve(self, session: Session, wanted: types.CompletionItem) -> types.CompletionItem:
        if isinstance(wanted.data, dict):
            await imported_names.resolve(session, wanted, wanted.data)
            return wanted
        typing = next((each for each in self._typing.values() if each.number == wanted.data), None)
        if typing is None:
            return wanted
        # The same fields as when the candidates were asked for, so that Jedi still has them.
        asked = _question(typing.view, typing.identifier)
        question = CandidateQuestion(asked.place, asked.start, wanted.label)
        found = await session.ask(question, latest="completionItem/resolve")
        if found is not None:
            wanted.detail = found.signatures[0] if found.signatures else None
            markdown = documentation.reads_markdown(session.client)
            wanted.documentation = documentation.content(
                found.signatures[1:], found.doc, markdown=markdown
            )
        return wanted

    def _supersede(self, uri: str) -> asyncio.Future[None]:
        older = self._newest.get(uri)
        if older is not None and not older.done():
            older.set_result(None)
        self._newest[uri] = asyncio.get_running_loop().create_future()
        return self._newest[uri]

    def _typing_at(self, session: Session, view: View, identifier: Identifier) -> Typing:
        """The identifier being typed: the same as at the last request, or one that begins."""
        uri = view.document.uri
        others = session.lanes.overlays.generation_beside(view.path)
        surroundings = Surroundings.of(view, identifier, others)
        known = self._typing.get(uri)
        if known is not None and _serves(known, surroundings, identifier):
            return known
        question = _question(view, identifier)

        async def ask() -> Completions | None:
            return await session.ask(question, latest=uri)

        asked = asyncio.get_running_loop().create_task(ask())
        self._typing.pop(uri, None)
        self._typing[uri] = Typing(surroundings, view, identifier, asked, next(self._numbers))
        if len(self._typing) > _MOST_KEPT:
            del self._typing[next(iter(self._typing))]
        return self._typing[uri]


def _question(view: View, identifier: Identifier) -> CompletionQuestion:
    return CompletionQuestion(view.place(identifier.cursor), view.to_whole(identifier.start))


def _serves(known: Typing, surroundings: Surroundings, identifier: Identifier) -> bool:
    """Whether what was asked then answers what is asked now."""
    if not known.surroundings.same_as(surroundings):
        return False
    if not known.asked.done():
        return True
    answer = known.asked.result()
    return answer is not None and (answer.narrowing or known.identifier == identifier)


async def _list(
    session: Session, view: View, identifier: Identifier, answer: Completions, number: int
) -> types.CompletionList:
    client = Abilities.of(session.client.capabilities)
    line = view.text.line(identifier.cursor.line)
    typed = line[identifier.start.column : identifier.cursor.column] if answer.narrowing else ""
    candidates = _beginning(answer.candidates, typed)
    is_called = line[identifier.end.column :].startswith("(")
    snippets = client.snippets and view.settings.completion.snippets
    items = [
        item(candidate, calls=answer.calls and snippets and not is_called)
        for candidate in candidates
    ]
    incomplete = not answer.narrowing
    if answer.names:
        known = {candidate.name for candidate in candidates}
        edits = not client.resolves_edits
        more = await imported_names.offered(session, view, typed, known, edits=edits)
        items += more.items
        incomplete |= more.incomplete
    start = identifier.start
    if not answer.narrowing:  # its line is one of all cells of a notebook
        start = Position(start.line, answer.start.column)
    slot = Slot(
        to_range(view.text, Span(start, identifier.cursor), session.encoding),
        to_range(view.text, Span(start, identifier.end), session.encoding),
    )
    return complete_list(items, slot, number, client, incomplete=incomplete)


def _beginning(candidates: tuple[Candidate, ...], typed: str) -> list[Candidate]:
    """The candidates that begin as is `typed`, in any case."""
    if not typed:
        return list(candidates)
    typed = typed.lower()
    return [each for each in candidates if each.name.lower().startswith(typed)]
