"""Notebooks: cells see each other, and everything about them is in their own lines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types

from editor import CAPABILITIES, Editor
from marked import marked
from notebook import Notebook

SETTINGS = {"analysis": {"timeout": 60}, "features": {"autoImport": False}}
NOTEBOOK = {"synchronization": {"dynamicRegistration": False}}
PULLING = {**CAPABILITIES, "notebookDocument": NOTEBOOK}
numbers = count()
PUSHED = {"notebookDocument": NOTEBOOK, "textDocument": {"publishDiagnostics": {}}}


async def ask(editor: Editor, method: str, uri: str, offset: int) -> Any:
    return await editor.request(method, editor.at(uri, offset))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(shared_home: Path, shared_project: Path) -> AsyncIterator[Editor]:
    editor = Editor(shared_home)
    await editor.start(shared_project, settings=SETTINGS, capabilities=PULLING)
    yield editor
    await editor.leave()


async def opened(editor: Editor, project: Path, *cells: str) -> Notebook:
    await editor.start(project, settings=SETTINGS, capabilities=PULLING)
    return editor.open_notebook(project / "book.ipynb", cells)


async def codes(editor: Editor, notebook: Notebook) -> list[list[str]]:
    """What is wrong in each cell, as its line and what is marked there."""
    found = []
    for uri in notebook.cells:
        diagnostics = await editor.pull_diagnostics(uri)
        text = editor.documents[uri].text
        spans = [(each.range.start.line, editor.span(uri, each.range)) for each in diagnostics]
        found.append([f"{line}:{text[slice(*span)]}" for line, span in spans])
    return found


async def targets(editor: Editor, notebook: Notebook, cell: int, offset: int) -> list[str]:
    """Where a name leads: the number of the cell, the line, and what stands there."""
    answer = await ask(editor, types.TEXT_DOCUMENT_DEFINITION, notebook.cells[cell], offset)
    found = []
    for each in answer:
        uri = each["uri"]
        ends = (types.Position(**each["range"][end]) for end in ("start", "end"))
        start, end = editor.span(uri, types.Range(*ends))
        line = each["range"]["start"]["line"]
        found.append(f"{notebook.cells.index(uri)}:{line}:{editor.documents[uri].text[start:end]}")
    return found


async def test_a_cell_sees_those_above_it(editor: Editor, project: Path) -> None:
    fixture = marked("'😀'\nbox.he$0\n")
    notebook = await opened(
        editor,
        project,
        "import os\n",
        "class Box:\n    height = 1\n    def open(self, far):\n        '''Opens it.'''",
        "",
        "box = Box()",
        fixture.text,
        "box.open(1)",
    )
    last, call = notebook.cells[4:]
    answer = await ask(editor, types.TEXT_DOCUMENT_COMPLETION, last, fixture.cursor)
    assert [item["label"] for item in answer["items"]] == ["height"]
    edit = answer["items"][0]["textEdit"]["range"]
    assert edit["start"] == editor.at(last, fixture.cursor - 2)["position"]
    assert await targets(editor, notebook, 4, fixture.text.index("box")) == ["3:0:box"]
    hover = await ask(editor, types.TEXT_DOCUMENT_HOVER, call, 5)
    assert "Opens it." in hover["contents"]["value"]
    assert hover["range"]["start"] == {"line": 0, "character": 4}
    signature = await ask(editor, types.TEXT_DOCUMENT_SIGNATURE_HELP, call, 9)
    assert signature["signatures"][0]["label"] == "open(far)"


async def test_keys_are_completed_in_the_line_of_the_cell(editor: Editor, project: Path) -> None:
    notebook = await opened(editor, project, "\n\nd = {'one': 1}\n", "\nd['o")
    answer = await ask(editor, types.TEXT_DOCUMENT_COMPLETION, notebook.cells[1], 5)
    (item,) = answer["items"]
    assert item["textEdit"]["newText"] == "'one'"
    assert item["textEdit"]["range"] == {
        "start": {"line": 1, "character": 2},
        "end": {"line": 1, "character": 4},
    }


async def test_diagnostics_are_those_of_each_cell(editor: Editor, project: Path) -> None:
    notebook = await opened(
        editor, project, "first = 1\n", "\nprint(first, second)\n", "x = = 1\n", "import nowhere\n"
    )
    broken = await codes(editor, notebook)
    assert broken[2][0] == "0:="
    editor.edit(notebook.cells[2], 0, 8, "x = 1\n")
    assert await codes(editor, notebook) == [[], ["1:second"], [], ["0:nowhere"]]


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        pytest.param(["%matplotlib inline\nx = 1\n", "x"], [[], []], id="line magic"),
        pytest.param(["!ls -l *.py\n", "!pwd\n"], [[], []], id="shell"),
        pytest.param(["%%bash\nfor x in *; do echo $x; done\n", "1"], [[], []], id="cell magic"),
        pytest.param(["%%time\nx = missing\n"], [["1:missing"]], id="magic of a Python cell"),
        pytest.param(["import os\nos?\nos.path??\n?os"], [[]], id="help"),
        pytest.param(["display(_, In, Out)\n"], [[]], id="names of IPython"),
        pytest.param(["await undefined\n"], [["0:undefined"]], id="top-level await"),
        pytest.param(["for x in y:\n    %time x\n"], [["0:y"]], id="magic in a block"),
        pytest.param(
            ["files = !ls\nx, y = %time missing\n", "files\nz"], [[], ["1:z"]], id="assigned"
        ),
        pytest.param(["a = 5\na %2\n%"], [[]], id="no magic"),
        pytest.param(["x = (5\n%2)\n"], [[]], id="operator at the beginning of a line"),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_what_ipython_understands_is_not_wrong(
    window: Editor, cells: list[str], wrong: list[list[str]]
) -> None:
    notebook = window.open_notebook(window.folders[0] / f"book_{next(numbers)}.ipynb", cells)
    assert await codes(window, notebook) == wrong


async def test_cells_come_go_and_move(editor: Editor, project: Path) -> None:
    notebook = await opened(editor, project, "\na = 1\n", "a\nb\n")
    assert await codes(editor, notebook) == [[], ["1:b"]]
    notebook.insert(0, "b = 2\nc = 3\n")
    assert await codes(editor, notebook) == [[], [], []]
    assert await targets(editor, notebook, 2, 2) == ["0:0:b"]
    editor.edit(notebook.cells[0], 0, 0, "'😀'\n'😀'; ")
    assert await targets(editor, notebook, 2, 2) == ["0:1:b"]
    notebook.move(0, 1)
    assert await targets(editor, notebook, 2, 2) == ["1:1:b"]
    assert await targets(editor, notebook, 2, 0) == ["0:1:a"]
    notebook.delete(0)
    assert await codes(editor, notebook) == [[], ["0:a"]]
    assert await targets(editor, notebook, 1, 2) == ["0:1:b"]
    notebook.close()
    assert editor.documents == {}


async def test_a_notebook_that_was_never_saved_is_one_module(editor: Editor, project: Path) -> None:
    await editor.start(project, settings=SETTINGS, capabilities=PULLING)
    cells = ["untitled:book.ipynb#1", "untitled:book.ipynb#2"]
    texts = ["\ndef greet(): ...\n", "greet()\n"]
    items = [
        {"uri": uri, "languageId": "python", "version": 1, "text": text}
        for uri, text in zip(cells, texts, strict=True)
    ]
    document = {
        "uri": "untitled:book.ipynb",
        "notebookType": "jupyter-notebook",
        "version": 1,
        "cells": [{"kind": 2, "document": uri} for uri in cells],
    }
    params = {"notebookDocument": document, "cellTextDocuments": items}
    editor.notify(types.NOTEBOOK_DOCUMENT_DID_OPEN, params)
    place = {"textDocument": {"uri": cells[1]}, "position": {"line": 0, "character": 1}}
    (found,) = await editor.request(types.TEXT_DOCUMENT_DEFINITION, place)
    assert (found["uri"], found["range"]["start"]["line"]) == (cells[0], 1)


async def test_a_change_of_one_cell_is_pushed_for_the_others(editor: Editor, project: Path) -> None:
    await editor.start(project, settings=SETTINGS, capabilities=PUSHED)
    notebook = editor.open_notebook(project / "book.ipynb", ["first = 1\n", "print(first)\n"])
    first, second = notebook.cells
    editor.edit(first, 0, 5, "other")
    (found,) = await editor.diagnostics_until(second, bool)
    assert found.code == "unresolved.name"
    notebook.insert(1, "first = 2\n")
    assert await editor.diagnostics_until(second, lambda found: not found) == []
    notebook.delete(1)
    await editor.diagnostics_until(second, bool)
    notebook.close()
    assert await editor.diagnostics_until(second, lambda found: not found) == []
