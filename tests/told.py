"""What a server was told of documents, and whether it may publish what it does for them.

A server cannot know of a change that is under way to it. That it has seen one is known from an
answer to a later request, because messages are handled in order; only then is a diagnostic for an
older version, or for a document that is closed, a fault.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from offers import Json, branch

# A version, or None where the document was closed.
Version = int | None


@attrs.define
class _Document:
    told: list[tuple[int, Version]] = attrs.field(factory=list)  # when, and what
    published: Version = None  # since it was opened
    marked: bool = False  # diagnostics stand in the editor

    def seen(self, acknowledged: int) -> Version:
        """The newest version that the server has surely seen."""
        return next((version for sent, version in reversed(self.told) if sent <= acknowledged), 0)


class ToldDocuments:
    """Every document that the server was ever told of."""

    def __init__(self) -> None:
        self._documents: dict[str, _Document] = {}

    def sent(self, now: int, method: str, params: Json) -> None:
        """Note a notification that the client sends at the time `now`."""
        for uri, version in _told(method, params):
            document = self._documents.setdefault(uri, _Document())
            if not document.told or document.told[-1][1] is None:
                document.published = None
            document.told.append((now, version))

    def refused(self, params: Json, acknowledged: int) -> str | None:
        """Why these diagnostics must not be published; None where they may.

        The answer to all that was sent until `acknowledged` has come.
        """
        uri, version = params["uri"], params.get("version")
        document = self._documents.get(uri)
        if document is None:
            return f"diagnostics for {uri}, which was never opened"
        document.marked = bool(params["diagnostics"])
        seen = document.seen(acknowledged)
        if seen is None and document.marked:
            return f"diagnostics for {uri}, which is closed"
        if version is None:
            return None
        oldest = max(seen or 0, document.published or 0)
        document.published = version
        if version < oldest:
            return f"diagnostics for version {version} of {uri} after version {oldest}"
        if version not in [told for _, told in document.told]:
            return f"diagnostics for version {version} of {uri}, which it never had"
        return None

    def left_behind(self) -> Iterator[str]:
        """What stands in the editor for documents that are closed."""
        for uri, document in self._documents.items():
            if document.marked and document.told[-1][1] is None:
                yield f"diagnostics of {uri} were not withdrawn when it was closed"


def _told(method: str, params: Json) -> Iterator[tuple[str, Version]]:
    """The documents that a notification is about, and which version they have from now on."""
    if method in ("textDocument/didOpen", "textDocument/didChange"):
        yield _versioned(params["textDocument"])
    elif method == "textDocument/didClose":
        yield params["textDocument"]["uri"], None
    elif method == "notebookDocument/didOpen":
        yield from map(_versioned, params["cellTextDocuments"])
    elif method == "notebookDocument/didClose":
        yield from ((cell["uri"], None) for cell in params["cellTextDocuments"])
    elif method == "notebookDocument/didChange":
        cells = params["change"].get("cells") or {}
        yield from map(_versioned, branch(cells, "structure.didOpen") or [])
        yield from ((cell["uri"], None) for cell in branch(cells, "structure.didClose") or [])
        yield from (_versioned(change["document"]) for change in cells.get("textContent") or [])


def _versioned(document: Json) -> tuple[str, int]:
    return document["uri"], document["version"]
