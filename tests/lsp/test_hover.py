"""Hovering over a name, and over a keyword."""

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
MARKDOWN = {"textDocument": {"diagnostic": {}, "hover": {"contentFormat": ["markdown"]}}}
PLAIN = {"textDocument": {"diagnostic": {}, "hover": {"contentFormat": ["plaintext"]}}}

numbers = count()
shared_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(shared_home: Path, shared_project: Path) -> AsyncIterator[Editor]:
    editor = Editor(shared_home)
    await editor.start(shared_project, settings=SETTINGS, capabilities=MARKDOWN)
    yield editor
    await editor.leave()


async def hover(editor: Editor, picture: str) -> tuple[str, str] | None:
    """What is said of the name at the cursor, and the name as the server marks it."""
    fixture = marked(picture)
    uri = editor.open(editor.folders[0] / f"file_{next(numbers)}.py", fixture.text)
    found: dict[str, Any] | None = await editor.request(
        types.TEXT_DOCUMENT_HOVER, editor.at(uri, fixture.cursor)
    )
    if found is None:
        return None
    ends = (types.Position(**found["range"][end]) for end in ("start", "end"))
    start, end = editor.span(uri, types.Range(*ends))
    value: str = found["contents"]["value"]
    return value, fixture.text[start:end]


@pytest.mark.parametrize(
    ("picture", "said", "word"),
    [
        pytest.param(
            "def greet(name: str, *, loud=False) -> str:\n    '''Says hello.'''\n'😀'; gre$0et\n",
            "```python\ndef greet(name: str, *, loud=False) -> str\n```\n\nSays hello.",
            "greet",
            id="function",
        ),
        pytest.param(
            "class A:\n    '''Doc.'''\n    def __init__(self, size=1): ...\nA$0(1)\n",
            "```python\nclass A(size=1)\n```\n\nDoc.",
            "A",
            id="class",
        ),
        pytest.param("first = 1\nfirst$0\n", "```python\nfirst: int\n```", "first", id="variable"),
        pytest.param(
            "def f(par$0am: int): ...\n",
            "```python\nparam: int\n```",
            "param",
            id="parameter",
        ),
        pytest.param(
            "class A:\n    @property\n    def size(self) -> int:\n        '''How large.'''\n"
            "A().si$0ze\n",
            "```python\nproperty size: int\n```\n\nHow large.",
            "size",
            id="property",
        ),
        pytest.param(
            "def f(x: 'list[Bo$0x]'): ...\nclass Box: '''Holds things.'''\n",
            "```python\nclass Box()\n```\n\nHolds things.",
            "Box",
            id="in a string annotation, before it is defined",
        ),
        pytest.param(
            "def up(): ...\nf'{u$0p()}'\n",
            "```python\ndef up()\n```",
            "up",
            id="f-string",
        ),
    ],
)
@shared_loop
async def test_it_says_what_a_name_is(window: Editor, picture: str, said: str, word: str) -> None:
    found = await hover(window, picture)
    assert found is not None
    assert found[0].replace("```text\n", "").startswith(said)
    assert found[1] == word


@shared_loop
async def test_a_module_is_that_of_this_system(window: Editor) -> None:
    found = await hover(window, "import os\nos.pat$0h\n")
    assert found is not None
    assert found[0].startswith("```python\nmodule os.path\n```")
    assert found[0].index("Posix pathnames") < found[0].index("WindowsNT")


@shared_loop
async def test_a_keyword_is_explained(window: Editor) -> None:
    found = await hover(window, "for x in ():\n    contin$0ue\n")
    assert found is not None
    assert "nearest enclosing loop" in found[0]
    assert found[1] == "continue"


@pytest.mark.parametrize(
    "picture",
    ["$0", "\n$0\n", "x = 'a$0b'\n", "x = 1  # x$0\n", "1 +$0 2\n", "import not_to_be_found$0\n"],
)
@shared_loop
async def test_elsewhere_there_is_nothing_to_say(window: Editor, picture: str) -> None:
    assert await hover(window, picture) is None


@shared_loop
async def test_a_docstring_cannot_do_anything(window: Editor) -> None:
    found = await hover(
        window,
        """
        def f():
            '''Sums `a` and `__add__`.

            :param a: [click](command:evil) <img src="http://x.org/y.png">
            :returns: __init__ of *it*
            '''
        f$0()
        """,
    )
    assert found is not None
    assert "](command:" not in found[0].replace("\\]", "")
    assert "<img" not in found[0].replace("\\<", "")


@shared_loop
async def test_underscores_of_a_docstring_are_shown_once(window: Editor) -> None:
    found = await hover(
        window, "def f():\n    '''Sums.\n\n    :param a: see __add__\n    '''\nf$0()\n"
    )
    assert found is not None
    assert "\\\\_" not in found[0]


async def test_a_client_without_markdown_is_told_in_plain_text(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, settings=SETTINGS, capabilities=PLAIN)
    found = await hover(editor, "def greet(name):\n    '''Says *hello*.'''\ngre$0et\n")
    assert found == ("def greet(name)\n\nSays *hello*.", "greet")


async def test_results_are_shown_with_what_a_name_is(editor: Editor, project: Path) -> None:
    await editor.start(project, trusted=True, settings=SETTINGS)
    uri = editor.open(project / "a.py", "first = 1\nfirst + 1\n")
    await editor.run(uri)
    params = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 0}}
    value = (await editor.request(types.TEXT_DOCUMENT_HOVER, params))["contents"]["value"]
    result, rule, name = value.partition("\n\n---\n\n")
    assert "2" in result
    assert rule
    assert "first: int" in name
