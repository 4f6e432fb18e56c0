"""Folds and selections as editors get them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from lsprotocol import types

from editor import CAPABILITIES, PATIENCE, Editor

SOURCE = '''\
import os
import sys

def greet(
    name,
):
    """😀 Greets."""
    return f"😀 {name}"
'''


def folding(**abilities: Any) -> dict[str, Any]:
    text_document = {**CAPABILITIES["textDocument"], "foldingRange": abilities}
    return {**CAPABILITIES, "textDocument": text_document}


async def folds(editor: Editor, uri: str) -> list[types.FoldingRange]:
    params = types.FoldingRangeParams(types.TextDocumentIdentifier(uri))
    answer = editor.client.text_document_folding_range_async(params)
    return list(await asyncio.wait_for(answer, PATIENCE) or [])


async def test_folds_are_exact_for_editors_that_fold_characters(
    editor: Editor, project: Path
) -> None:
    result = await editor.start(project)
    assert result.capabilities.folding_range_provider
    found = await folds(editor, editor.open(project / "a.py", SOURCE))
    assert found == [
        types.FoldingRange(0, 1, 9, 10, "imports"),
        types.FoldingRange(3, 5, 10, 0),
        types.FoldingRange(5, 7, 2, 23),
    ]


async def test_an_editor_of_whole_lines_gets_what_it_can_show_and_no_more_than_it_takes(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, capabilities=folding(lineFoldingOnly=True, rangeLimit=2))
    uri = editor.open(project / "a.py", SOURCE)
    found = await folds(editor, uri)
    assert [(fold.start_line, fold.end_line) for fold in found] == [(0, 1), (3, 4)]
    editor.edit(uri, 0, len("import os\nimport sys\n"), "")
    found = await folds(editor, uri)
    assert [(fold.start_line, fold.end_line) for fold in found] == [(1, 2), (3, 5)]


async def test_selections_grow_from_each_cursor(editor: Editor, project: Path) -> None:
    result = await editor.start(project)
    assert result.capabilities.selection_range_provider
    uri = editor.open(project / "a.py", SOURCE)
    cursors = [editor.range_of(uri, 'name}"').start, types.Position(99, 0)]
    params = types.SelectionRangeParams(types.TextDocumentIdentifier(uri), cursors)
    answer = editor.client.text_document_selection_range_async(params)
    inside, end = await asyncio.wait_for(answer, PATIENCE) or []
    assert end == types.SelectionRange(types.Range(types.Position(0, 0), types.Position(8, 0)))
    chain = [inside.range]
    while inside.parent is not None:
        inside = inside.parent
        chain.append(inside.range)
    parts = ["name}", "{name}", "😀 {name}", 'f"😀 {name}"', 'return f"😀 {name}"']
    expected = [editor.range_of(uri, part) for part in parts]
    expected[0].end.character -= 1
    assert chain[: len(parts)] == expected
    assert chain[-1] == end.range


async def test_a_document_that_is_not_open_has_neither(editor: Editor, project: Path) -> None:
    await editor.start(project)
    assert await folds(editor, (project / "b.py").as_uri()) == []
