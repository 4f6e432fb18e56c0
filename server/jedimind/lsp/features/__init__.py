"""One file per family of methods. Each registers its handlers and, with them, its capabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jedimind.lsp.features import (
    call_hierarchy,
    code_action,
    code_lens,
    completion,
    configuration,
    definition,
    diagnostic,
    document_highlight,
    document_symbol,
    explain,
    folders,
    folding_range,
    formatting,
    generate,
    hover,
    implementation,
    inlay_hint,
    install,
    lifecycle,
    notebook,
    references,
    rename,
    run,
    selection_range,
    semantic_tokens,
    signature_help,
    synchronization,
    tasks,
    trust,
    type_hierarchy,
    view_text,
    watched_files,
    will_rename_files,
    workspace_symbol,
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
        code_lens,
        completion,
        signature_help,
        definition,
        references,
        document_highlight,
        rename,
        implementation,
        call_hierarchy,
        type_hierarchy,
        will_rename_files,
        diagnostic,
        watched_files,
        hover,
        generate,
        explain,
        run,
        install,
        folding_range,
        formatting,
        document_symbol,
        workspace_symbol,
        selection_range,
        semantic_tokens,
        inlay_hint,
        view_text,
    ):
        feature.register(server)
