"""Running code from an editor: results as diagnostics and hover text, where the code stands."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from lsprotocol import types

from editor import CAPABILITIES, Editor
from jedimind import trust
from jedimind.execution.sandbox import tiers
from jedimind.execution.sandbox.tier import Tier


async def opened(editor: Editor, project: Path, text: str, **start: Any) -> str:
    await editor.start(project, **{"trusted": True, **start})
    file = project / "script.py"
    file.write_bytes(text.encode())
    return editor.open(file)


def summary(diagnostic: types.Diagnostic) -> tuple[Any, ...]:
    assert diagnostic.severity is not None
    return diagnostic.severity.name, diagnostic.range.start.line, diagnostic.message


async def test_a_selection_shows_its_value_its_output_and_nothing_else(
    editor: Editor, project: Path
) -> None:
    best = tiers.find(sys.executable).tier
    uri = await opened(editor, project, "x = 6\nprint('hello')\nx * 7\nraise SystemExit(3)\n")
    finished = await editor.run(uri, "x = 6\nprint('hello')\nx * 7\n")
    result = finished["result"]
    assert finished["status"] == "ok"
    assert result.pop("seconds") > 0
    assert result == {
        "outcome": "exec.ok",
        "value": "42",
        "stdout": "hello\n",
        "stderr": "",
        "sandbox": best.value,
    }
    shown = await editor.diagnostics_until(uri, bool)
    assert [summary(diagnostic) for diagnostic in shown] == [("Information", 2, "42")]
    assert shown[0].source == "jedimind"
    hover = await editor.hover(uri, 1)
    assert hover is not None
    assert "```python\n42\n```" in hover
    assert "```text\nhello\n```" in hover
    assert f"(sandbox {best.value})" in hover or best is Tier.C
    assert await editor.hover(uri, 3) is None


async def test_an_exception_is_an_error_where_it_was_raised_with_the_way_there(
    editor: Editor, project: Path
) -> None:
    (project / "shop.py").write_text("def price(item):\n    return item['price']\n")
    uri = await opened(
        editor, project, "import shop\n\ndef total():\n    return shop.price({})\n\ntotal()\n"
    )
    finished = await editor.run(uri)
    assert finished["result"]["outcome"] == "exec.error"
    (error,) = await editor.diagnostics_until(uri, bool)
    assert summary(error) == ("Error", 3, "KeyError: 'price'")
    assert error.code == "exec.error"
    related = [
        (Path(item.location.uri).name, item.location.range.start.line, item.message)
        for item in error.related_information or []
    ]
    assert related == [("shop.py", 1, "in price"), ("script.py", 5, "in <module>")]


async def test_columns_are_the_clients_also_after_emoji_and_form_feeds(
    editor: Editor, project: Path
) -> None:
    uri = await opened(editor, project, "a = '\f'\n\fs = '\u2028'\n'😀😀' + str(1 // 0)\n")
    await editor.run(uri)
    (error,) = await editor.diagnostics_until(uri, bool)
    start, end = error.range.start, error.range.end
    assert error.message == "ZeroDivisionError: integer division or modulo by zero"
    assert (start.line, start.character, end.character) == (2, 13, 19)


async def test_results_move_with_edits_and_go_when_their_lines_change(
    editor: Editor, project: Path
) -> None:
    uri = await opened(editor, project, "a = 1\na + 1\nb = 2\n")
    await editor.run(uri, "a = 1\na + 1\n")
    await editor.diagnostics_until(uri, bool)
    editor.edit(uri, 0, 0, "# above\n")
    await editor.diagnostics_until(uri, lambda found: found and found[0].range.start.line == 2)
    assert await editor.hover(uri, 0) is None
    assert await editor.hover(uri, 2) is not None
    end = editor.documents[uri].text.index("a + 1")
    editor.edit(uri, end, end + 1, "c")
    await editor.diagnostics_until(uri, lambda found: not found)
    assert await editor.hover(uri, 1) is not None
    assert await editor.hover(uri, 2) is None


async def test_lines_edited_while_they_run_get_no_result(editor: Editor, project: Path) -> None:
    wait = "while not pathlib.Path('go').exists():\n    time.sleep(0.01)\n"
    uri = await opened(editor, project, f"import pathlib, time\n{wait}'done'\n")
    task = await editor.execute("jedimind.run", {"uri": uri, "version": 1})
    editor.edit(uri, 0, 0, "# typed meanwhile\n")
    at = editor.documents[uri].text.index("'done'")
    editor.edit(uri, at, at + 1, '"')
    (project / "go").touch()
    finished = await editor.finished(task)
    assert finished["status"] == "ok", finished
    assert finished["result"]["value"] == "'done'"
    assert await editor.hover(uri, 1) is not None
    assert await editor.hover(uri, 4) is None
    assert editor.diagnostics.get(uri, []) == []


@pytest.mark.parametrize("reopened", [False, True])
async def test_a_run_whose_document_was_closed_shows_nothing(
    editor: Editor, project: Path, reopened: bool
) -> None:
    wait = "while not pathlib.Path('go').exists():\n    time.sleep(0.01)\n"
    uri = await opened(editor, project, f"import pathlib, time\n{wait}1 / 0\n")
    task = await editor.execute("jedimind.run", {"uri": uri, "version": 1})
    editor.close(uri)
    if reopened:
        editor.open(project / "script.py", "x = 1\n")
    (project / "go").touch()
    assert (await editor.finished(task))["result"]["outcome"] == "exec.error"
    assert editor.diagnostics.get(uri, []) == []


async def test_a_traceback_with_impossible_places_is_shown_all_the_same(
    editor: Editor, project: Path
) -> None:
    source = (
        "import ast\ntree = ast.parse('1 / 0')\nfor node in ast.walk(tree):\n"
        "    node.lineno = node.end_lineno = 0\n    node.col_offset = node.end_col_offset = 0\n"
        "exec(compile(tree, __file__, 'exec'))\n"
    )
    uri = await opened(editor, project, source)
    assert (await editor.run(uri))["result"]["outcome"] == "exec.error"
    (error,) = await editor.diagnostics_until(uri, bool)
    assert summary(error) == ("Error", 5, "ZeroDivisionError: division by zero")


async def test_what_a_program_says_is_never_markdown(editor: Editor, project: Path) -> None:
    text = "[click](command:quit) ![x](https://evil.example)"
    uri = await opened(editor, project, f"print('{text}')\nraise ValueError('{text}')\n")
    await editor.run(uri)
    hover = await editor.hover(uri, 0) or ""
    headline, _, rest = hover.partition("\n")
    assert "\\[click\\]" in headline
    assert f"```text\n{text}\n```" in rest


async def test_paths_need_not_be_utf_8(editor: Editor, project: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(project) + b"/caf\xe9 #%"))
    folder.mkdir()
    (folder / "other.py").write_text("NAME = 'other'\n")
    (folder / "script.py").write_text("from other import NAME\nNAME\n")
    await editor.start(project, trusted=True)
    uri = editor.open(folder / "script.py")
    assert (await editor.run(uri))["result"]["value"] == "'other'"


async def test_without_a_selection_the_statement_at_the_cursor_runs(
    editor: Editor, project: Path
) -> None:
    uri = await opened(editor, project, "1 / 0\nfor i in range(3):\n    print(i)\n\n1 / 0\n")
    cursor = editor.cursor_in(uri, "print")
    actions = await editor.code_actions(uri, cursor)
    assert "Run statement" in actions
    finished = await editor.finished(await editor.choose(actions["Run statement"]))
    assert finished["result"]["stdout"] == "0\n1\n2\n"


async def test_the_projects_own_environment_and_modules_are_used(
    editor: Editor, project: Path
) -> None:
    package = project / "package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "one.py").write_text("ONE = 1\n")
    (package / "two.py").write_text("from .one import ONE\nONE + 1\n")
    await editor.start(project, trusted=True)
    uri = editor.open(package / "two.py")
    assert (await editor.run(uri))["result"]["value"] == "2"


@pytest.mark.parametrize(
    ("settings", "source", "outcome", "setting"),
    [
        ({"timeout": 0.5}, "while True: pass", "exec.timeout", "execution.timeout"),
        ({"memory": 128}, "x = bytearray(10**9)", "exec.memory", "execution.memory"),
        ({"output": 8}, "while True: print('x' * 999)", "exec.output", "execution.output"),
    ],
)
async def test_a_limit_is_a_message_that_names_its_setting(
    editor: Editor, project: Path, settings: dict[str, Any], source: str, outcome: str, setting: str
) -> None:
    uri = await opened(editor, project, source, settings={"execution": settings})
    finished = await editor.run(uri)
    assert (finished["status"], finished["result"]["outcome"]) == ("ok", outcome)
    (shown,) = await editor.diagnostics_until(uri, bool)
    assert setting in shown.message


async def test_input_is_refused_in_words(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, "input('Name? ')\n")
    assert (await editor.run(uri))["result"]["outcome"] == "exec.error"
    (error,) = await editor.diagnostics_until(uri, bool)
    assert error.message.startswith("EOFError: input()")


@pytest.mark.parametrize("way", ["command", "progress"])
async def test_a_run_can_be_cancelled_with_all_its_children(
    editor: Editor, project: Path, way: str
) -> None:
    source = "import subprocess\nprint('begun')\nsubprocess.run(['sleep', '1000'])\n"
    uri = await opened(editor, project, source)
    task = await editor.execute("jedimind.run", {"uri": uri, "version": 1})
    server = psutil.Process(editor.pid)

    def children() -> list[psutil.Process]:
        return [p for p in server.children(recursive=True) if p.name() == "sleep"]

    await editor.until(children)
    started = children()
    token = f"jedimind/{task}"
    if way == "command":
        await editor.cancel(task)
    else:
        await editor.until(lambda: editor.progress.get(token))
        editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    finished = await editor.finished(task)
    assert finished["status"] == "cancelled"
    assert finished["result"]["outcome"] == "exec.cancelled"
    assert finished["result"]["stdout"] == "begun\n"
    assert not any(process.is_running() for process in started)
    assert (await editor.run(uri, "print('begun')"))["result"]["outcome"] == "exec.ok"


async def test_the_answer_comes_first_then_progress_then_the_end(
    editor: Editor, project: Path
) -> None:
    uri = await opened(
        editor, project, "import time\nfor i in range(5):\n    print(i)\n    time.sleep(0.2)\n"
    )
    task = await editor.execute("jedimind.run", {"uri": uri})
    await editor.finished(task)
    mine = [entry for entry in editor.log if task in entry]
    assert mine[0] == f"answered {task}"
    assert mine[-1] == f"finished {task}"
    reports = editor.progress[f"jedimind/{task}"]
    assert (reports[0]["kind"], reports[-1]["kind"]) == ("begin", "end")
    assert reports[0]["cancellable"] is True


async def test_no_progress_is_made_where_the_client_has_none(editor: Editor, project: Path) -> None:
    bare = {"workspace": {}}
    uri = await opened(editor, project, "1 + 1\n", capabilities=bare)
    assert (await editor.run(uri))["result"]["value"] == "2"
    assert editor.progress == {}


# Trust: opening a folder executes nothing from inside it.


async def test_an_untrusted_folder_is_asked_about_once_and_then_remembered(
    editor: Editor, project: Path
) -> None:
    editor.answers = {"Do you trust": "Trust"}
    uri = await opened(editor, project, "'ran'\n", trusted=None)
    assert (await editor.run(uri))["result"]["value"] == "'ran'"
    assert (await editor.run(uri))["result"]["value"] == "'ran'"
    assert len(editor.questions) == 1
    assert str(project) in editor.questions[0]
    assert trust.is_trusted(project)


async def test_nothing_runs_if_the_user_says_no(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, "open('ran', 'w')\n", trusted=None)
    finished = await editor.run(uri)
    assert finished["status"] == "failed"
    assert "jedimind.trustWorkspace" in finished["message"]
    assert not (project / "ran").exists()
    assert editor.shown[-1].message == finished["message"]
    assert len(editor.questions) == 1


async def test_a_user_who_never_answers_is_not_waited_for_forever(
    editor: Editor, project: Path
) -> None:
    uri = await opened(
        editor, project, "1\n", trusted=None, settings={"server": {"consentTimeout": 1}}
    )
    editor.never_answers = True
    finished = await editor.run(uri)
    assert finished["status"] == "failed"
    assert len(editor.questions) == 1


async def test_the_command_trusts_the_workspace(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, "1\n", trusted=None)
    done = await editor.finished(await editor.execute("jedimind.trustWorkspace"))
    assert done["result"] == {"trusted": [str(project)]}
    assert (await editor.run(uri))["result"]["outcome"] == "exec.ok"
    assert editor.questions == []


async def test_nothing_of_an_untrusted_folder_is_executed_on_opening_it(
    editor: Editor, project: Path
) -> None:
    marker = project / "executed"
    trap = f"open({str(marker)!r}, 'w')\n"
    (project / "sitecustomize.py").write_text(trap)
    (project / "helper.py").write_text(trap)
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\ntouch {marker}\n")
    python.chmod(0o755)
    uri = await opened(editor, project, "import helper\n# use the helper\n", trusted=None)
    await editor.code_actions(uri, editor.cursor_in(uri, "# use"))
    finished = await editor.run(uri)
    assert finished["status"] == "failed"
    assert not marker.exists()
    assert len(editor.questions) == 1


async def test_a_project_cannot_choose_the_interpreter_until_it_is_trusted(
    editor: Editor, project: Path
) -> None:
    marker = project / "executed"
    python = project / "python"
    python.write_text(f"#!/bin/sh\ntouch {marker}\n")
    python.chmod(0o755)
    (project / "pyproject.toml").write_text(
        f'[tool.jedimind.execution]\ninterpreter = "{python}"\n'
        '[tool.jedimind.model]\nendpoint = "http://attacker.example/v1"\n'
    )
    uri = await opened(editor, project, "1\n", trusted=None, capabilities={**CAPABILITIES})
    await editor.code_actions(uri, editor.cursor_in(uri, "1"))
    await editor.until(lambda: len(editor.shown) >= 1)
    told = " ".join(message.message for message in editor.shown)
    assert "`execution.interpreter`" in told
    assert "`model.endpoint`" in told
    assert not marker.exists()
