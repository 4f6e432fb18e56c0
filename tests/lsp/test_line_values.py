"""The values of lines that ran, as hints at their ends and in hovers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsprotocol import types

from editor import CAPABILITIES, Editor

REFRESHING: dict[str, Any] = {
    **CAPABILITIES,
    "workspace": {**CAPABILITIES["workspace"], "inlayHint": {"refreshSupport": True}},
}
OFF = {"features": {"language": False}}


async def ran(editor: Editor, project: Path, text: str, **start: Any) -> str:
    await editor.start(project, **{"trusted": True, "settings": OFF, **start})
    uri = editor.open(project / "script.py", text)
    await editor.run(uri)
    return uri


async def hints(editor: Editor, uri: str) -> list[tuple[int, int, str]]:
    """Line, column and label of all values that are shown."""
    everything = types.Range(types.Position(0, 0), types.Position(99, 0))
    params = types.InlayHintParams(types.TextDocumentIdentifier(uri), everything)
    found = await editor.wait(editor.client.text_document_inlay_hint_async(params))
    return [
        (hint.position.line, hint.position.character, str(hint.label))
        for hint in found or []
        if hint.kind is None
    ]


def edit(editor: Editor, uri: str, version: int, line: int, text: str) -> None:
    place = types.Range(types.Position(line, 0), types.Position(line, 0))
    editor.client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version, uri),
            [types.TextDocumentContentChangePartial(place, text)],
        )
    )


async def test_values_stand_at_the_ends_of_lines(editor: Editor, project: Path) -> None:
    uri = await ran(
        editor, project, "x = '😀' * 2  # why\nfor i in range(1000):\n    i * 2\ny = [\n    x,\n]\n"
    )
    assert await hints(editor, uri) == [
        (0, 19, "'😀😀'"),
        (2, 9, "0 … 1998 (1000×)"),
        (5, 1, "['😀😀']"),
    ]


async def test_they_move_with_lines_and_go_from_those_that_are_edited(
    editor: Editor, project: Path
) -> None:
    uri = await ran(editor, project, "x = 1 + 1\ny = x + 1\n")
    edit(editor, uri, 2, 0, "\n\n")
    assert await hints(editor, uri) == [(2, 9, "2"), (3, 9, "3")]
    edit(editor, uri, 3, 2, "z")
    assert await hints(editor, uri) == [(3, 9, "3")]
    clear = {"command": "jedimind.clearResults", "arguments": [{"uri": uri}]}
    assert await editor.request("workspace/executeCommand", clear) == {"cleared": 1}
    assert await hints(editor, uri) == []


async def test_the_client_is_asked_to_look_again(editor: Editor, project: Path) -> None:
    await editor.start(project, trusted=True, settings=OFF, capabilities=REFRESHING)
    uri = editor.open(project / "script.py", "x = 1 + 1\n")
    await editor.until(lambda: len(editor.refreshes) == 1)  # the settings came
    await editor.run(uri)
    await editor.until(lambda: len(editor.refreshes) == 2)
    edit(editor, uri, 2, 0, "\n")
    await editor.until(lambda: len(editor.refreshes) == 3)
    assert set(editor.refreshes) == {types.WORKSPACE_INLAY_HINT_REFRESH}


async def test_a_hover_tells_of_its_line(editor: Editor, project: Path) -> None:
    uri = await ran(
        editor, project, "x = list(range(40))\ny = '```\\n' + '[a](command:b)'\nx = 1 + 1\n"
    )
    first, second, third = [await editor.hover(uri, line) or "" for line in range(3)]
    assert "38, 39]\n```" in first
    assert second.startswith("````text\n'```\\n[a](command:b)'\n````")
    assert third.startswith("```text\n2\n```")
    assert "MiB of memory" in third
    assert " s.**" in third


async def test_a_failure_tells_the_locals(editor: Editor, project: Path) -> None:
    source = "def half(n):\n    rest = [n]\n    return rest / 0\n\nhalf(5)\n"
    uri = await ran(editor, project, source)
    deepest = await editor.hover(uri, 2) or ""
    assert "Locals in half:\n\n```text\nn = 5\nrest = [5]\n```" in deepest
    assert "TypeError" in deepest
    other = await editor.hover(uri, 0) or ""
    assert "Locals" not in other


async def test_hints_and_the_diagnostic_can_be_switched_off(editor: Editor, project: Path) -> None:
    off = {**OFF, "execution": {"valueHints": False, "valueDiagnostics": False}}
    uri = await ran(editor, project, "x = 1 + 1\nx\n", settings=off)
    assert await hints(editor, uri) == []
    assert "```text\n2\n```" in (await editor.hover(uri, 0) or "")
    other = editor.open(project / "other.py", "1 / 0\n")
    await editor.run(other)
    (error,) = await editor.diagnostics_until(other, bool)
    assert error.severity is types.DiagnosticSeverity.Error
