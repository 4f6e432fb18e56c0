"""Signature help: which call the cursor is in, and which of its parameters is being written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types

from editor import Editor
from marked import marked

SETTINGS = {"analysis": {"timeout": 60}}
INFORMATION = {
    "parameterInformation": {"labelOffsetSupport": True},
    "activeParameterSupport": True,
    "noActiveParameterSupport": True,
    "documentationFormat": ["markdown"],
}


def capabilities(information: dict[str, Any]) -> dict[str, Any]:
    help_ = {"signatureInformation": information}
    return {"textDocument": {"diagnostic": {}, "signatureHelp": help_}}


numbers = count()
shared_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(shared_home: Path, shared_project: Path) -> AsyncIterator[Editor]:
    editor = Editor(shared_home)
    await editor.start(shared_project, settings=SETTINGS, capabilities=capabilities(INFORMATION))
    yield editor
    await editor.leave()


async def ask(editor: Editor, picture: str) -> dict[str, Any] | None:
    fixture = marked(picture)
    uri = editor.open(editor.folders[0] / f"file_{next(numbers)}.py", fixture.text)
    found: dict[str, Any] | None = await editor.request(
        types.TEXT_DOCUMENT_SIGNATURE_HELP, editor.at(uri, fixture.cursor)
    )
    return found


def utf16(text: str, start: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def active(found: dict[str, Any]) -> str | None:
    """The text of the parameter that is being written, as the client would show it."""
    signature = found["signatures"][found["activeSignature"]]
    assert signature["activeParameter"] == found["activeParameter"]
    if found["activeParameter"] is None:
        return None
    start, end = signature["parameters"][found["activeParameter"]]["label"]
    return utf16(signature["label"], start, end)


DEFINITIONS = """\
import functools
def plain(a, b=2): ...
def many(a, *args, key=1, **more): ...
def strict(a, /, b, *, c): ...
def emoji(a: "'😀'", b: int): ...
class Made:
    def __init__(self, x, y: "list[int]" = ()): ...
    def method(self, z): ...
partial = functools.partial(strict, 1)
"""


@pytest.mark.parametrize(
    ("call", "label", "parameter"),
    [
        ("plain($0", "plain(a, b=2)", "a"),
        ("plain($0)", "plain(a, b=2)", "a"),
        ("plain(1, $0)", "plain(a, b=2)", "b=2"),
        ("plain(1, $0 + 5)", "plain(a, b=2)", "b=2"),
        ("plain(b=$0)", "plain(a, b=2)", "b=2"),
        ("plain(1, b$0=3)", "plain(a, b=2)", "b=2"),
        ("plain(1, 2, $0)", "plain(a, b=2)", None),
        ("plain([1, 2, $0", "plain(a, b=2)", "a"),
        ("plain(\n    1,\n    $0\n", "plain(a, b=2)", "b=2"),
        ("plain('a, b', '(', $0", "plain(a, b=2)", None),
        ("many(1, 2, 3, $0)", "many(a, *args, key=1, **more)", "*args"),
        ("many(1, key=$0)", "many(a, *args, key=1, **more)", "key=1"),
        ("many(1, other=$0)", "many(a, *args, key=1, **more)", "**more"),
        ("strict(1, 2, $0)", "strict(a, /, b, *, c)", "c"),
        ("strict(1, c=3, b=$0)", "strict(a, /, b, *, c)", "b"),
        ("plain(1, many(2, $0))", "many(a, *args, key=1, **more)", "*args"),
        ("plain(many(2, 3)$0, 1)", "plain(a, b=2)", "a"),
        ("plain(many(2, 3), $0", "plain(a, b=2)", "b=2"),
        ("partial($0)", "strict(b, *, c)", "b"),
        ("Made(1, $0", "Made(x, y: list[int]=())", "y: list[int]=()"),
        ("Made(1).method($0)", "method(z)", "z"),
        ("emoji(1, $0)", "emoji(a: '😀', b: int)", "b: int"),
        ("x = '😀'; plain(1, $0)", "plain(a, b=2)", "b=2"),
    ],
)
@shared_loop
async def test_the_parameter_that_is_being_written(
    window: Editor, call: str, label: str, parameter: str | None
) -> None:
    found = await ask(window, DEFINITIONS + call)
    assert found is not None
    assert found["signatures"][0]["label"] == label
    assert active(found) == parameter


@pytest.mark.parametrize("call", ["$0", "plain()$0", "plain$0()", "unknown($0", "(1, $0", "[$0"])
@shared_loop
async def test_there_is_nothing_where_nothing_is_called(window: Editor, call: str) -> None:
    assert await ask(window, DEFINITIONS + call) is None


@shared_loop
async def test_the_best_of_several_signatures_is_the_active_one(window: Editor) -> None:
    found = await ask(window, "int('ff', bas$0e=16)\n")
    assert found is not None
    assert len(found["signatures"]) > 1
    assert "base" in found["signatures"][found["activeSignature"]]["label"]
    assert active(found) == "base: SupportsIndex"


@shared_loop
async def test_the_docstring_comes_along(window: Editor) -> None:
    found = await ask(window, "def f(a):\n    '''Adds.\n\n    :param a: one\n    '''\nf($0")
    assert found is not None
    documentation = found["signatures"][0]["documentation"]
    assert documentation["kind"] == "markdown"
    assert documentation["value"].startswith("Adds.")


@shared_loop
async def test_what_is_called_may_change_within_seconds(window: Editor) -> None:
    """Jedi itself keeps for seconds what is called at a place if the call is over several lines."""
    fixture = marked("def one(a): ...\ndef two(b): ...\none(\n    $0\n")
    uri = window.open(window.folders[0] / "changing.py", fixture.text)

    async def label() -> str:
        asked = window.at(uri, fixture.cursor)
        found = await window.request(types.TEXT_DOCUMENT_SIGNATURE_HELP, asked)
        called: str = found["signatures"][0]["label"]
        return called

    assert await label() == "one(a)"
    start = fixture.text.index("one(\n")
    window.edit(uri, start, start + 3, "two")
    assert await label() == "two(b)"


async def test_a_client_gets_what_it_can_take(editor: Editor, project: Path) -> None:
    await editor.start(project, settings=SETTINGS, capabilities=capabilities({}))
    found = await ask(editor, "def f(a, b=2):\n    '''Adds.'''\nf(1, $0)\n")
    assert found == {
        "signatures": [
            {
                "label": "f(a, b=2)",
                "documentation": {"kind": "plaintext", "value": "Adds."},
                "parameters": [{"label": "a"}, {"label": "b=2"}],
                "activeParameter": 1,
            }
        ],
        "activeSignature": 0,
        "activeParameter": 1,
    }
    # It does not know that there may be none; a number beyond all says the same to it.
    found = await ask(editor, "def f(a, b=2): ...\nf(1, 2, $0)\n")
    assert found is not None
    assert found["activeParameter"] == 2
