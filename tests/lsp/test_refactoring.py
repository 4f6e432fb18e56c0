"""The code actions *Extract* and *Inline*: offered where they can be done, made when chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter

from client_text import Encoding
from editor import CAPABILITIES, Editor, ErrorAnswer

RESOLVING = {
    **CAPABILITIES,
    "textDocument": {
        **CAPABILITIES["textDocument"],
        "codeAction": {
            **CAPABILITIES["textDocument"]["codeAction"],
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
    },
}

_converter = get_converter()

SOURCE = "def f(x):\n    y = '😀', x + 1\n    return y\n"


async def actions(
    editor: Editor, uri: str, part: str, only: list[str] | None = None
) -> dict[str, dict[str, Any]]:
    """The refactorings offered for a selection, by title; a `|` is a mere cursor there."""
    before, cursor, after = part.partition("|")
    range_ = editor.range_of(uri, before + after)
    if cursor:
        range_ = editor.cursor_in(uri, before + after)
    params = {
        "textDocument": {"uri": uri},
        "range": _converter.unstructure(range_),
        "context": {"diagnostics": [], **({"only": only} if only else {})},
    }
    found = await editor.request(types.TEXT_DOCUMENT_CODE_ACTION, params)
    kinds = ("refactor.extract", "refactor.inline")
    return {each["title"]: each for each in found if each["kind"].startswith(kinds)}


async def resolved(editor: Editor, action: dict[str, Any]) -> types.WorkspaceEdit:
    assert "edit" not in action
    whole = await editor.request(types.CODE_ACTION_RESOLVE, action)
    return _converter.structure(whole["edit"], types.WorkspaceEdit)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_what_is_chosen_is_made_then(
    editor: Editor, project: Path, encoding: Encoding
) -> None:
    await editor.start(project, capabilities=RESOLVING, encoding=encoding)
    uri = editor.open(project / "a.py", SOURCE)
    found = await actions(editor, uri, "x + 1")
    assert list(found) == ["Extract variable", "Extract function"]
    editor.apply(await resolved(editor, found["Extract variable"]))
    assert editor.text_of(uri) == (
        "def f(x):\n    new_variable = x + 1\n    y = '😀', new_variable\n    return y\n"
    )


async def test_a_client_that_cannot_ask_again_gets_the_edit_at_once(
    editor: Editor, project: Path
) -> None:
    await editor.start(project)
    uri = editor.open(project / "a.py", SOURCE)
    found = await actions(editor, uri, "x + 1", ["refactor.extract.variable"])
    editor.apply(_converter.structure(found["Extract variable"]["edit"], types.WorkspaceEdit))
    assert "new_variable = x + 1" in editor.text_of(uri)


async def test_what_would_break_the_code_is_not_offered(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=RESOLVING)
    uri = editor.open(project / "a.py", "async def f(x):\n    return (await x) + 1\n")
    assert list(await actions(editor, uri, "await x")) == ["Extract variable"]


async def test_a_variable_is_inlined(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=RESOLVING)
    uri = editor.open(project / "a.py", "def f(x):\n    total = x + 1\n    return total * 2\n")
    assert list(await actions(editor, uri, "|return")) == []
    found = await actions(editor, uri, "|total")
    editor.apply(await resolved(editor, found["Inline `total`"]))
    assert editor.text_of(uri) == "def f(x):\n    return (x + 1) * 2\n"


async def test_what_cannot_be_inlined_is_refused_in_words(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=RESOLVING)
    uri = editor.open(project / "a.py", "total = 1\ntotal = 2\nprint(total)\n")
    found = await actions(editor, uri, "|total")
    with pytest.raises(ErrorAnswer, match="gets its value in 2 places"):
        await editor.request(types.CODE_ACTION_RESOLVE, found["Inline `total`"])


async def test_an_action_is_for_the_text_it_was_offered_for(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=RESOLVING)
    uri = editor.open(project / "a.py", SOURCE)
    found = await actions(editor, uri, "x + 1")
    editor.append(uri, "# more\n")
    with pytest.raises(ErrorAnswer) as caught:
        await editor.request(types.CODE_ACTION_RESOLVE, found["Extract variable"])
    assert caught.value.code == types.LSPErrorCodes.ContentModified
