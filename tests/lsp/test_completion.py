"""Completion: what is offered where, in which form, and that nothing offered is out of date."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types

from editor import Editor
from marked import Marked, marked
from workers import suspended

SETTINGS = {"features": {"autoImport": False}, "analysis": {"timeout": 60}}
ITEM = {
    "snippetSupport": True,
    "insertReplaceSupport": True,
    "documentationFormat": ["markdown", "plaintext"],
}
ABLE = {
    "textDocument": {
        "diagnostic": {},
        "completion": {
            "completionItem": ITEM,
            "completionList": {"itemDefaults": ["editRange", "data"]},
        },
    }
}
SNIPPET = types.InsertTextFormat.Snippet.value
Kind = types.CompletionItemKind

numbers = count()
shared_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def able(shared_home: Path, shared_project: Path) -> AsyncIterator[Editor]:
    """An editor that takes everything there is in completion."""
    window = Editor(shared_home)
    await window.start(shared_project, settings=SETTINGS, capabilities=ABLE)
    yield window
    await window.leave()


async def complete(editor: Editor, uri: str, offset: int) -> dict[str, Any]:
    answer: dict[str, Any] = await editor.request(
        types.TEXT_DOCUMENT_COMPLETION, editor.at(uri, offset)
    )
    return answer


def labels(answer: dict[str, Any]) -> list[str]:
    return [item["label"] for item in answer["items"]]


def named(answer: dict[str, Any], label: str) -> dict[str, Any]:
    (item,) = [item for item in answer["items"] if item["label"] == label]
    return item


def in_order(answer: dict[str, Any]) -> list[str]:
    return [item["label"] for item in sorted(answer["items"], key=lambda item: item["sortText"])]


def opened(editor: Editor, picture: str) -> tuple[str, Marked]:
    fixture = marked(picture)
    path = editor.folders[0] / f"file_{next(numbers)}.py"
    return editor.open(path, fixture.text), fixture


async def at_cursor(editor: Editor, picture: str) -> dict[str, Any]:
    uri, fixture = opened(editor, picture)
    return await complete(editor, uri, fixture.cursor)


@pytest.mark.parametrize(
    ("picture", "offered"),
    [
        pytest.param("import os\nos.pathc$0", ["pathconf", "pathconf_names"], id="attribute"),
        pytest.param("import os.path\nos.path.isd$0", ["isdir"], id="of a submodule"),
        pytest.param('d = {"one": 1, "two": 2}\nd["$0', ['"one"', '"two"'], id="key"),
        pytest.param('d = {"one": 1, "two": 2}\nd["o$0"]', ['"one'], id="key before its quote"),
        pytest.param("d = dict(aa=1)\nd['a$0", ["'aa'"], id="key of a call"),
        pytest.param('x = "a"\nf"{x.upp$0}"', ["upper"], id="in an f-string"),
        pytest.param("worth = 1\nf'😀{wort$0", ["worth"], id="in an open f-string"),
        pytest.param(
            "import functools\n@functools.lru$0\ndef f(): ...\n", ["lru_cache"], id="decorator"
        ),
        pytest.param("class Box: ...\ndef f(x: 'Bo$0'): ...\n", ["bool", "Box"], id="annotation"),
        pytest.param(
            "class Box: ...\nx: 'list[Bo$0]' = []\n", ["bool", "Box"], id="deep in an annotation"
        ),
        pytest.param("def f(*, colour, cold): ...\nf(col$0", ["cold=", "colour="], id="keyword"),
        pytest.param("def f(a, colour): ...\nf(1, col$0)\n", ["colour="], id="second argument"),
        pytest.param("def f(*, colour): ...\nf(colour=1, col$0", [], id="keyword that is given"),
        pytest.param("import collectio$0", ["collections"], id="module"),
        pytest.param("import os.pat$0", ["path"], id="submodule"),
        pytest.param("from collections import Ord$0", ["OrderedDict"], id="from a module"),
        pytest.param(
            "class A:\n    def f(self):\n        self.xyz = 1\n        self.xy$0\n",
            ["xyz"],
            id="of self",
        ),
        pytest.param("ÄÖ = 1\nä$0", ["ÄÖ"], id="whatever the case"),
        pytest.param("for x i$0", ["in"], id="keyword that must follow"),
        pytest.param("xyz = 1\nx$0y", ["xyz"], id="in the middle of a word"),
        pytest.param("𝒳𝒴 = 1\n'😀'; 𝒳$0", ["𝒳𝒴"], id="beyond 16 bits"),
        pytest.param("import os\n# os.pathc$0", [], id="comment"),
        pytest.param("import os  # os.pathc$0", [], id="comment after code"),
        pytest.param("import os\n'os.pathc$0'", [], id="string"),
        pytest.param("x = 12$0", [], id="number"),
        pytest.param("def gre$0", [], id="name of a function"),
        pytest.param("import os as o$0", [], id="new name"),
    ],
)
@shared_loop
async def test_offered(able: Editor, picture: str, offered: list[str]) -> None:
    assert labels(await at_cursor(able, picture)) == offered


@shared_loop
async def test_kinds_are_told_apart(able: Editor) -> None:
    answer = await at_cursor(
        able,
        """
        import zlib as zzz_module
        class zzz_class:
            zzz_attribute = 1
            @property
            def zzz_property(self): ...
            def more(self, zzz_parameter):
                zzz_keyed = {}
                zzz$0
        def zzz_function(zzz_argument): ...
        """,
    )
    assert {item["label"]: Kind(item["kind"]) for item in answer["items"]} == {
        "zzz_class": Kind.Class,
        "zzz_function": Kind.Function,
        "zzz_keyed": Kind.Variable,
        "zzz_module": Kind.Module,
        "zzz_parameter": Kind.Variable,
    }
    answer = await at_cursor(able, "class A:\n    @property\n    def size(self): ...\nA().si$0")
    assert Kind(named(answer, "size")["kind"]) is Kind.Property


@shared_loop
async def test_what_is_near_comes_first(able: Editor) -> None:
    answer = await at_cursor(able, "private = 1\ndef f(prefix, _prior=1): ...\nf(pr$0")
    assert in_order(answer)[:2] == ["prefix=", "private"]
    answer = await at_cursor(able, "class A:\n    x = _y = __z = 1\nA.$0")
    assert in_order(answer)[:4] == ["x", "mro", "_y", "__annotations__"]


@shared_loop
async def test_an_identifier_is_asked_about_once(able: Editor) -> None:
    uri, fixture = opened(able, "import os\nos.$0\n")
    first = await complete(able, uri, fixture.cursor)
    assert not first["isIncomplete"]
    at = fixture.cursor
    with suspended(able.pid):
        for typed in ("p", "pa", "pat", "path"):
            able.edit(uri, at, at, typed[-1])
            at += 1
            answer = await complete(able, uri, at)
            assert labels(answer) == [
                label for label in labels(first) if label.lower().startswith(typed)
            ]
            assert "path" in labels(answer)
        # Back again, as with the backspace key.
        able.edit(uri, at - 3, at, "")
        assert "pathconf" in labels(await complete(able, uri, at - 3))


@shared_loop
async def test_an_older_request_is_answered_at_once_when_a_newer_one_comes(able: Editor) -> None:
    uri, fixture = opened(able, "first = 1\nfir$0\n\nsecond = 2\nsec\n")
    other = len(fixture.text) - 1
    with suspended(able.pid):
        older = able.send(types.TEXT_DOCUMENT_COMPLETION, able.at(uri, fixture.cursor))
        newer = able.send(types.TEXT_DOCUMENT_COMPLETION, able.at(uri, other))
        assert await able.answer(older) == {"isIncomplete": True, "items": []}
        assert not newer.answer.done()
    assert labels(await able.answer(newer)) == ["second"]


@shared_loop
async def test_a_key_is_not_completed_from_an_answer_for_another_cursor(able: Editor) -> None:
    uri, fixture = opened(able, 'd = {"one": 1, "two": 2}\nd["$0')
    with suspended(able.pid):
        older = able.send(types.TEXT_DOCUMENT_COMPLETION, able.at(uri, fixture.cursor))
        able.edit(uri, fixture.cursor, fixture.cursor, "t")
        newer = able.send(types.TEXT_DOCUMENT_COMPLETION, able.at(uri, fixture.cursor + 1))
        await able.answer(older)
    assert labels(await able.answer(newer)) == ['"two"']


@shared_loop
async def test_what_is_offered_is_true_of_the_text_as_it_is_now(able: Editor) -> None:
    """The identifier at the cursor is the same each time, and everything else changes."""
    uri, _ = opened(able, "class A:\n    width = 1\nA.w$0\n")
    (able.folders[0] / "changing.py").write_text("wanted = 1\n")
    other = able.open(able.folders[0] / "changing.py", "width = 1\n")

    async def offered() -> list[str]:
        return labels(await complete(able, uri, able.documents[uri].text.rindex("w") + 1))

    def replace(old: str, new: str, where: str = uri) -> None:
        start = able.documents[where].text.index(old)
        able.edit(where, start, start + len(old), new)

    assert await offered() == ["width"]
    replace("width", "wider")
    assert await offered() == ["wider"]
    replace("wider = 1", "wide = warm = 1")
    assert await offered() == ["warm", "wide"]
    replace("A.w", "import changing; changing.w")
    assert await offered() == ["width"]
    replace("width", "weight", other)
    assert await offered() == ["weight"]
    able.close(other)
    assert await offered() == ["wanted"]


@shared_loop
async def test_functions_are_called_by_snippets(able: Editor) -> None:
    answer = await at_cursor(able, "def xyz_takes(a): ...\ndef xyz_nothing(): ...\nxyz$0")
    takes, nothing = named(answer, "xyz_takes"), named(answer, "xyz_nothing")
    assert (takes["textEditText"], takes["insertTextFormat"]) == ("xyz_takes($0)", SNIPPET)
    assert nothing["textEditText"] == "xyz_nothing()"


@pytest.mark.parametrize(
    "picture",
    [
        "from os.path import isd$0",
        "from os.path import (\n    join,\n    isd$0",
        "def isdecorated(f): ...\n@isd$0\ndef f(): ...\n",
        "def isdone(): ...\nisd$0(1)",
    ],
)
@shared_loop
async def test_functions_are_not_called_where_that_would_be_wrong(
    able: Editor, picture: str
) -> None:
    answer = await at_cursor(able, picture)
    assert answer["items"]
    assert not any("textEditText" in item for item in answer["items"])


@shared_loop
async def test_an_item_replaces_the_word_or_is_inserted_in_it(able: Editor) -> None:
    uri, fixture = opened(able, "import os; x = '😀'; os.pathc$0on\n")
    answer = await complete(able, uri, fixture.cursor)
    ranges = answer["itemDefaults"]["editRange"]
    start = able.at(uri, fixture.text.index("pathc"))["position"]
    assert ranges["insert"] == {"start": start, "end": able.at(uri, fixture.cursor)["position"]}
    end = able.at(uri, fixture.cursor + 2)["position"]
    assert ranges["replace"] == {"start": start, "end": end}
    assert all("textEdit" not in item for item in answer["items"])


@shared_loop
async def test_resolving_brings_signature_and_docstring(able: Editor) -> None:
    answer = await at_cursor(
        able, 'def greet(name, *, loud=False):\n    """Says **hello**."""\ngre$0'
    )
    item = named(answer, "greet")
    assert "documentation" not in item
    item = item | {"data": answer["itemDefaults"]["data"]}
    resolved = await able.request(types.COMPLETION_ITEM_RESOLVE, item)
    assert resolved["detail"] == "def greet(name, *, loud=False)"
    assert resolved["documentation"]["kind"] == "markdown"
    assert "Says **hello**." in resolved["documentation"]["value"]
    assert resolved["label"] == "greet"


@shared_loop
async def test_a_key_can_be_resolved(able: Editor) -> None:
    answer = await at_cursor(able, 'd = {"one": 1}\nd["$0')
    item = named(answer, '"one"') | {"data": answer["itemDefaults"]["data"]}
    resolved = await able.request(types.COMPLETION_ITEM_RESOLVE, item)
    assert resolved["label"] == '"one"'


@shared_loop
async def test_an_item_of_a_list_that_is_gone_comes_back_as_it_is(able: Editor) -> None:
    uri, fixture = opened(able, "greet = 1\ngre$0\n")
    answer = await complete(able, uri, fixture.cursor)
    item = named(answer, "greet") | {"data": answer["itemDefaults"]["data"]}
    able.append(uri, "x = 1\nx.")
    await complete(able, uri, len(able.documents[uri].text))
    assert await able.request(types.COMPLETION_ITEM_RESOLVE, item) == item


async def test_a_plain_client_gets_plain_items(editor: Editor, project: Path) -> None:
    capabilities = {"textDocument": {"diagnostic": {}, "completion": {}}}
    await editor.start(project, settings=SETTINGS, capabilities=capabilities)
    uri, fixture = opened(editor, "def greet(name):\n    '''Hello.'''\ngr$0ee\n")
    answer = await complete(editor, uri, fixture.cursor)
    assert answer.keys() == {"isIncomplete", "items"}
    item = named(answer, "greet")
    assert item["textEdit"]["newText"] == "greet"
    start, end = fixture.text.index("gree", 20), fixture.cursor
    assert item["textEdit"]["range"] == {
        "start": editor.at(uri, start)["position"],
        "end": editor.at(uri, end)["position"],
    }
    assert "insertTextFormat" not in item
    resolved = await editor.request(types.COMPLETION_ITEM_RESOLVE, item)
    assert resolved["documentation"] == {"kind": "plaintext", "value": "Hello."}


async def test_snippets_can_be_switched_off(editor: Editor, project: Path) -> None:
    settings = {**SETTINGS, "completion": {"snippets": False}}
    await editor.start(project, settings=settings, capabilities=ABLE)
    answer = await at_cursor(editor, "def greet(name): ...\ngre$0\n")
    assert labels(answer) == ["greet"]
    assert "textEditText" not in named(answer, "greet")
