"""`shutdown`: the end of all work. `initialize` and `exit` are the protocol's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.lsp.session import Session

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    async def shutdown(_session: Session, _params: None) -> None:
        await server.shut_down()

    server.on(types.SHUTDOWN, shutdown)
