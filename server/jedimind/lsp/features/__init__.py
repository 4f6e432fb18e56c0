"""One file per family of methods. Each registers its handlers and, with them, its capabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jedimind.lsp.features import (
    code_action,
    completion,
    configuration,
    definition,
    diagnostic,
    document_highlight,
    document_symbol,
    explain,
    folders,
    folding_range,
    generate,
    hover,
    lifecycle,
    notebook,
    references,
    run,
    selection_range,
    semantic_tokens,
    signature_help,
    synchronization,
    tasks,
    trust,
    view_text,
    watched_files,
)

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    for feature in (
        lifecycle,
        synchronization,
        notebook,
        configuration,
        folders,
        tasks,
        trust,
        code_action,
        completion,
        signature_help,
        definition,
        references,
        document_highlight,
        diagnostic,
        watched_files,
        hover,
        generate,
        explain,
        run,
        folding_range,
        document_symbol,
        selection_range,
        semantic_tokens,
        view_text,
    ):
        feature.register(server)
