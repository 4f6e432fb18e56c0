"""Positions are right in every encoding, whatever stands before them and however lines end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter

from client_text import Encoding, offset, position
from editor import CAPABILITIES, Editor, ErrorAnswer
from marked import marked
from offers import branch

ENCODINGS: list[Encoding] = ["utf-8", "utf-16", "utf-32"]
# Every kind of character, and every kind of line end.
SOURCE = (
    "'ä\f😀'; first = 1\r\n"
    "\f\rdef greet(näme, 𝒳=2):  # \u2028 é \U0010ffff\n"
    "    '''👩\u200d👩\u200d👧'''; return f'😀 {näme}' + str(𝒳)\r"
    "'\u2029\x85\x1c😀'; second = greet(first)\n"
)
BEYOND = 2**31 - 1
REQUEST_FAILED = types.LSPErrorCodes.RequestFailed.value
# The methods that are about a position, by the capability that says that the server has them.
AT_POSITIONS = {
    "textDocument/completion": "completionProvider",
    "textDocument/declaration": "declarationProvider",
    "textDocument/definition": "definitionProvider",
    "textDocument/documentHighlight": "documentHighlightProvider",
    "textDocument/hover": "hoverProvider",
    "textDocument/implementation": "implementationProvider",
    "textDocument/prepareCallHierarchy": "callHierarchyProvider",
    "textDocument/prepareRename": "renameProvider",
    "textDocument/prepareTypeHierarchy": "typeHierarchyProvider",
    "textDocument/references": "referencesProvider",
    "textDocument/selectionRange": "selectionRangeProvider",
    "textDocument/signatureHelp": "signatureHelpProvider",
    "textDocument/typeDefinition": "typeDefinitionProvider",
}
# What some of them need besides a position.
CONTEXT = {"includeDeclaration": True, "triggerKind": 1, "isRetrigger": False}
TREES = {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}
converter = get_converter()

pytestmark = pytest.mark.parametrize("encoding", ENCODINGS)


async def opened(editor: Editor, project: Path, encoding: Encoding, text: str = SOURCE) -> str:
    text_document = {**CAPABILITIES["textDocument"], **TREES}
    capabilities = {**CAPABILITIES, "textDocument": text_document}
    await editor.start(project, trusted=True, capabilities=capabilities, encoding=encoding)
    assert editor.encoding == encoding
    (project / "a.py").write_bytes(text.encode())
    return editor.open(project / "a.py")


def part(editor: Editor, uri: str, where: dict[str, Any]) -> str:
    """What stands at a range, whose ends have to be between two characters that exist."""
    text = editor.documents[uri].text
    ends = converter.structure(where, types.Range)
    offsets = [offset(text, end, editor.encoding) for end in (ends.start, ends.end)]
    assert [position(text, at, editor.encoding) for at in offsets] == [ends.start, ends.end]
    return text[slice(*offsets)]


def ranges(answer: Any) -> Iterator[dict[str, Any]]:
    """Every range in an answer."""
    if isinstance(answer, dict) and answer.keys() == {"start", "end"}:
        yield answer
    elif isinstance(answer, dict):
        for item in answer.values():
            yield from ranges(item)
    elif isinstance(answer, list):
        for item in answer:
            yield from ranges(item)


async def test_symbols_are_where_their_names_are(
    editor: Editor, project: Path, encoding: Encoding
) -> None:
    uri = await opened(editor, project, encoding)
    params = {"textDocument": {"uri": uri}}
    symbols = await editor.request("textDocument/documentSymbol", params)
    names = [part(editor, uri, symbol["selectionRange"]) for symbol in symbols]
    assert names == [symbol["name"] for symbol in symbols]
    assert "greet" in names


async def test_a_selection_comes_back_as_it_was_sent(
    editor: Editor, project: Path, encoding: Encoding
) -> None:
    uri = await opened(editor, project, encoding)
    selection = editor.range_of(uri, "f'😀 {näme}' + str(𝒳)\r'\u2029\x85\x1c😀'")
    action = (await editor.code_actions(uri, selection))["Run selection"]
    assert action.command is not None
    (argument,) = action.command.arguments or []
    assert argument["range"] == converter.unstructure(selection)


async def test_an_error_stands_where_it_was_raised(
    editor: Editor, project: Path, encoding: Encoding
) -> None:
    uri = await opened(editor, project, encoding, f"{SOURCE}'é\f😀\u2028' + str(1 // 0)\r\n")
    await editor.run(uri)
    (error,) = await editor.diagnostics_until(uri, bool)
    assert part(editor, uri, converter.unstructure(error.range)) == "1 // 0"


async def test_a_name_leads_to_where_it_is_defined(
    editor: Editor, project: Path, encoding: Encoding
) -> None:
    fixture = marked("""
        '😀', 'ä'; näme = 1; 𝒳 = 2
        #         ^^^^ name
        'ä', '🇩🇪'; print(𝒳, nä$0me)
    """)
    uri = await opened(editor, project, encoding, fixture.text)
    answer = await editor.request("textDocument/definition", editor.at(uri, fixture.cursor))
    (where,) = ranges(answer)
    assert part(editor, uri, where) == "näme"
    assert editor.span(uri, converter.structure(where, types.Range)) == fixture.span("name")


async def test_every_semantic_token_is_a_whole_word(
    editor: Editor, project: Path, encoding: Encoding
) -> None:
    uri = await opened(editor, project, encoding)
    params = {"textDocument": {"uri": uri}}
    data = (await editor.request("textDocument/semanticTokens/full", params))["data"]
    words = []
    line = character = 0
    for down, along, length, *_ in zip(*[iter(data)] * 5, strict=True):
        line, character = line + down, along if down else character + along
        end = {"line": line, "character": character + length}
        where = {"start": {"line": line, "character": character}, "end": end}
        words.append(part(editor, uri, where))
    assert {"greet", "näme", "𝒳", "str"} <= set(words)
    assert all(word.isidentifier() for word in words)


async def test_no_position_is_an_error_and_every_answer_is_within_the_text(
    editor: Editor, project: Path, encoding: Encoding
) -> None:
    uri = await opened(editor, project, encoding)
    empty = editor.open(project / "empty.py", "")
    break_only = editor.open(project / "break.py", "\r")
    capabilities = converter.unstructure(editor.server)
    methods = [method for method, capability in AT_POSITIONS.items() if capability in capabilities]
    ends = [(0, BEYOND), (BEYOND, BEYOND)]
    for document, places in [(empty, ends), (break_only, [(1, 0)]), (uri, [(2, 8), *ends])]:
        for method, (line, character) in product(methods, places):
            place = {"line": line, "character": character}
            params = {"position": place, "positions": [place], "context": CONTEXT}
            params["textDocument"] = {"uri": document}
            for found, where in await located(editor, method, params):
                part(editor, found, where)


async def located(
    editor: Editor, method: str, params: dict[str, Any]
) -> list[tuple[str, dict[str, Any]]]:
    """The ranges in the answer to a request about a position, and the documents they are in."""
    try:
        answer = await editor.request(method, params)
    except ErrorAnswer as refused:
        if (method, refused.code) != ("textDocument/prepareRename", REQUEST_FAILED):
            raise
        return []
    items = answer if isinstance(answer, list) else [answer]
    uris = [branch(item, "uri") or params["textDocument"]["uri"] for item in items]
    found = zip(uris, items, strict=True)
    return [
        (uri, where) for uri, item in found if uri in editor.documents for where in ranges(item)
    ]
