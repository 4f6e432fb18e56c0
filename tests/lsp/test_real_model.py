"""The whole loop on the real model, and what happens to its host."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from editor import MODEL_PATIENCE, Editor
from hosts import running

pytestmark = pytest.mark.model

COMMENT = "# return the n most common words in text, ignoring case"
# One thread: other tests and other people use the machine, too.
SETTINGS = {"model": {"threads": 1, "linger": 1}}


@pytest.fixture(autouse=True)
def _model_is_installed(installed_model: str) -> None:
    """These tests are about a model that is there."""


async def opened(editor: Editor, project: Path, text: str) -> str:
    await editor.start(project, trusted=True, settings=SETTINGS)
    file = project / "words.py"
    file.write_text(text)
    return editor.open(file)


async def start_generating(editor: Editor, uri: str) -> str:
    actions = await editor.code_actions(uri, editor.cursor_in(uri, "# "))
    return await editor.choose(actions["Generate from comment"])


async def test_from_a_comment_to_code_that_ran(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, f"{COMMENT}\n")
    finished = await editor.finished(await start_generating(editor, uri), MODEL_PATIENCE)
    assert finished["result"]["verdict"] == "checked"
    text = editor.documents[uri].text
    (function,) = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    assert {argument.arg for argument in function.args.args} == {"text", "n"}
    editor.append(uri, f"\n{function.name}(text='b B a', n=1)\n")
    actions = await editor.code_actions(uri, editor.range_of(uri, editor.documents[uri].text))
    ran = await editor.finished(await editor.choose(actions["Run selection"]))
    assert ran["result"]["outcome"] == "exec.ok"
    assert ran["result"]["value"] in ("['b']", "[('b', 2)]")
    await editor.diagnostics_until(
        uri, lambda found: any(item.message == ran["result"]["value"] for item in found)
    )
    assert await editor.stop() == 0


async def test_words_in_another_language_are_understood(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, "# 写一个函数计算两个数的和\n")
    finished = await editor.finished(await start_generating(editor, uri), MODEL_PATIENCE)
    assert finished["status"] == "ok"
    namespace: dict[str, Any] = {}
    exec(editor.documents[uri].text, namespace)
    functions: list[Callable[..., Any]] = [
        value for name, value in namespace.items() if callable(value) and name[0] != "_"
    ]
    assert functions[0](2, 3) == 5


async def test_an_explanation_speaks_of_the_code(editor: Editor, project: Path) -> None:
    code = "def area(radius):\n    return 3.14159 * radius ** 2\n"
    uri = await opened(editor, project, code)
    actions = await editor.code_actions(uri, editor.cursor_in(uri, "return"))
    finished = await editor.finished(await editor.choose(actions["Explain `area`"]), MODEL_PATIENCE)
    assert finished["status"] == "ok"
    assert "radius" in finished["result"]["markdown"]
    assert "radius" in (await editor.hover(uri, 1) or "")
    assert [Path(shown).suffix for shown in editor.shown_documents] == [".md"]


async def test_a_host_killed_while_it_answers_fails_the_task_and_not_the_next(
    editor: Editor, project: Path, jedimind_home: Path
) -> None:
    uri = await opened(editor, project, f"{COMMENT}\n")
    task = await start_generating(editor, uri)
    await editor.until(lambda: wrote(editor, task), MODEL_PATIENCE)
    (host,) = running(jedimind_home)
    host.kill()
    finished = await editor.finished(task)
    assert finished["status"] == "failed"
    assert finished["message"].endswith(".")
    assert editor.documents[uri].text == f"{COMMENT}\n"
    finished = await editor.finished(await start_generating(editor, uri), MODEL_PATIENCE)
    assert finished["status"] == "ok"


def wrote(editor: Editor, task: str) -> bool:
    """Whether the model has begun to write for `task`."""
    reports = editor.progress.get(f"jedimind/{task}", [])
    return any("characters" in (report.get("message") or "") for report in reports)


async def test_two_windows_share_one_host_that_goes_with_the_last(
    editor: Editor, project: Path, jedimind_home: Path
) -> None:
    other = Editor(jedimind_home)
    uri = await opened(editor, project, f"{COMMENT}\n")
    elsewhere = project.parent / "other"
    elsewhere.mkdir()
    uris = [uri, await opened(other, elsewhere, "# add two numbers\n")]
    tasks = [
        await start_generating(window, uri)
        for window, uri in zip((editor, other), uris, strict=True)
    ]
    for window, task in zip((editor, other), tasks, strict=True):
        assert (await window.finished(task, MODEL_PATIENCE))["status"] == "ok"
    (host,) = running(jedimind_home)
    await editor.stop()
    assert host.is_running()
    assert (await other.finished(await start_generating(other, uris[1]), MODEL_PATIENCE))[
        "status"
    ] == "ok"
    await other.stop()
    await editor.until(lambda: not host.is_running())


async def test_a_killed_server_leaves_no_host(
    editor: Editor, project: Path, jedimind_home: Path
) -> None:
    uri = await opened(editor, project, f"{COMMENT}\n")
    task = await start_generating(editor, uri)
    await editor.until(lambda: wrote(editor, task), MODEL_PATIENCE)
    started = [*psutil.Process(editor.pid).children(recursive=True), *running(jedimind_home)]
    await editor.kill()
    _, alive = psutil.wait_procs(started, timeout=30)
    assert not alive
