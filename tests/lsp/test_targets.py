"""What can be run at a place: as lenses, as actions, and what the command does with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from editor import CAPABILITIES, Editor
from jedimind.lsp.targets import what_argument
from marked import marked
from wire import plain

WITH_NOTEBOOKS = {**CAPABILITIES, "notebookDocument": {"synchronization": {}}}
CELLS = """\
import os

# %% [markdown]
# Some prose
# %% First
a = 1
a + 1

# %%
2 * 21
"""
TESTS = '''\
"""Of tests.

>>> 1 + 1
2
"""

def test_one():
    assert True

class TestCart:
    @mark
    def test_empty(self):
        assert True

if __name__ == "__main__":
    print("main")
'''


async def opened(editor: Editor, project: Path, text: str, name: str = "script.py") -> str:
    await editor.start(project, trusted=True)
    (project / name).write_bytes(text.encode())
    return editor.open(project / name)


async def lenses(editor: Editor, uri: str) -> list[tuple[int, str]]:
    found = await editor.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    return [(lens["range"]["start"]["line"], lens["command"]["title"]) for lens in found]


async def press(editor: Editor, uri: str, line: int, title: str) -> dict[str, Any]:
    """Run what the lens above a line runs, and wait for the end."""
    for lens in await editor.request("textDocument/codeLens", {"textDocument": {"uri": uri}}):
        if (lens["range"]["start"]["line"], lens["command"]["title"]) == (line, title):
            command = lens["command"]
            return await editor.finished(
                await editor.execute(command["command"], *command["arguments"])
            )
    raise AssertionError(f"no lens {title} on line {line}")


async def run_at(editor: Editor, source: str, what: str, project: Path) -> dict[str, Any]:
    """Run `what` at the cursor of a marked source."""
    fixture = marked(source)
    uri = await opened(editor, project, fixture.text)
    cursor = editor.range(uri, fixture.cursor, fixture.cursor)
    argument = {"uri": uri, "what": what, "range": plain(cursor)}
    return await editor.finished(await editor.execute("jedimind.run", argument))


async def test_lenses_are_above_cells_that_have_code(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, CELLS)
    assert await lenses(editor, uri) == [
        (0, "Run cell"),
        (4, "Run cell"),
        (4, "Run above"),
        (8, "Run cell"),
        (8, "Run above"),
    ]


async def test_lenses_are_above_tests_docstrings_and_main(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, TESTS, "test_cart.py")
    assert await lenses(editor, uri) == [
        (6, "Run test"),
        (11, "Run test"),
        (0, "Run doctest"),
        (14, "Run file"),
    ]


async def test_files_that_pytest_does_not_collect_have_no_lenses_of_tests(
    editor: Editor, project: Path
) -> None:
    uri = await opened(editor, project, TESTS, "cart.py")
    assert await lenses(editor, uri) == [(0, "Run doctest"), (14, "Run file")]


async def test_a_notebook_has_its_own_buttons(editor: Editor, project: Path) -> None:
    await editor.start(project, trusted=True, capabilities=WITH_NOTEBOOKS)
    book = editor.open_notebook(project / "book.ipynb", ["# %%\n6 * 7"])
    (uri,) = book.cells
    asked = {"textDocument": {"uri": uri}}
    assert await editor.request("textDocument/codeLens", asked) is None
    actions = await editor.code_actions(uri, editor.cursor_in(uri, "6"))
    finished = await editor.finished(await editor.choose(actions["Run cell"]))
    assert finished["result"]["value"] == "42"


async def test_a_lens_runs_its_cell_alone(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, CELLS)
    assert (await press(editor, uri, 4, "Run cell"))["result"]["value"] == "2"
    (shown,) = await editor.diagnostics_until(uri, bool)
    assert (shown.range.start.line, shown.message) == (6, "2")
    assert await editor.hover(uri, 4) is not None
    assert await editor.hover(uri, 7) is None


async def test_a_lens_runs_all_above_its_cell(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, CELLS.replace("a + 1", "print('above')"))
    assert (await press(editor, uri, 8, "Run above"))["result"]["stdout"] == "above\n"
    assert await editor.hover(uri, 6) is not None
    assert await editor.hover(uri, 9) is None


async def test_a_lens_of_an_older_version_runs_nothing(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, CELLS)
    (lens, *_) = await editor.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    editor.edit(uri, 0, 0, "raise SystemExit\n")
    finished = await editor.finished(
        await editor.execute("jedimind.run", *lens["command"]["arguments"])
    )
    assert finished["status"] == "failed"
    assert "changed" in finished["message"]


async def test_actions_say_what_is_at_the_cursor(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, TESTS, "test_cart.py")

    async def offered(at: str) -> list[str]:
        actions = await editor.code_actions(uri, editor.cursor_in(uri, at), ["jedimind.run"])
        return list(actions)

    assert await offered("1 + 1") == ["Run doctest", "Run statement", "Run file"]
    assert await offered("@mark") == [
        "Run test test_empty",
        "Run statement",
        "Run above",
        "Run file",
    ]


async def test_actions_in_a_cell(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, CELLS)
    actions = await editor.code_actions(uri, editor.cursor_in(uri, "a + 1"), ["jedimind.run"])
    assert list(actions) == ["Run statement", "Run cell", "Run above", "Run file"]
    finished = await editor.finished(await editor.choose(actions["Run cell"]))
    assert finished["result"]["value"] == "2"


@pytest.mark.parametrize(
    ("source", "what", "value"),
    [
        ("x = 1\n# %%\nx = 2\nx$0 + 1\n# %%\n1 / 0\n", "cell", "3"),
        ("x = 1\nx + 1\n\ny$0 = 1 / 0\n", "above", "2"),
        ("x = 1\nx + 1\n# %%\n\n1 / 0$0\n", "above", "2"),
        ("1 / 0\nfor x in [1]:\n    pass$0\n", "statement", None),
        ("x = 1$0\nx + 1\n", "file", "2"),
    ],
)
async def test_what_is_run_at_the_cursor(
    editor: Editor, project: Path, source: str, what: str, value: str | None
) -> None:
    finished = await run_at(editor, source, what, project)
    assert finished["result"]["outcome"] == "exec.ok"
    assert finished["result"]["value"] == value


@pytest.mark.parametrize(
    ("source", "what", "sentence"),
    [
        ("x = 1$0\n", "cell", "`# %%`"),
        ("# %% [markdown]\n# prose$0\n", "cell", "no code in this cell"),
        ("x = 1$0\n", "above", "no code above"),
        ("x = 1\n\n$0\n", "statement", "no statement"),
        ("x = 1$0\n", "doctest", "`>>> `"),
        ("def check():\n    pass$0\n", "test", "begins with `test`"),
        ("x = 1$0\n", "selection", "select some code"),
        ("# %%\n%matplotlib inline\nx$0 = 1\n", "cell", "Line 2 is for IPython"),
        ("!ls\nx = 1\ny$0 = 1\n", "above", "Line 1 is for IPython"),
    ],
)
async def test_what_cannot_be_run_is_a_sentence(
    editor: Editor, project: Path, source: str, what: str, sentence: str
) -> None:
    finished = await run_at(editor, source, what, project)
    assert finished["status"] == "failed"
    assert sentence in finished["message"]


def test_an_unknown_thing_to_run_is_an_error() -> None:
    with pytest.raises(JsonRpcInvalidParams, match="`what` must be one of"):
        what_argument({"uri": "file:///a.py", "what": "everything"})


async def test_of_a_notebook_only_cells_are_run(editor: Editor, project: Path) -> None:
    await editor.start(project, trusted=True, capabilities=WITH_NOTEBOOKS)
    book = editor.open_notebook(project / "book.ipynb", ["x = 1", "2 + 2"])
    argument = {"uri": book.cells[1], "what": "cell"}
    finished = await editor.finished(await editor.execute("jedimind.run", argument))
    assert finished["result"]["value"] == "4"
    finished = await editor.finished(
        await editor.execute("jedimind.run", {**argument, "what": "above"})
    )
    assert "notebook's own" in finished["message"]


async def test_a_change_of_settings_has_the_editor_ask_again(editor: Editor, project: Path) -> None:
    workspace = {**CAPABILITIES["workspace"], "codeLens": {"refreshSupport": True}}
    editor.configuration = {}
    await editor.start(project, capabilities={**CAPABILITIES, "workspace": workspace})
    uri = editor.open(project / "script.py", "# %%\n1\n")
    await editor.until(lambda: editor.refreshes)
    assert await lenses(editor, uri) == [(0, "Run cell")]
    before = len(editor.refreshes)
    editor.configuration = {"features": {"codeLens": False}}
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
    await editor.until(lambda: len(editor.refreshes) > before)
    asked = {"textDocument": {"uri": uri}}
    assert await editor.request("textDocument/codeLens", asked) is None
    assert set(editor.refreshes) == {types.WORKSPACE_CODE_LENS_REFRESH}


async def test_lenses_stay_where_another_server_has_the_language(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, trusted=True, settings={"features": {"language": False}})
    uri = editor.open(project / "script.py", "# %%\n1\n")
    assert await lenses(editor, uri) == [(0, "Run cell")]
