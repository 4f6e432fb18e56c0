"""Having the client ask again for what it shows, such as hints and colours."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from lsprotocol import types

from jedimind.lsp.documents import Document
from jedimind.lsp.listener import Listener
from jedimind.lsp.session import Session
from jedimind.lsp.views import View

_HINTS = "workspace.inlay_hint.refresh_support"


def refresh_hints(session: Session) -> None:
    """Have the client ask again for hints, because values came, moved or went."""
    if session.client.capability(_HINTS):
        session.client.refresh(types.WORKSPACE_INLAY_HINT_REFRESH)


class Refresh:
    """The request `method`, sent only to clients with the `capability` to answer it."""

    def __init__(self, method: str, capability: str) -> None:
        self._method = method
        self._capability = capability
        self._versions: WeakKeyDictionary[Document, int] = WeakKeyDictionary()

    def begin(self, session: Session) -> None:
        """From now on have the client ask again whenever settings, folders or trust change."""
        if session.client.capability(self._capability):
            session.listen(_Refreshing(session, self._method))

    def once(self, session: Session, view: View) -> None:
        """Have the client ask again for what Jedi had no time for: by then it has read more.

        Once for each version of a document, because there may be no end to it.
        """
        known = self._versions.get(view.document)
        if known != view.version and session.client.capability(self._capability):
            self._versions[view.document] = view.version
            session.client.refresh(self._method)


class _Refreshing(Listener):
    def __init__(self, session: Session, method: str) -> None:
        self._session = session
        self._method = method

    def everything(self) -> None:
        self._session.client.refresh(self._method)
