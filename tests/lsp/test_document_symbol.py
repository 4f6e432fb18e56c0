"""The outline of a document as an editor gets it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from editor import CAPABILITIES, Editor

SOURCE = 'SIZE = "😀"; größe = 1\nclass Färbung:\n    @property\n    def ton(self): return 1\n'


def capabilities(encoding: str = "utf-16", *, tree: bool) -> dict[str, Any]:
    offered = copy.deepcopy(CAPABILITIES)
    offered["general"] = {"positionEncodings": [encoding]}
    offered["textDocument"]["documentSymbol"] = {"hierarchicalDocumentSymbolSupport": tree}
    return offered


async def symbols(editor: Editor, uri: str) -> list[Any]:
    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    return list(await editor.client.text_document_document_symbol_async(params) or [])


async def test_a_tree_for_a_client_that_shows_trees(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=capabilities(tree=True))
    found = await symbols(editor, editor.open(project / "a.py", SOURCE))
    assert [(symbol.name, symbol.kind) for symbol in found] == [
        ("SIZE", types.SymbolKind.Constant),
        ("größe", types.SymbolKind.Variable),
        ("Färbung", types.SymbolKind.Class),
    ]
    (tone,) = found[2].children
    assert (tone.name, tone.kind) == ("ton", types.SymbolKind.Property)
    assert tone.range == span(2, 4, 3, 27)
    assert tone.selection_range == span(3, 8, 3, 11)


async def test_a_list_for_a_client_that_does_not(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=capabilities(tree=False))
    uri = editor.open(project / "a.py", SOURCE)
    found = await symbols(editor, uri)
    assert [(symbol.name, symbol.container_name) for symbol in found] == [
        ("SIZE", None),
        ("größe", None),
        ("Färbung", None),
        ("ton", "Färbung"),
    ]
    assert found[3].location == types.Location(uri, span(2, 4, 3, 27))


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 15), ("utf-16", 13), ("utf-32", 12)])
async def test_columns_are_in_the_clients_encoding(
    editor: Editor, project: Path, encoding: str, column: int
) -> None:
    await editor.start(project, capabilities=capabilities(encoding, tree=True))
    found = await symbols(editor, editor.open(project / "a.py", SOURCE))
    assert found[1].selection_range.start == types.Position(0, column)


async def test_it_follows_edits(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=capabilities(tree=True))
    uri = editor.open(project / "a.py", "def first(): ...\n")
    editor.append(uri, "def second(\n")
    assert [symbol.name for symbol in await symbols(editor, uri)] == ["first", "second"]


def span(*ends: int) -> types.Range:
    return types.Range(types.Position(*ends[:2]), types.Position(*ends[2:]))
