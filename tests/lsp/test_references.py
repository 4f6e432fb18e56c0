"""References and highlights as an editor gets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from buffers import Opened
from client_text import Encoding
from editor import Editor
from marked import marked, marked_files, places, write

SHOP = """
    #- shop.py
    '😀'; total = 1
    #    ^^^^^
    print(f"😀 {total}")
    #          ^^^^^

    #- app.py
    from shop import total
    #                ^^^^^
    x: "😀"; print(total, "total")
    #             ^^^^^

    #- other.py
    total = 2
"""


async def references(
    editor: Editor, uri: str, offset: int, *, declaration: bool = True
) -> list[dict[str, Any]]:
    params = editor.at(uri, offset) | {"context": {"includeDeclaration": declaration}}
    found: list[dict[str, Any]] = await editor.request(types.TEXT_DOCUMENT_REFERENCES, params)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_references_are_found_in_open_and_closed_files(
    editor: Editor, project: Path, encoding: Encoding
) -> None:
    files = marked_files(SHOP)
    write(files, project)
    await editor.start(project, encoding=encoding)
    uri = editor.open(project / "shop.py")
    expected = {
        ((project / name).as_uri(), span) for name, file in files.items() for span in file.spans()
    }
    found = await references(editor, uri, files["shop.py"].text.index("total"))
    spans = {(each["uri"], editor.span(each["uri"], _range(each["range"]))) for each in found}
    assert spans == expected


async def test_what_is_typed_and_not_saved_counts(editor: Editor, project: Path) -> None:
    write(marked_files("#- a.py\ndef greet(): ...\n#- b.py\nimport a\n"), project)
    await editor.start(project)
    uri, user = editor.open(project / "a.py"), editor.open(project / "b.py")
    editor.append(user, "a.greet()\n")
    found = await references(editor, uri, 5)
    assert places(editor, found) == ["a.py:1:greet", "b.py:2:greet"]
    found = await references(editor, uri, 5, declaration=False)
    assert places(editor, found) == ["b.py:2:greet"]


async def test_references_in_what_was_never_saved(editor: Editor, project: Path) -> None:
    await editor.start(project)
    uri, text = "untitled:Untitled-1", "'😀'; x = 1\nx\n"
    editor.documents[uri] = Opened(uri, 1, text)
    editor.notify(
        types.TEXT_DOCUMENT_DID_OPEN,
        {"textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": text}},
    )
    found = await references(editor, uri, 5)
    assert [(each["uri"], editor.span(uri, _range(each["range"]))) for each in found] == [
        (uri, (5, 6)),
        (uri, (11, 12)),
    ]


def _range(value: dict[str, Any]) -> types.Range:
    return types.Range(types.Position(**value["start"]), types.Position(**value["end"]))


async def test_highlights_say_what_is_written(editor: Editor, project: Path) -> None:
    fixture = marked("""
        co$0unt = "😀"
        ^^^^^ write
        def more():
            global count
            #      ^^^^^ read
            '😀', count
            #    ^^^^^ read
        counts = 1
    """)
    file = project / "a.py"
    file.write_text(fixture.text)
    await editor.start(project)
    uri = editor.open(file)
    found = await editor.request(
        types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, editor.at(uri, fixture.cursor)
    )
    kinds = {types.DocumentHighlightKind.Read: "read", types.DocumentHighlightKind.Write: "write"}
    assert [(*editor.span(uri, _range(each["range"])), kinds[each["kind"]]) for each in found] == [
        (mark.start, mark.end, mark.label) for mark in fixture.marks
    ]


async def test_nothing_is_highlighted_where_no_name_is(editor: Editor, project: Path) -> None:
    await editor.start(project)
    uri = editor.open(project / "a.py", "if True: pass\n")
    found = await editor.request(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, editor.at(uri, 1))
    assert not found


async def test_around_a_file_outside_of_the_workspace_only_its_neighbours_are_searched(
    editor: Editor, project: Path
) -> None:
    user = "import a\na.greet()\n"
    files = f"#- a.py\ndef greet(): ...\n#- b.py\n{user}#- deep/c.py\n{user}"
    write(marked_files(files), project)
    await editor.start()
    uri = editor.open(project / "a.py")
    found = await references(editor, uri, 5)
    assert places(editor, found) == ["a.py:1:greet", "b.py:2:greet"]
    renamed = await editor.request(
        types.TEXT_DOCUMENT_RENAME, editor.at(uri, 5) | {"newName": "welcome"}
    )
    changed = [change["textDocument"]["uri"] for change in renamed["documentChanges"]]
    assert sorted(Path(each).name for each in changed) == ["a.py", "b.py"]
