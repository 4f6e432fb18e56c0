"""Renaming as an editor gets it: edits for versions, files that move, and refusals in words."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter

from client_text import Encoding
from editor import CAPABILITIES, Editor, ErrorAnswer
from marked import marked_files, write

MOVING = {
    **CAPABILITIES,
    "textDocument": {**CAPABILITIES["textDocument"], "rename": {"prepareSupport": True}},
    "workspace": {
        **CAPABILITIES["workspace"],
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["rename"]},
    },
}
PLAIN = {**CAPABILITIES, "workspace": {"configuration": True}}

_converter = get_converter()

SHOP = """
    #- shop.py
    '😀'; total = 1
    print(f"😀 {total}")

    #- app.py
    from shop import total
    x: "😀"; print(total, "total")
"""


async def rename(editor: Editor, uri: str, offset: int, new_name: str) -> dict[str, Any]:
    params = editor.at(uri, offset) | {"newName": new_name}
    edit: dict[str, Any] = await editor.request(types.TEXT_DOCUMENT_RENAME, params)
    return edit


async def refused(editor: Editor, method: str, params: dict[str, Any]) -> str:
    with pytest.raises(ErrorAnswer) as caught:
        await editor.request(method, params)
    assert caught.value.code == types.LSPErrorCodes.RequestFailed
    return caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_open_and_closed_files_are_renamed_in(
    editor: Editor, project: Path, encoding: Encoding
) -> None:
    files = marked_files(SHOP)
    write(files, project)
    await editor.start(project, encoding=encoding, capabilities=MOVING)
    uri = editor.open(project / "shop.py")
    edit = await rename(editor, uri, files["shop.py"].text.index("total"), "sum_up")
    versions = {
        change["textDocument"]["uri"]: change["textDocument"]["version"]
        for change in edit["documentChanges"]
    }
    assert versions == {uri: 1, (project / "app.py").as_uri(): None}
    editor.apply(_converter.structure(edit, types.WorkspaceEdit))
    assert editor.text_of(uri) == files["shop.py"].text.replace("total", "sum_up")
    app = (project / "app.py").read_text()
    assert app == 'from shop import sum_up\nx: "😀"; print(sum_up, "total")\n'


async def test_all_of_46_files_are_renamed_in_and_still_parse(
    editor: Editor, project: Path
) -> None:
    (project / "core.py").write_text("def convert(value): ...\n")
    for number in range(45):
        (project / f"use_{number}.py").write_text(
            f"import core\nfrom core import convert\nx{number} = convert(core.convert({number}))\n"
        )
    await editor.start(project, capabilities=MOVING)
    uri = editor.open(project / "use_7.py")
    edit = await rename(editor, uri, editor.text_of(uri).index("convert"), "turn")
    assert len(edit["documentChanges"]) == 46
    editor.apply(_converter.structure(edit, types.WorkspaceEdit))
    for file in project.glob("*.py"):
        text = editor.text_of(file.as_uri())
        ast.parse(text)
        assert "convert" not in text


async def test_a_client_without_versions_gets_changes(editor: Editor, project: Path) -> None:
    write(marked_files(SHOP), project)
    await editor.start(project, capabilities=PLAIN)
    uri = editor.open(project / "shop.py")
    edit = await rename(editor, uri, 6, "sum_up")
    assert "documentChanges" not in edit
    assert sorted(edit["changes"]) == [(project / "app.py").as_uri(), uri]


async def test_a_module_is_renamed_with_its_file(editor: Editor, project: Path) -> None:
    write(marked_files("#- shop.py\nlow = 1\n#- app.py\nimport shop\nshop.low\n"), project)
    await editor.start(project, capabilities=MOVING)
    uri = editor.open(project / "app.py")
    edit = await rename(editor, uri, 8, "market")
    editor.apply(_converter.structure(edit, types.WorkspaceEdit))
    assert editor.text_of(uri) == "import market\nmarket.low\n"
    assert (project / "market.py").read_text() == "low = 1\n"
    assert not (project / "shop.py").exists()


async def test_a_module_stays_where_the_client_renames_no_files(
    editor: Editor, project: Path
) -> None:
    write(marked_files("#- shop.py\nlow = 1\n#- app.py\nimport shop\n"), project)
    await editor.start(project)
    uri = editor.open(project / "app.py")
    params = editor.at(uri, 8) | {"newName": "market"}
    sentence = await refused(editor, types.TEXT_DOCUMENT_RENAME, params)
    assert sentence.startswith("shop.py would have to become market.py")


async def test_the_name_and_its_range_are_offered_for_editing(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, capabilities=MOVING)
    uri = editor.open(project / "a.py", "'😀'; total = 1\n")
    found = await editor.request(types.TEXT_DOCUMENT_PREPARE_RENAME, editor.at(uri, 6))
    assert found["placeholder"] == "total"
    assert editor.span(uri, _converter.structure(found["range"], types.Range)) == (5, 10)


@pytest.mark.parametrize(
    ("source", "part", "reason"),
    [
        ("print(len([]))\n", "len", "Python's own"),
        ("import json\n", "json", "outside of the workspace"),
        ("if True: pass\n", "if", "no name here"),
    ],
)
async def test_what_cannot_be_renamed_is_refused_before_a_name_is_asked_for(
    editor: Editor, project: Path, source: str, part: str, reason: str
) -> None:
    await editor.start(project, capabilities=MOVING)
    uri = editor.open(project / "a.py", source)
    params = editor.at(uri, source.index(part))
    assert reason in await refused(editor, types.TEXT_DOCUMENT_PREPARE_RENAME, params)


async def test_an_invalid_name_is_refused(editor: Editor, project: Path) -> None:
    await editor.start(project, capabilities=MOVING)
    uri = editor.open(project / "a.py", "x = 1\n")
    params = editor.at(uri, 0) | {"newName": "1 x"}
    assert "is not a name" in await refused(editor, types.TEXT_DOCUMENT_RENAME, params)


async def test_imports_follow_a_file_that_the_user_moves(editor: Editor, project: Path) -> None:
    files = marked_files("""
        #- shop.py
        low = 1
        #- app.py
        import shop; '😀'; shop.low
        #- tools/run.py
        from shop import low
    """)
    write(files, project)
    capabilities = {
        **MOVING,
        "workspace": {**MOVING["workspace"], "fileOperations": {"willRename": True}},
    }
    await editor.start(project, capabilities=capabilities)
    uri = editor.open(project / "app.py")
    old, new = project / "shop.py", project / "market.py"
    edit = await editor.request(
        types.WORKSPACE_WILL_RENAME_FILES,
        {"files": [{"oldUri": old.as_uri(), "newUri": new.as_uri()}]},
    )
    editor.apply(_converter.structure(edit, types.WorkspaceEdit))
    assert editor.text_of(uri) == "import market; '😀'; market.low\n"
    assert (project / "tools" / "run.py").read_text() == "from market import low\n"
