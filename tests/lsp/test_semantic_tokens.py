"""Colours by meaning as editors get them: as numbers, relative to the token before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from editor import CAPABILITIES, Editor

SOURCE = """\
class Order:
    def total(self, rate):
        return f"😀 {rate}", self.total

"😀", Order
"""
# What every token of SOURCE is, and where: line, column in UTF-16 units, length.
TOKENS = [
    ((0, 6, 5), "class"),
    ((1, 8, 5), "method"),
    ((1, 14, 4), "parameter"),
    ((1, 20, 4), "parameter"),
    ((2, 21, 4), "parameter"),
    ((2, 29, 4), "parameter"),
    ((2, 34, 5), "method"),
    ((4, 6, 5), "class"),
]
STANDARD_TYPES = [type_.value for type_ in types.SemanticTokenTypes]


def capable(token_types: list[str], **more: Any) -> dict[str, Any]:
    tokens = {
        "requests": {"full": {"delta": True}, "range": True},
        "tokenTypes": token_types,
        "tokenModifiers": ["declaration"],
        "formats": ["relative"],
        **more,
    }
    return {
        **CAPABILITIES,
        "textDocument": {**CAPABILITIES["textDocument"], "semanticTokens": tokens},
    }


def read(editor: Editor, data: list[int]) -> list[tuple[tuple[int, int, int], str]]:
    """The place and type of each token."""
    provider = editor.server.semantic_tokens_provider
    assert provider is not None
    found = []
    line = column = 0
    for at in range(0, len(data), 5):
        lines, columns, length, type_, _ = data[at : at + 5]
        column = columns if lines else column + columns
        line += lines
        found.append(((line, column, length), provider.legend.token_types[type_]))
    return found


async def full(editor: Editor, uri: str) -> types.SemanticTokens:
    params = types.SemanticTokensParams(types.TextDocumentIdentifier(uri))
    found = await editor.wait(editor.client.text_document_semantic_tokens_full_async(params))
    assert found is not None
    return found


async def delta(
    editor: Editor, uri: str, previous: str | None
) -> types.SemanticTokens | types.SemanticTokensDelta:
    assert previous is not None
    params = types.SemanticTokensDeltaParams(types.TextDocumentIdentifier(uri), previous)
    answer = editor.client.text_document_semantic_tokens_full_delta_async(params)
    found = await editor.wait(answer)
    assert found is not None
    return found


async def test_every_name_has_its_place_and_type(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=capable(STANDARD_TYPES))
    found = await full(editor, editor.open(project / "a.py", SOURCE))
    assert read(editor, list(found.data)) == TOKENS
    modifiers = [found.data[at] for at in range(4, len(found.data), 5)]
    assert modifiers == [1, 1, 1, 1, 0, 0, 0, 0]  # of what it knows, it is told only


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 8), ("utf-32", 5)])
async def test_columns_are_in_the_units_of_the_client(
    editor: Editor, project: Path, encoding: Any, column: int
) -> None:
    await editor.start(project, capabilities=capable(STANDARD_TYPES), encoding=encoding)
    found = await full(editor, editor.open(project / "a.py", SOURCE + "ää = 1\n"))
    read_ = read(editor, list(found.data))
    assert ((4, column, 5), "class") in read_
    assert read_[-1][0] == (5, 0, 4 if encoding == "utf-8" else 2)


async def test_a_client_is_told_only_types_that_it_knows(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=capable(["class", "function", "variable"]))
    found = await full(editor, editor.open(project / "a.py", SOURCE))
    shown = [type_ for _, type_ in read(editor, list(found.data))]
    instead = {"method": "function", "parameter": "variable", "class": "class"}
    assert shown == [instead[type_] for _, type_ in TOKENS]


async def test_a_range_counts_from_the_start_of_the_document(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=capable(STANDARD_TYPES))
    uri = editor.open(project / "a.py", SOURCE)
    params = types.SemanticTokensRangeParams(
        types.TextDocumentIdentifier(uri), editor.range_of(uri, "return")
    )
    found = await editor.wait(editor.client.text_document_semantic_tokens_range_async(params))
    assert found is not None
    assert read(editor, list(found.data)) == TOKENS[4:7]


async def test_after_an_edit_only_what_changed_is_sent(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=capable(STANDARD_TYPES))
    uri = editor.open(project / "a.py", SOURCE)
    first = await full(editor, uri)
    editor.edit(uri, 0, 0, "x = 1\n")
    changed = await delta(editor, uri, first.result_id)
    assert isinstance(changed, types.SemanticTokensDelta)
    (edit,) = changed.edits
    data = list(first.data)
    data[edit.start : edit.start + edit.delete_count] = edit.data or []
    assert data == list((await full(editor, uri)).data)
    assert len(edit.data or []) < 10


async def test_where_nothing_changed_nothing_is_sent(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=capable(STANDARD_TYPES))
    uri = editor.open(project / "a.py", SOURCE)
    first = await full(editor, uri)
    same = await delta(editor, uri, first.result_id)
    assert isinstance(same, types.SemanticTokensDelta)
    assert not same.edits
    again = await delta(editor, uri, first.result_id)  # it has a newer one by now
    assert isinstance(again, types.SemanticTokens)
    assert again.data == first.data


async def test_all_and_the_part_that_is_seen_can_be_asked_for_at_once(
    editor: Editor, project: Path
) -> None:
    await editor.start(project)
    uri = editor.open(project / "a.py", SOURCE)
    document = {"textDocument": {"uri": uri}}
    end = {"line": SOURCE.count("\n"), "character": 0}
    part = {**document, "range": {"start": {"line": 0, "character": 0}, "end": end}}
    both = [
        editor.send(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, document),
        editor.send(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, part),
    ]
    whole, seen = [await editor.answer(sent) for sent in both]
    assert whole["data"] == seen["data"]
