"""Where a name leads: its definition, its declaration, and the definition of its type."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types

from buffers import path_of
from editor import Editor
from marked import Mark, drawn, marked, marked_files, places, write

SETTINGS = {"analysis": {"timeout": 60}}
LINKS = {
    "textDocument": {
        "diagnostic": {},
        **{name: {"linkSupport": True} for name in ("definition", "declaration", "typeDefinition")},
    }
}

numbers = count()
shared_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(shared_home: Path, shared_project: Path) -> AsyncIterator[Editor]:
    editor = Editor(shared_home)
    await editor.start(shared_project, settings=SETTINGS)
    yield editor
    await editor.leave()


async def leads(editor: Editor, method: str, uri: str, offset: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await editor.request(method, editor.at(uri, offset))
    return found


async def targets(window: Editor, method: str, picture: str) -> str:
    """The fixture with what the name at its cursor leads to marked."""
    fixture = marked(picture)
    uri = window.open(window.folders[0] / f"file_{next(numbers)}.py", fixture.text)
    marks = []
    for found in await leads(window, method, uri, fixture.cursor):
        assert found["uri"] == uri
        ends = (types.Position(**found["range"][end]) for end in ("start", "end"))
        marks.append(Mark(*window.span(uri, types.Range(*ends))))
    return drawn(fixture.text, marks)


def expected(picture: str) -> str:
    fixture = marked(picture)
    return drawn(fixture.text, fixture.marks)


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param("def greet(): ...\n#   ^^^^^\n'😀'; gr$0eet()\n", id="function"),
        pytest.param("def greet(): ...\n#   ^^^^^\ngreet$0()\n", id="at its end"),
        pytest.param(
            "if x:\n    y = 1\n#   ^\nelse:\n    y = 2\n#   ^\ny$0\n", id="two possibilities"
        ),
        pytest.param(
            "class A:\n    def f(self): ...\n#       ^\nclass B(A): ...\nB().f$0()\n",
            id="inherited",
        ),
        pytest.param("class A: ...\n#     ^\ndef f(a: 'list[A$0]'): ...\n", id="string annotation"),
        pytest.param("def f(a: A$0): ...\nclass A: ...\n#     ^\n", id="annotation before it"),
        pytest.param(
            "def f(a: 'A$0'): ...\nclass A: ...\n#     ^\n", id="string annotation before it"
        ),
        pytest.param("x = 1\n^\nf'😀{x$0}'\n", id="f-string"),
        pytest.param("def f(key): ...\n#     ^^^\nf(ke$0y=1)\n", id="argument"),
        pytest.param("[x$0 for x in y]\n#      ^\n", id="comprehension"),
        pytest.param("def f():\n    global g\n    g = 1\n#   ^\n    return g$0\n", id="global"),
    ],
)
@shared_loop
async def test_a_name_leads_to_its_definition(window: Editor, picture: str) -> None:
    found = await targets(window, types.TEXT_DOCUMENT_DEFINITION, picture)
    assert found == expected(picture)


@shared_loop
async def test_a_declaration_is_nearer_than_a_definition(window: Editor) -> None:
    picture = "import os.path as p\n#                 ^\np$0\n"
    assert await targets(window, types.TEXT_DOCUMENT_DECLARATION, picture) == expected(picture)
    picture = "def f(): ...\ng = f\n^\ng$0()\n"
    assert await targets(window, types.TEXT_DOCUMENT_DECLARATION, picture) == expected(picture)


@shared_loop
async def test_a_type_definition_is_that_of_the_class(window: Editor) -> None:
    picture = "class A: ...\n#     ^\nx = [A()]\nfor y in x:\n    y$0\n"
    assert await targets(window, types.TEXT_DOCUMENT_TYPE_DEFINITION, picture) == expected(picture)


@pytest.mark.parametrize("picture", ["$0", "'na$0me'", "# na$0me", "nam$0e", "x = 1$0", "x =$0 1"])
@shared_loop
async def test_nothing_leads_nowhere(window: Editor, picture: str) -> None:
    fixture = marked(picture)
    uri = window.open(window.folders[0] / f"file_{next(numbers)}.py", fixture.text)
    assert not await leads(window, types.TEXT_DOCUMENT_DEFINITION, uri, fixture.cursor)


@shared_loop
async def test_it_leads_into_a_document_as_it_is_in_the_editor(window: Editor) -> None:
    files = marked_files("#- shop.py\ndef total(): ...\n#- buyer.py\nimport shop\nshop.tot$0al()\n")
    write(files, window.folders[0])
    shop = window.open(window.folders[0] / "shop.py")
    uri = window.open(window.folders[0] / "buyer.py")
    window.edit(shop, 0, 0, "'😀'\r\r\n'😀'; ")
    found = await leads(window, types.TEXT_DOCUMENT_DEFINITION, uri, files["buyer.py"].cursor)
    assert places(window, found) == ["shop.py:3:total"]
    window.close(shop)
    found = await leads(window, types.TEXT_DOCUMENT_DEFINITION, uri, files["buyer.py"].cursor)
    assert places(window, found) == ["shop.py:1:total"]


@shared_loop
async def test_an_import_leads_to_the_file(window: Editor) -> None:
    files = marked_files("#- package/part.py\nx = 1\n#- user.py\nimport package.par$0t\n")
    write(files, window.folders[0])
    uri = window.open(window.folders[0] / "user.py")
    found = await leads(window, types.TEXT_DOCUMENT_DEFINITION, uri, files["user.py"].cursor)
    assert places(window, found) == ["package/part.py:1:"]


@shared_loop
async def test_it_leads_into_the_standard_library_and_on_from_there(window: Editor) -> None:
    fixture = marked("import argparse\nargparse.ArgumentPa$0rser()\n")
    uri = window.open(window.folders[0] / "library_user.py", fixture.text)
    method = types.TEXT_DOCUMENT_DEFINITION
    (found,) = await leads(window, method, uri, fixture.cursor)
    assert places(window, [found])[0].endswith(":ArgumentParser")
    library = window.open(path_of(found["uri"]))
    text = window.documents[library].text
    at = text.index("_AttributeHolder", text.index("class ArgumentParser("))
    (base,) = await leads(window, method, library, at)
    assert base["uri"] == library
    assert places(window, [base])[0].endswith(":_AttributeHolder")
    # Nothing is lost of what was known from here, also when the library has been edited meanwhile.
    assert await leads(window, method, uri, fixture.cursor) == [found]
    window.edit(library, 0, 0, "\n")
    assert await leads(window, method, library, at + 1)
    (lower,) = await leads(window, method, uri, fixture.cursor)
    assert lower["range"]["start"]["line"] == found["range"]["start"]["line"] + 1
    window.close(library)
    assert await leads(window, method, uri, fixture.cursor) == [found]


@shared_loop
async def test_what_has_no_source_leads_to_its_stub(window: Editor) -> None:
    fixture = marked("le$0n('')\n")
    uri = window.open(window.folders[0] / "builtin_user.py", fixture.text)
    found = await leads(window, types.TEXT_DOCUMENT_DEFINITION, uri, fixture.cursor)
    assert [path_of(each["uri"]).name for each in found] == ["builtins.pyi"]


@shared_loop
async def test_a_document_that_was_never_saved_leads_into_itself(window: Editor) -> None:
    uri = "untitled:Untitled-1"
    item = {
        "uri": uri,
        "languageId": "python",
        "version": 1,
        "text": "\ndef greet(): ...\ngreet()\n",
    }
    window.notify(types.TEXT_DOCUMENT_DID_OPEN, {"textDocument": item})
    place = {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 1}}
    (found,) = await window.request(types.TEXT_DOCUMENT_DEFINITION, place)
    assert (found["uri"], found["range"]["start"]) == (uri, {"line": 1, "character": 4})


async def test_links_say_where_they_begin(editor: Editor, project: Path) -> None:
    await editor.start(project, settings=SETTINGS, capabilities=LINKS)
    fixture = marked("""
        def greet(): ...
        #   ^^^^^ target
        '😀'; gr$0eet()
        #    ^^^^^ origin
    """)
    uri = editor.open(project / "a.py", fixture.text)
    for method in (types.TEXT_DOCUMENT_DEFINITION, types.TEXT_DOCUMENT_DECLARATION):
        (link,) = await leads(editor, method, uri, fixture.cursor)
        spans = {
            name: editor.span(
                uri, types.Range(*(types.Position(**link[name][end]) for end in ("start", "end")))
            )
            for name in ("originSelectionRange", "targetSelectionRange", "targetRange")
        }
        assert spans["originSelectionRange"] == fixture.span("origin")
        assert spans["targetSelectionRange"] == spans["targetRange"] == fixture.span("target")
        assert link["targetUri"] == uri
