"""A 20 MB file: kept in sync, never in the way."""

from __future__ import annotations

from pathlib import Path

from editor import Editor


async def test_a_20_mb_file_is_kept_in_sync_and_gets_no_actions(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, trusted=True)
    line = "value = 'läng'  # 😀 data\n"
    text = line * (20_000_000 // len(line.encode()))
    big = editor.open(project / "big.py", text)
    small = editor.open(project / "small.py", "# add two numbers\n1 + 1\n")
    for number in range(20):
        editor.edit(big, len(line) * number, len(line) * number, "x")
    assert await editor.code_actions(big, editor.cursor_in(big, "# ")) == {}
    assert await editor.code_actions(small, editor.cursor_in(small, "# ")) != {}
    end = len(text) + 20
    editor.edit(big, end, end, "'end'")
    last = {"line": text.count("\n"), "character": 0}
    place = {"uri": big, "range": {"start": last, "end": {**last, "character": 5}}}
    for command in ("jedimind.run", "jedimind.generate", "jedimind.explain"):
        finished = await editor.finished(await editor.execute(command, place))
        assert finished["status"] == "failed"
        assert "server.maxFileSize" in finished["message"]


async def test_a_20_mb_file_runs_where_the_user_allows_it(editor: Editor, project: Path) -> None:
    await editor.start(project, trusted=True, settings={"server": {"maxFileSize": 30_000}})
    text = "value = 'läng'  # 😀 data\n" * 700_000
    big = editor.open(project / "big.py", text)
    editor.edit(big, len(text), len(text), "'end'")
    last = {"line": text.count("\n"), "character": 0}
    place = {"uri": big, "range": {"start": last, "end": {**last, "character": 5}}}
    finished = await editor.finished(await editor.execute("jedimind.run", place))
    assert finished["status"] == "ok", finished
    assert finished["result"]["value"] == "'end'"
