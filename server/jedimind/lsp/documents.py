"""The open documents: their text as the client has it, and what is known about each version."""

from __future__ import annotations

import asyncio
import functools
from pathlib import Path

import attrs

from jedimind.errors import UserError
from jedimind.lsp.conversion import uri_to_path
from jedimind.lsp.results import Finding, Mark, Results
from jedimind.syntax import Tree, parse
from jedimind.text import Change, Span, Text

# Longer texts are parsed in a thread: 64 KiB take about 20 ms.
_PARSE_AT_ONCE = 1 << 16


class DocumentNotOpen(UserError):
    """The client named a document that it has not opened."""

    def __init__(self, uri: str) -> None:
        super().__init__(f"{uri} is not open; open it in the editor and try again.")


class DocumentChanged(UserError):
    """The document is not at the version that something was computed for."""

    def __init__(self) -> None:
        super().__init__("The document changed meanwhile; nothing was edited. Try again.")


class DocumentTooLarge(UserError):
    """The document is beyond the size that anything is done with."""

    def __init__(self) -> None:
        super().__init__(
            "This file is larger than `server.maxFileSize`; raise that setting, or split the file."
        )


@attrs.frozen(eq=False)
class Moment:
    """A document at one version. What is found out about it can be shown on what it is later."""

    version: int
    tree: Tree
    mark: Mark

    @property
    def text(self) -> Text:
        return self.tree.text


@attrs.define(eq=False)
class Document:
    """One open document. `text` is replaced by every change, so holding it holds a snapshot."""

    uri: str
    version: int
    text: Text
    results: Results = attrs.field(factory=Results)
    # What reading it told; only kept for a client to which it is pushed.
    problems: list[Finding] = attrs.field(factory=list)
    # What the client was sent last.
    pushed: list[Finding] = attrs.field(factory=list)
    notebook_path: Path | None = None
    _tree: Tree | None = None
    _parsing: tuple[Text, asyncio.Task[Tree]] | None = None
    _changed: asyncio.Event = attrs.field(factory=asyncio.Event)

    @functools.cached_property
    def path(self) -> Path:
        """Where the document is or would be saved. Untitled ones get a name of their own.

        A cell is where its notebook is.
        """
        return self.notebook_path or uri_to_path(self.uri)

    def edit(self, span: Span | None, new: str, version: int) -> None:
        """Take over one change; a `span` of None is the whole document."""
        if span is None:
            old = self.text
            self.text = Text.of(new)
            change = Change(0, len(old.lines), len(self.text.lines))
        else:
            self.text, change = self.text.replace(span, new)
        self.version = version
        self.results.move(change)
        moved = (problem.moved(change) for problem in self.problems)
        self.problems = [problem for problem in moved if problem is not None]
        self._changed.set()
        self._changed = asyncio.Event()

    async def tree(self, text: Text) -> Tree:
        """The syntax tree of `text`, which the document has or had."""
        if self._tree is not None and self._tree.text is text:
            return self._tree
        if text.size <= _PARSE_AT_ONCE:
            tree = parse(text)
        else:
            tree = await self._parsed_aside(text)
        if text is self.text:
            self._tree = tree
        return tree

    async def _parsed_aside(self, text: Text) -> Tree:
        """The tree from another thread; an editor asks several things at once that need it."""
        if self._parsing is None or self._parsing[0] is not text:
            self._parsing = text, asyncio.create_task(asyncio.to_thread(parse, text))
        return await asyncio.shield(self._parsing[1])

    async def changed_from(self, version: int) -> None:
        """Wait until the document has a version other than `version`."""
        while self.version == version:
            await self._changed.wait()

    async def reach(self, version: int | None, patience: float = 1.0) -> None:
        """Wait until the document has `version`; None means the present one.

        Some clients send a command before the change that they made just before it, so a future
        version is waited for, for `patience` seconds.

        Raises:
            DocumentChanged: it is at another version.
        """
        if version is None:
            return
        if self.version < version:
            try:
                await asyncio.wait_for(self._reach(version), patience)
            except asyncio.TimeoutError as error:
                raise DocumentChanged from error
        self.require_version(version)

    def require_version(self, version: int) -> None:
        """
        Raises:
            DocumentChanged: the document is at another version.
        """
        if self.version != version:
            raise DocumentChanged

    async def _reach(self, version: int) -> None:
        while self.version < version:
            await self._changed.wait()


@attrs.define(eq=False)
class Documents:
    """All open documents, by URI."""

    _open: dict[str, Document] = attrs.field(factory=dict)

    def open(
        self, uri: str, version: int, content: str, notebook_path: Path | None = None
    ) -> Document:
        """Take in a document; one that is a cell belongs to the notebook at `notebook_path`."""
        document = Document(uri, version, Text.of(content), notebook_path=notebook_path)
        self._open[uri] = document
        return document

    def close(self, uri: str) -> None:
        self._open.pop(uri, None)

    def find(self, uri: str) -> Document | None:
        return self._open.get(uri)

    def at(self, path: Path) -> Document | None:
        """The document that is open of the file at `path`; cells are not files."""
        return next(
            (
                document
                for document in self._open.values()
                if document.notebook_path is None and document.path == path
            ),
            None,
        )

    def __getitem__(self, uri: str) -> Document:
        """
        Raises:
            DocumentNotOpen: the client has not opened it.
        """
        try:
            return self._open[uri]
        except KeyError:
            raise DocumentNotOpen(uri) from None

    def all(self) -> list[Document]:
        return list(self._open.values())
