"""Ending runs, one taking the place of another, and taking results away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from editor import Editor

# Says that it has begun, by a file, and goes on for ever.
ENDLESS = "import pathlib, time\npathlib.Path({!r}).touch()\nwhile True:\n    time.sleep(0.01)\n"


async def opened(editor: Editor, project: Path, name: str, text: str) -> str:
    (project / name).write_text(text)
    return editor.open(project / name)


async def command(editor: Editor, name: str, *arguments: Any) -> Any:
    params = {"command": name, "arguments": list(arguments)}
    return await editor.request("workspace/executeCommand", params)


async def begun(editor: Editor, project: Path, uri: str, mark: str, **more: Any) -> str:
    """Start a run and wait until its code runs."""
    task = await editor.execute("jedimind.run", {"uri": uri, **more})
    await editor.until(lambda: (project / mark).exists())
    return task


async def test_stop_ends_the_runs_of_a_document_and_says_how_many(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, trusted=True)
    one = await opened(editor, project, "one.py", ENDLESS.format("one"))
    two = await opened(editor, project, "two.py", ENDLESS.format("two"))
    first = await begun(editor, project, one, "one")
    second = await begun(editor, project, two, "two")
    assert await command(editor, "jedimind.stop", {"uri": one}) == {"stopped": 1}
    finished = await editor.finished(first)
    assert (finished["status"], finished["result"]["outcome"]) == ("cancelled", "exec.cancelled")
    assert await command(editor, "jedimind.stop", {"uri": one}) == {"stopped": 0}
    assert await command(editor, "jedimind.stop") == {"stopped": 1}
    assert (await editor.finished(second))["status"] == "cancelled"
    assert await command(editor, "jedimind.stop") == {"stopped": 0}


async def test_stop_ends_a_run_that_still_waits_for_trust(editor: Editor, project: Path) -> None:
    editor.never_answers = True
    await editor.start(project)
    uri = await opened(editor, project, "one.py", "1\n")
    task = await editor.execute("jedimind.run", {"uri": uri})
    assert await command(editor, "jedimind.stop", {"uri": uri}) == {"stopped": 1}
    assert (await editor.finished(task))["status"] == "cancelled"
    assert len(editor.questions) <= 1


async def test_a_new_run_of_the_same_lines_ends_the_older_one(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, trusted=True)
    uri = await opened(editor, project, "one.py", ENDLESS.format("one"))
    first = await begun(editor, project, uri, "one")
    editor.edit(uri, 0, 0, "# above\n")
    part = "import pathlib, time\n"
    finished = await editor.run(uri, part)
    assert finished["result"]["outcome"] == "exec.ok"
    assert (await editor.finished(first))["result"]["outcome"] == "exec.cancelled"
    # Of the older run nothing is shown, though it ended.
    shown = await editor.diagnostics_until(uri, bool)
    assert [each.code for each in shown] == ["exec.ok"]
    assert await editor.hover(uri, 3) is None


async def test_runs_of_other_lines_go_on(editor: Editor, project: Path) -> None:
    await editor.start(project, trusted=True)
    endless = ENDLESS.format("one")
    uri = await opened(editor, project, "one.py", f"6 * 7\n# %%\n{endless}")
    cell = {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 0}}
    task = await begun(editor, project, uri, "one", what="cell", range=cell)
    assert (await editor.run(uri, "6 * 7\n"))["result"]["value"] == "42"
    assert await command(editor, "jedimind.stop") == {"stopped": 1}
    assert (await editor.finished(task))["status"] == "cancelled"


async def test_results_of_runs_are_taken_away_at_once(editor: Editor, project: Path) -> None:
    await editor.start(project, trusted=True)
    uri = await opened(editor, project, "one.py", "1\n2\n")
    other = await opened(editor, project, "two.py", "3\n")
    for document, part in ((uri, "1\n"), (uri, "2\n"), (other, "3\n")):
        await editor.run(document, part)
        await editor.diagnostics_until(document, bool)
    assert await command(editor, "jedimind.clearResults", {"uri": uri}) == {"cleared": 2}
    await editor.diagnostics_until(uri, lambda found: not found)
    assert "**" not in (await editor.hover(uri, 0) or "")
    assert "Finished" in (await editor.hover(other, 0) or "")
    assert await command(editor, "jedimind.clearResults") == {"cleared": 1}
    await editor.diagnostics_until(other, lambda found: not found)
    assert await command(editor, "jedimind.clearResults") == {"cleared": 0}
