"""Code actions for names that do not exist, and for the order of imports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsprotocol import types

from editor import CAPABILITIES, Editor

RESOLVING: dict[str, Any] = {
    **CAPABILITIES,
    "textDocument": {
        **CAPABILITIES["textDocument"],
        "codeAction": {
            **CAPABILITIES["textDocument"]["codeAction"],
            "resolveSupport": {"properties": ["edit"]},
            "dataSupport": True,
        },
    },
}


async def actions(
    editor: Editor, uri: str, line: int, only: list[str] | None = None
) -> dict[str, types.CodeAction]:
    """The actions for the problems that the editor shows on a line, by title."""
    shown = await editor.pull_diagnostics(uri)
    here = [each for each in shown if each.range.start.line == line]
    context = types.CodeActionContext(here, only=only)
    range_ = here[0].range if here else types.Range(*[types.Position(line, 0)] * 2)
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), range_, context)
    found = await editor.wait(editor.client.text_document_code_action_async(params))
    return {action.title: action for action in found or []}


async def resolved(editor: Editor, action: types.CodeAction) -> list[types.TextEdit]:
    answer = await editor.wait(editor.client.code_action_resolve_async(action))
    assert answer.edit is not None
    (change,) = answer.edit.document_changes or ()
    return list(change.edits)


async def import_of(editor: Editor, uri: str, title: str, line: int) -> types.CodeAction:
    """An action that is offered once the index knows the name."""
    while title not in (found := await actions(editor, uri, line)):
        # A reading of the workspace that is under way changes nothing that a message announces.
        await editor.request("jedimind/viewText", {"uri": uri})
    return found[title]


async def test_an_undefined_name_can_be_imported(editor: Editor, project: Path) -> None:
    (project / "shop.py").write_text("class Order: ...\n")
    await editor.start(project, capabilities=RESOLVING)
    uri = editor.open(project / "main.py", "import os\n\nprint(os, Order())\n")
    action = await import_of(editor, uri, "Import `Order` from `shop`", 2)
    assert action.kind == "quickfix.jedimind.import"
    assert action.edit is None
    (edit,) = await resolved(editor, action)
    assert (edit.range.start.line, edit.new_text) == (1, "from shop import Order\n")


async def test_the_edit_comes_at_once_where_the_client_does_not_ask_for_it(
    editor: Editor, project: Path
) -> None:
    (project / "shop.py").write_text("class Order: ...\n")
    await editor.start(project)
    uri = editor.open(project / "main.py", "Order()\n")
    action = await import_of(editor, uri, "Import `Order` from `shop`", 0)
    assert action.edit is not None


async def test_a_misspelt_name_can_be_corrected(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=RESOLVING)
    uri = editor.open(project / "main.py", "total_price = 1\nprint('😀', totl_price)\n")
    found = await actions(editor, uri, 1)
    (edit,) = await resolved(editor, found["Change to `total_price`"])
    assert edit.new_text == "total_price"
    assert edit.range.start == types.Position(1, 12)


async def test_imports_are_sorted_when_that_is_asked_for(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=RESOLVING)
    uri = editor.open(project / "main.py", "import sys\nimport os\n\nprint(os, sys, nothing)\n")
    assert "Organize imports" not in await actions(editor, uri, 3)
    found = await actions(editor, uri, 3, only=["source.organizeImports"])
    assert list(found) == ["Organize imports"]
    edits = await resolved(editor, found["Organize imports"])
    assert "import os\n" in "".join(edit.new_text for edit in edits)
