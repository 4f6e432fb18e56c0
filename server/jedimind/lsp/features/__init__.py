"""One file per family of methods. Each registers its handlers and, with them, its capabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jedimind.lsp.features import (
    code_action,
    configuration,
    explain,
    folders,
    generate,
    hover,
    lifecycle,
    run,
    synchronization,
    tasks,
    trust,
)

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    for feature in (
        lifecycle,
        synchronization,
        configuration,
        folders,
        tasks,
        trust,
        code_action,
        hover,
        generate,
        explain,
        run,
    ):
        feature.register(server)
