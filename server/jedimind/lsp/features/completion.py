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
from jedimind.lsp import documentation
from jedimind.lsp.completion_items import Abilities, Slot, complete_list, item
from jedimind.lsp.conversion import to_range
from jedimind.lsp.identifier import Identifier, Surroundings, Typing, identifier_at
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.text import Span

if TYPE_CHECKING:
    from jedimind.lsp.server import Server

_NOTHING_YET = types.CompletionList(is_incomplete=True, items=[])


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
        typing = self._typing_at(session, view, identifier)
        either: set[asyncio.Future[Any]] = {typing.asked, newer}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not typing.asked.done() or typing.asked.cancelled():
            return _NOTHING_YET
        answer = typing.asked.result()
        if answer is None:
            return _NOTHING_YET
        return _list(session, view, identifier, answer, typing.number)

    async def resolve(self, session: Session, wanted: types.CompletionItem) -> types.CompletionItem:
        typing = next((each for each in self._typing.values() if each.number == wanted.data), None)
        if typing is None:
            return wanted
        question = CandidateQuestion(
            typing.view.place(typing.identifier.cursor), typing.identifier.start, wanted.label
        )
        found = await session.ask(question, latest="completionItem/resolve")
        if found is not None:
            wanted.detail = found.signatures[0] if found.signatures else None
            wanted.documentation = documentation.content(
                found.signatures[1:], found.doc, markdown=_reads_markdown(session)
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
        question = CompletionQuestion(
            view.place(identifier.cursor), view.to_whole(identifier.start)
        )

        async def ask() -> Completions | None:
            return await session.ask(question, latest=uri)

        asked = asyncio.get_running_loop().create_task(ask())
        self._typing[uri] = Typing(surroundings, view, identifier, asked, next(self._numbers))
        return self._typing[uri]


def _reads_markdown(session: Session) -> bool:
    path = "text_document.completion.completion_item.documentation_format"
    return types.MarkupKind.Markdown in (session.client.capability(path) or [])


def _serves(known: Typing, surroundings: Surroundings, identifier: Identifier) -> bool:
    """Whether what was asked then answers what is asked now."""
    if not known.surroundings.same_as(surroundings):
        return False
    if not known.asked.done():
        return True
    if known.asked.cancelled() or known.asked.exception() is not None:
        return False
    answer = known.asked.result()
    return answer is not None and (answer.narrowing or known.identifier == identifier)


def _list(
    session: Session, view: View, identifier: Identifier, answer: Completions, number: int
) -> types.CompletionList:
    client = Abilities.of(session.client.capabilities)
    line = view.text.line(identifier.cursor.line)
    calls = (
        answer.calls
        and client.snippets
        and view.settings.completion.snippets
        and not line[identifier.end.column :].startswith("(")
    )
    typed = line[identifier.start.column : identifier.cursor.column] if answer.narrowing else ""
    items = [item(candidate, calls=calls) for candidate in _beginning(answer.candidates, typed)]
    start = answer.start if not answer.narrowing else identifier.start
    slot = Slot(
        to_range(view.text, Span(start, identifier.cursor), session.encoding),
        to_range(view.text, Span(start, identifier.end), session.encoding),
    )
    return complete_list(items, slot, number, client, incomplete=not answer.narrowing)


def _beginning(candidates: tuple[Candidate, ...], typed: str) -> list[Candidate]:
    """The candidates that begin as is `typed`, in any case."""
    if not typed:
        return list(candidates)
    typed = typed.lower()
    return [each for each in candidates if each.name.lower().startswith(typed)]
