"""`initialized` and `shutdown`: the beginning and the end of all work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.lsp.features import (
    code_lens,
    configuration,
    diagnostic,
    inlay_hint,
    run,
    semantic_tokens,
    watched_files,
)
from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    async def shutdown(_session: Session, _params: None) -> None:
        await server.shut_down()

    server.on(types.INITIALIZED, initialized)
    server.on(types.SHUTDOWN, shutdown)


def initialized(session: Session, _params: types.InitializedParams) -> None:
    # Not a coroutine: the next message, which may open a document, must find all in place.
    for feature in (code_lens, diagnostic, inlay_hint, run, semantic_tokens):
        feature.begin(session)
    session.indexes.follow()
    # At once: a client that never answers the one must not hold up the other.
    session.keep(configuration.begin(session))
    session.keep(watched_files.begin(session))
