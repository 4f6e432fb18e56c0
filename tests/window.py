"""What an editor is shown and asked by its server, and how strictly it takes that.

A message that the capabilities or the protocol do not allow fails what the test waits for, at once.
What the user is shown has to be looked at by the test: each property here that gives it counts as
looking. A failed task's message counts when the test takes the task's result, and what a run or a
generation leaves on its lines when it ends needs no look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import attrs
from lsprotocol import types

from buffers import Buffers
from wire import plain

# Generous: it catches hangs on a loaded machine, and measures nothing.
PATIENCE = 60.0

T = TypeVar("T")
_REFRESHES = (
    types.WORKSPACE_CODE_LENS_REFRESH,
    types.WORKSPACE_DIAGNOSTIC_REFRESH,
    types.WORKSPACE_FOLDING_RANGE_REFRESH,
    types.WORKSPACE_INLAY_HINT_REFRESH,
    types.WORKSPACE_INLINE_VALUE_REFRESH,
    types.WORKSPACE_SEMANTIC_TOKENS_REFRESH,
)
_RESULTS = ("exec.", "generate.")


class Unexpected(AssertionError):
    """The server said what it must not, or something that the test did not look at."""


@attrs.define
class Inbox(Generic[T]):
    """Messages that the test has to look at."""

    messages: list[T] = attrs.field(factory=list)
    unread: list[T] = attrs.field(factory=list)

    def put(self, message: T) -> None:
        self.messages.append(message)
        self.unread.append(message)

    def read(self, wanted: Callable[[T], bool] = lambda _: True) -> list[T]:
        """All messages; those that are `wanted` have been looked at."""
        self.unread = [message for message in self.unread if not wanted(message)]
        return self.messages


class Window(Buffers):
    """What the user sees."""

    def __init__(self) -> None:
        super().__init__()
        self.conversation = self.client.protocol.conversation
        self.answers: dict[str, str] = {}
        self.configuration: Any = None
        self.never_answers = False
        self.refuses_edits = False
        self.applies_edits_late: asyncio.Event | None = None
        self.progress: dict[str, list[Any]] = {}
        self.refreshes: list[str] = []  # the methods by which the server asked for them
        self.log: list[str] = []  # what arrived, in order, by method or request id
        self._shown: Inbox[types.ShowMessageParams] = Inbox()
        self._questions: Inbox[str] = Inbox()
        self._shown_documents: Inbox[str] = Inbox()
        self._diagnostics: dict[str, list[types.Diagnostic]] = {}
        self._published_version: dict[str, int | None] = {}
        self._unread_diagnostics: set[str] = set()
        self._published = asyncio.Event()
        self._finished: dict[str, asyncio.Future[Any]] = {}
        self._register()

    @property
    def shown(self) -> list[types.ShowMessageParams]:
        """The messages shown to the user so far."""
        return self._shown.read()

    @property
    def questions(self) -> list[str]:
        """The questions that the user was asked so far. One in `answers` is expected."""
        return self._questions.read()

    @property
    def shown_documents(self) -> list[str]:
        """The URIs of what was opened for the user so far."""
        return self._shown_documents.read()

    @property
    def diagnostics(self) -> dict[str, list[types.Diagnostic]]:
        """The diagnostics that were published last, by URI."""
        self._unread_diagnostics.clear()
        return self._diagnostics

    async def diagnostics_until(self, uri: str, wanted: Any) -> list[types.Diagnostic]:
        """The published diagnostics of `uri` once `wanted` holds of them."""

        async def look() -> list[types.Diagnostic]:
            while not wanted(self._diagnostics.get(uri, [])):
                self._published.clear()
                await self._published.wait()
            return self._diagnostics.get(uri, [])

        found = await self.wait(look())
        self._unread_diagnostics.discard(uri)
        return found

    async def until_diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """The diagnostics published for the version that the document has now."""
        version = self.documents[uri].version
        return await self.diagnostics_until(
            uri, lambda _: self._published_version.get(uri) == version
        )

    async def until(self, condition: Any, patience: float = PATIENCE) -> None:
        """Wait for something that no message announces, such as a process's end."""

        async def look() -> None:
            while not condition():  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.02)

        await self.wait(look(), patience)

    async def wait(self, awaitable: Awaitable[T], patience: float = PATIENCE) -> T:
        """The result of `awaitable`.

        Raises:
            Unexpected: the server said what it must not before.
            asyncio.TimeoutError: there is none within `patience` seconds.
        """
        work = asyncio.ensure_future(awaitable)
        fault = asyncio.ensure_future(self.conversation.faulted.wait())
        try:
            await asyncio.wait({work, fault}, timeout=patience, return_when="FIRST_COMPLETED")
            if fault.done():
                raise Unexpected("\n".join(self.conversation.take_faults()))
            if not work.done():
                raise asyncio.TimeoutError(f"nothing came within {patience:g} s")
            return work.result()
        finally:
            fault.cancel()
            work.cancel()

    def unexpected(self) -> list[str]:
        """All that the server should not have said, and all that nobody looked at."""
        kinds = {
            "message": [params.message for params in self._shown.unread],
            "question": self._questions.unread,
            "document": self._shown_documents.unread,
            "diagnostic": [
                diagnostic.message
                for uri in self._unread_diagnostics
                for diagnostic in self._diagnostics[uri]
                if not str(diagnostic.code).startswith(_RESULTS)
            ],
        }
        overlooked = [
            f"nobody looked at the {kind}: {text}"
            for kind, texts in kinds.items()
            for text in texts
        ]
        return [*self.conversation.take_faults(), *overlooked]

    def _register(self) -> None:
        """Take what the server says and asks. The conversation has judged it before."""
        client = self.client

        @client.feature("jedimind/taskFinished")
        def task_finished(params: Any) -> None:
            finished = plain(params)
            self.log.append(f"finished {finished['task']}")
            message = finished.get("message")
            if message and message not in [shown.message for shown in self._shown.messages]:
                self.conversation.fault(f"the user was not told: {message}")
            self.end_of(finished["task"]).set_result(finished)

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            self._diagnostics[params.uri] = list(params.diagnostics)
            self._published_version[params.uri] = params.version
            self._unread_diagnostics.add(params.uri)
            self._published.set()

        @client.feature(types.WORKSPACE_APPLY_EDIT)
        async def apply_edit(
            params: types.ApplyWorkspaceEditParams,
        ) -> types.ApplyWorkspaceEditResult:
            if self.applies_edits_late is not None:
                await self.applies_edits_late.wait()
            if self.refuses_edits or not self._is_current(params.edit):
                return types.ApplyWorkspaceEditResult(applied=False, failure_reason="refused")
            self.apply(params.edit)
            return types.ApplyWorkspaceEditResult(applied=True)

        @client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        async def ask(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
            self._questions.put(params.message)
            if self.never_answers:
                await asyncio.Event().wait()
            for part, choice in self.answers.items():
                if part in params.message:
                    self._questions.read(lambda question: question == params.message)
                    return next(item for item in params.actions or [] if choice in item.title)
            return None

        @client.feature(types.WINDOW_SHOW_MESSAGE)
        def show_message(params: types.ShowMessageParams) -> None:
            self._shown.put(params)

        @client.feature(types.WINDOW_SHOW_DOCUMENT)
        def show_document(params: types.ShowDocumentParams) -> types.ShowDocumentResult:
            self._shown_documents.put(params.uri)
            return types.ShowDocumentResult(success=True)

        @client.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[Any]:
            return [self.configuration for _ in params.items]

        @client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
        def create_progress(params: types.WorkDoneProgressCreateParams) -> None:
            self.progress[str(params.token)] = []

        @client.feature(types.PROGRESS)
        def progress(params: types.ProgressParams) -> None:
            self.log.append(f"progress {params.token}")
            self.progress.setdefault(str(params.token), []).append(plain(params.value))

        for method in (types.CLIENT_REGISTER_CAPABILITY, types.CLIENT_UNREGISTER_CAPABILITY):
            client.feature(method)(self._agree(method))
        for method in _REFRESHES:
            client.feature(method)(self._agree(method, self.refreshes))

    def _agree(self, method: str, seen: list[str] | None = None) -> Callable[[Any], None]:
        def agree(_params: Any) -> None:
            self.log.append(method)
            if seen is not None:
                seen.append(method)

        return agree

    def end_of(self, task: str) -> asyncio.Future[Any]:
        """What will hold the end of a task."""
        return self._finished.setdefault(task, asyncio.get_running_loop().create_future())

    def _is_current(self, edit: types.WorkspaceEdit) -> bool:
        """Whether no document has changed since the versions that `edit` is for."""
        documents = [
            change.text_document
            for change in edit.document_changes or []
            if isinstance(change, types.TextDocumentEdit) and change.text_document.version
        ]
        return all(
            document.uri in self.documents
            and self.documents[document.uri].version == document.version
            for document in documents
        )
