"""Switched-off features: not offered from the start, and silent when switched off later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest
from lsprotocol import types

from editor import CAPABILITIES, Editor
from jedimind.settings import FeatureSettings, camel_case

SOURCE = """\
class Base:
    def greet(self, name):
        return unknown


class Derived(Base):
    def greet(self, name):
        return name


Derived().greet("you")
size = len("you")
if __name__ == "__main__":
    pass
"""
# Pushes its settings, so that a test can change one of them.
PUSHES = {
    "textDocument": {
        **CAPABILITIES["textDocument"],
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "semanticTokens": {
            "requests": {"full": True},
            "tokenTypes": ["class", "method", "variable"],
            "tokenModifiers": [],
            "formats": ["relative"],
        },
    },
    "workspace": {"applyEdit": True},
}
AT_CALL = {"position": {"line": 10, "character": 12}}
WHOLE = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 12, "character": 0}}}
# For each feature a method, what it is asked besides the document, and its capability.
METHODS: dict[str, tuple[str, dict[str, Any], str]] = {
    "completion": ("completion", AT_CALL, "completionProvider"),
    "hover": ("hover", AT_CALL, ""),  # results are shown in any case
    "signature_help": (
        "signatureHelp",
        {"position": {"line": 10, "character": 16}},
        "signatureHelpProvider",
    ),
    "definition": ("definition", AT_CALL, "definitionProvider"),
    "references": (
        "references",
        {**AT_CALL, "context": {"includeDeclaration": True}},
        "referencesProvider",
    ),
    "document_highlight": ("documentHighlight", AT_CALL, "documentHighlightProvider"),
    "document_symbol": ("documentSymbol", {}, "documentSymbolProvider"),
    "workspace_symbol": ("", {}, "workspaceSymbolProvider"),
    "rename": ("prepareRename", {"position": {"line": 5, "character": 8}}, "renameProvider"),
    "folding_range": ("foldingRange", {}, "foldingRangeProvider"),
    "selection_range": (
        "selectionRange",
        {"positions": [AT_CALL["position"]]},
        "selectionRangeProvider",
    ),
    "inlay_hint": ("inlayHint", WHOLE, ""),  # values are shown in any case
    "semantic_tokens": ("semanticTokens/full", {}, "semanticTokensProvider"),
    "call_hierarchy": ("prepareCallHierarchy", AT_CALL, "callHierarchyProvider"),
    "type_hierarchy": (
        "prepareTypeHierarchy",
        {"position": {"line": 5, "character": 8}},
        "typeHierarchyProvider",
    ),
    "code_lens": ("codeLens", {}, "codeLensProvider"),
    "diagnostics": ("diagnostic", {}, "diagnosticProvider"),
    "formatting": (
        "formatting",
        {"options": {"tabSize": 4, "insertSpaces": True}},
        "documentFormattingProvider",
    ),
}
# What shows results of runs is offered in any case.
SHOW_RESULTS = {"hover", "inlay_hint"}
# What `language` leaves on, because no other server has it.
OURS_ALONE = {"code_lens"}
# Switches of actions, which are offered in any case: runs and generation are actions, too.
ACTIONS = {"auto_import", "refactoring"}
# What says nothing about this source even when it is on.
SILENT = {"formatting", "workspace_symbol"}


def provided(editor: Editor) -> set[str]:
    capabilities = attrs.asdict(editor.server, recurse=False)
    return {camel_case(name) for name, value in capabilities.items() if value}


def switched(**features: bool) -> dict[str, Any]:
    return {"features": {camel_case(name): value for name, value in features.items()}}


def configure(editor: Editor, settings: dict[str, Any]) -> None:
    params = types.DidChangeConfigurationParams({"jedimind": settings})
    editor.client.workspace_did_change_configuration(params)


def test_every_switch_is_tested() -> None:
    fields = {field.name for field in attrs.fields(FeatureSettings)}
    assert fields == {*METHODS, *ACTIONS, "language"}


@pytest.mark.parametrize("first", [0, 1])
async def test_what_is_off_from_the_start_is_not_offered(
    editor: Editor, project: Path, first: int
) -> None:
    off = set(list(METHODS)[first::2])
    settings = switched(**dict.fromkeys(off, False))
    await editor.start(project, capabilities=PUSHES, settings=settings)
    offered = {feature for feature, (*_, name) in METHODS.items() if name in provided(editor)}
    assert offered == METHODS.keys() - off - SHOW_RESULTS
    assert {"hoverProvider", "inlayHintProvider"} <= provided(editor)


async def test_without_language_features_there_is_what_jedimind_alone_does(
    editor: Editor, project: Path
) -> None:
    settings = switched(language=False)
    await editor.start(project, capabilities=PUSHES, settings=settings, trusted=True)
    assert provided(editor) - {"positionEncoding", "textDocumentSync", "workspace"} == {
        "codeActionProvider",
        "codeLensProvider",
        "executeCommandProvider",
        "hoverProvider",
        "inlayHintProvider",
    }
    uri = editor.open(project / "a.py", "missing\n1 / 0\n")
    await editor.run(uri)
    (found,) = await editor.diagnostics_until(uri, bool)
    assert str(found.code).startswith("exec.")
    said = await editor.hover(uri, found.range.start.line)
    assert said is not None
    assert "NameError" in said
    actions = await editor.code_actions(uri, editor.range(uri, 0, 0))
    assert "Run file" in actions


async def test_what_is_switched_off_later_is_silent(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=PUSHES)
    uri = editor.open(project / "a.py", SOURCE)

    async def speaks(feature: str) -> bool:
        method, more, _ = METHODS[feature]
        params = {"textDocument": {"uri": uri}, **more}
        answer = await editor.request(f"textDocument/{method}", params)
        if isinstance(answer, dict) and (answer.keys() & {"items", "data"}):
            return bool(answer.get("items") or answer.get("data"))
        return bool(answer)

    async def all_speak() -> None:
        for feature in speaking:
            while not await speaks(feature):  # for inlay hints Jedi may have no time at first
                pass

    speaking = METHODS.keys() - SILENT
    await editor.wait(all_speak())
    for off in speaking:
        configure(editor, switched(**{off: False}))
        assert not await speaks(off), off
    configure(editor, switched(language=False))
    assert {feature for feature in speaking if await speaks(feature)} == OURS_ALONE
    configure(editor, {})
    await editor.wait(all_speak())


async def test_actions_are_switched_off(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=PUSHES)
    uri = editor.open(project / "a.py", "import sys\nimport os\nx = 1 + 2\n")

    async def kinds() -> set[str]:
        found = await editor.code_actions(uri, editor.range_of(uri, "1 + 2"))
        return {str(action.kind).partition(".")[0] for action in found.values() if action.kind}

    assert "refactor" in await kinds()
    configure(editor, switched(refactoring=False))
    assert "refactor" not in await kinds()
