"""Variables that stay from run to run, where that is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from editor import Editor

LASTING = {"execution": {"session": "document"}}


async def opened(editor: Editor, project: Path, name: str, text: str) -> str:
    (project / name).write_text(text)
    return editor.open(project / name)


async def ran(editor: Editor, uri: str, line: int) -> Any:
    """The result of running the statement on `line`, from 0."""
    at = {"line": line, "character": 0}
    place = {"uri": uri, "range": {"start": at, "end": at}}
    finished = await editor.finished(await editor.execute("jedimind.run", place))
    return finished["result"]


@pytest.mark.parametrize(("settings", "outcome"), [({}, "exec.error"), (LASTING, "exec.ok")])
async def test_variables_stay_if_the_setting_says_so(
    editor: Editor, project: Path, settings: dict[str, Any], outcome: str
) -> None:
    await editor.start(project, trusted=True, settings=settings)
    uri = await opened(editor, project, "a.py", "x = 1\nx + 1\n")
    assert (await ran(editor, uri, 0))["outcome"] == "exec.ok"
    second = await ran(editor, uri, 1)
    assert second["outcome"] == outcome
    assert second["value"] == ("2" if settings else None)


async def test_a_session_is_of_one_document_and_ends_with_it(editor: Editor, project: Path) -> None:
    await editor.start(project, trusted=True, settings=LASTING)
    one = await opened(editor, project, "one.py", "x = 1\nx + 1\n")
    two = await opened(editor, project, "two.py", "x\n")
    assert (await ran(editor, one, 0))["outcome"] == "exec.ok"
    assert (await ran(editor, two, 0))["outcome"] == "exec.error"
    assert (await ran(editor, one, 1))["value"] == "2"
    editor.close(one)
    again = await opened(editor, project, "one.py", "x = 1\nx + 1\n")
    assert (await ran(editor, again, 1))["outcome"] == "exec.error"


async def test_reset_forgets_the_variables(editor: Editor, project: Path) -> None:
    await editor.start(project, trusted=True, settings=LASTING)
    uri = await opened(editor, project, "a.py", "x = 1\nx + 1\n")
    assert (await ran(editor, uri, 0))["outcome"] == "exec.ok"
    params = {"command": "jedimind.resetSession", "arguments": [{"uri": uri}]}
    assert await editor.request("workspace/executeCommand", params) == {"reset": True}
    assert (await ran(editor, uri, 1))["outcome"] == "exec.error"
