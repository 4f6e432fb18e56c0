"""Hints between the code as editors get them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsprotocol import types

from editor import CAPABILITIES, Editor

SOURCE = """\
def rate(country, year=2024):
    return 1

size = len("😀"); tax = rate("😀", 2)
"""


def refreshing() -> dict[str, Any]:
    workspace = {**CAPABILITIES["workspace"], "inlayHint": {"refreshSupport": True}}
    return {**CAPABILITIES, "workspace": workspace}


async def hints(editor: Editor, uri: str, part: str, count: int) -> list[types.InlayHint]:
    """The hints, once there are `count` or more: at first Jedi has no time for all of them."""
    params = types.InlayHintParams(types.TextDocumentIdentifier(uri), editor.range_of(uri, part))

    async def ask() -> list[types.InlayHint]:
        while True:
            found = await editor.client.text_document_inlay_hint_async(params)
            if found is not None and len(found) >= count:
                return list(found)

    return await editor.wait(ask())


async def test_types_and_parameters_are_shown_in_the_part_asked_for(
    editor: Editor, project: Path
) -> None:
    await editor.start(project)
    uri = editor.open(project / "a.py", SOURCE)
    size, tax, country, year = await hints(editor, uri, "size = ", 4)
    assert (size.label, size.kind) == (": int", types.InlayHintKind.Type)
    assert (size.position, size.padding_left) == (types.Position(3, 4), False)
    assert (tax.label, tax.position) == (": int", types.Position(3, 21))
    assert (country.label, country.kind) == ("country:", types.InlayHintKind.Parameter)
    assert (country.position, country.padding_right) == (types.Position(3, 29), True)
    assert (year.label, year.position) == ("year:", types.Position(3, 35))
    (returned,) = await hints(editor, uri, "def", 1)
    assert (returned.label, returned.padding_left) == ("-> int", True)


async def test_a_type_can_be_inserted(editor: Editor, project: Path) -> None:
    await editor.start(project)
    uri = editor.open(project / "a.py", SOURCE)
    (returned,) = await hints(editor, uri, "def", 1)
    (edit,) = returned.text_edits or []
    assert edit == types.TextEdit(types.Range(returned.position, returned.position), " -> int")
    _, _, country, _ = await hints(editor, uri, "size = ", 4)
    assert country.text_edits is None


async def test_long_types_are_cut_and_told_in_full_by_the_tooltip(
    editor: Editor, project: Path
) -> None:
    await editor.start(project)
    name = "Very" * 20
    source = f"class {name}: ...\ndef f():\n    return {name}()\n"
    (hint,) = await hints(editor, editor.open(project / "a.py", source), "def", 1)
    assert isinstance(hint.label, str)
    assert (len(hint.label), hint.label[-1]) == (60, "…")
    assert hint.tooltip == f"-> {name}"


async def test_settings_say_what_is_shown_and_a_change_has_the_editor_ask_again(
    editor: Editor, project: Path
) -> None:
    editor.configuration = {"inlayHints": {"parameters": False, "most": 2}}
    await editor.start(project, capabilities=refreshing())
    uri = editor.open(project / "a.py", SOURCE)
    await editor.until(lambda: len(editor.refreshes) == 1)
    assert [hint.label for hint in await hints(editor, uri, SOURCE, 2)] == ["-> int", ": int"]
    editor.configuration = {"inlayHints": {"types": False, "returns": False}}
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    await editor.until(lambda: len(editor.refreshes) == 2)
    assert [hint.label for hint in await hints(editor, uri, SOURCE, 2)] == ["country:", "year:"]
    assert set(editor.refreshes) == {types.WORKSPACE_INLAY_HINT_REFRESH}
