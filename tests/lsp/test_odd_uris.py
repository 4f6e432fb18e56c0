"""Documents at places that are no files: what needs no file works, and nothing fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsprotocol import types

from editor import Editor, ErrorAnswer

REFUSED = {types.LSPErrorCodes.RequestFailed.value}
TEXT = "import os\n\ndef greet(name):\n    return name\n\ngreet(os.sep)\n"
ODD = [
    "",
    "untitled:Untitled-1",
    "inmemory://model/1",
    "git:/shop/a.py?%7B%7D",
    "vscode-vfs://github/shop/a.py",
    "file://",
    "file://[shop/a.py",
    "file:///a%00b.py",
    "file:///not/there/a.py",
    "file:///not/there/%FF.py",
    "%zz",
]


async def answers(editor: Editor, uri: str) -> dict[str, Any]:
    """What a request of each kind is answered; a refusal is an answer."""
    document = {"textDocument": {"uri": uri}}
    place = {**document, "position": {"line": 5, "character": 1}}
    beyond = {**document, "position": {"line": 1_000_000, "character": 1_000_000}}
    end = {"line": 1_000_000, "character": 0}
    part = {**document, "range": {"start": {"line": 0, "character": 0}, "end": end}}
    options = {"tabSize": 4, "insertSpaces": True}
    wanted = [
        *((method, about) for method in _AT_A_PLACE for about in (place, beyond)),
        ("references", {**place, "context": {"includeDeclaration": True}}),
        ("rename", {**place, "newName": "welcome"}),
        ("documentSymbol", document),
        ("foldingRange", document),
        ("selectionRange", {**document, "positions": [end]}),
        ("semanticTokens/full", document),
        ("semanticTokens/range", part),
        ("inlayHint", part),
        ("codeAction", {**part, "context": {"diagnostics": []}}),
        ("diagnostic", document),
        ("formatting", {**document, "options": options}),
    ]
    sent = [(method, editor.send(f"textDocument/{method}", params)) for method, params in wanted]
    found: dict[str, Any] = {}
    for method, request in sent:
        try:
            found[method] = await editor.answer(request)
        except ErrorAnswer as error:
            if error.code not in REFUSED:
                raise
    return found


_AT_A_PLACE = (
    *("completion", "hover", "signatureHelp", "definition", "declaration", "typeDefinition"),
    *("implementation", "documentHighlight", "prepareRename"),
    *("prepareCallHierarchy", "prepareTypeHierarchy"),
)


async def test_every_request_is_answered(editor: Editor, project: Path) -> None:
    await editor.start(project)
    for uri in ODD:
        item = {"uri": uri, "languageId": "python", "version": 1, "text": TEXT}
        editor.notify(types.TEXT_DOCUMENT_DID_OPEN, {"textDocument": item})
        found = await answers(editor, uri)
        assert [symbol["name"] for symbol in found["documentSymbol"]] == ["greet"], uri
        editor.notify(types.TEXT_DOCUMENT_DID_CLOSE, {"textDocument": {"uri": uri}})
