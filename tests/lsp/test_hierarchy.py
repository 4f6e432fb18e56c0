"""Implementations, call hierarchies and type hierarchies as an editor gets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from client_text import Encoding
from editor import Editor
from marked import marked_files, places, write

CALLS = """
    #- core.py
    from shapes import Shape
    '😀'
    def load(path):
        return '😀', read(path)
    def read(path): ...
    #- app.py
    from core import load
    def main():
        '😀'; load(1); load(2)
    #- shapes.py
    class Shape:
        def area(self): ...
    class Square(Shape):
        def area(self): ...
"""


async def prepared(editor: Editor, method: str, uri: str, part: str) -> dict[str, Any]:
    at = editor.at(uri, editor.text_of(uri).index(part))
    (item,) = await editor.request(method, at)
    assert isinstance(item, dict)
    return item


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_calls_can_be_followed_both_ways(
    editor: Editor, project: Path, encoding: Encoding
) -> None:
    write(marked_files(CALLS), project)
    await editor.start(project, encoding=encoding)
    uri = editor.open(project / "app.py")
    item = await prepared(editor, types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY, uri, "load(1)")
    assert (item["name"], item["uri"]) == ("load", (project / "core.py").as_uri())
    (caller,) = await editor.request(types.CALL_HIERARCHY_INCOMING_CALLS, {"item": item})
    assert caller["from"]["name"] == "main"
    assert _texts(editor, uri, caller["fromRanges"]) == ["load", "load"]
    (called,) = await editor.request(types.CALL_HIERARCHY_OUTGOING_CALLS, {"item": item})
    assert called["to"]["name"] == "read"
    assert _texts(editor, item["uri"], called["fromRanges"]) == ["read"]


async def test_an_item_stands_for_the_same_after_edits_above(editor: Editor, project: Path) -> None:
    write(marked_files(CALLS), project)
    await editor.start(project)
    uri = editor.open(project / "core.py")
    item = await prepared(editor, types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY, uri, "load")
    editor.edit(uri, 0, 0, "import os\n\n")
    (called,) = await editor.request(types.CALL_HIERARCHY_OUTGOING_CALLS, {"item": item})
    assert _texts(editor, uri, called["fromRanges"]) == ["read"]


async def test_types_can_be_followed_both_ways(editor: Editor, project: Path) -> None:
    write(marked_files(CALLS), project)
    await editor.start(project)
    uri = editor.open(project / "shapes.py")
    square = await prepared(editor, types.TEXT_DOCUMENT_PREPARE_TYPE_HIERARCHY, uri, "Square")
    (shape,) = await editor.request(types.TYPE_HIERARCHY_SUPERTYPES, {"item": square})
    assert (shape["name"], shape["detail"]) == ("Shape", "shapes")
    (found,) = await editor.request(types.TYPE_HIERARCHY_SUBTYPES, {"item": shape})
    assert found == square


async def test_implementations(editor: Editor, project: Path) -> None:
    write(marked_files(CALLS), project)
    await editor.start(project)
    uri = editor.open(project / "core.py")
    at = editor.at(uri, editor.text_of(uri).index("Shape"))
    found = await editor.request(types.TEXT_DOCUMENT_IMPLEMENTATION, at)
    assert places(editor, found) == ["shapes.py:3:Square"]


def _texts(editor: Editor, uri: str, ranges: list[dict[str, Any]]) -> list[str]:
    text = editor.text_of(uri)
    found = []
    for each in ranges:
        where = types.Range(types.Position(**each["start"]), types.Position(**each["end"]))
        found.append(text[slice(*editor.span(uri, where))])
    return found
