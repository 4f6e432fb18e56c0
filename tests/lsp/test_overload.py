"""When Jedi spins or works for long: nobody waits for what will not come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from editor import CAPABILITIES, Editor
from workers import suspended, workers

FEATURES = {"autoImport": False, "diagnostics": False}
# Jedi needs many seconds for what this means, because every name may be any of many things.
SPINS = "x = [1, (2, 3), {4: 5}]\n" * 60_000
RESTARTED = "CompletionQuestion took longer than 4 s; worker restarted"


async def complete(editor: Editor, uri: str) -> dict[str, Any]:
    end = len(editor.documents[uri].text)
    answer: dict[str, Any] = await editor.request(
        types.TEXT_DOCUMENT_COMPLETION, editor.at(uri, end)
    )
    return answer


def labels(answer: dict[str, Any]) -> list[str]:
    return [item["label"] for item in answer["items"]]


async def test_a_question_that_spins_is_answered_empty_and_the_next_one_is_answered(
    editor: Editor, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = {"features": FEATURES, "analysis": {"timeout": 4}}
    await editor.start(project, settings=settings)
    quick = editor.open(project / "quick.py", "greeting = 1\ngree")
    # Once all workers are warm, one of them a spare.
    await editor.until(lambda: len(workers(editor.pid)) == 3)
    while not (await complete(editor, quick))["items"]:
        editor.edit(quick, 0, 0, "\n")
    before = {worker.pid for worker in workers(editor.pid)}
    capfd.readouterr()
    slow = editor.open(project / "slow.py", SPINS + "x.")
    assert await complete(editor, slow) == {"isIncomplete": True, "items": []}
    editor.edit(quick, 0, 0, "\n")
    assert labels(await complete(editor, quick)) == ["greeting"]
    log = capfd.readouterr().err
    assert log.count(RESTARTED) == 1, log
    await editor.until(lambda: len(workers(editor.pid)) == 3)
    assert len(before - {worker.pid for worker in workers(editor.pid)}) >= 1


async def test_slow_work_on_the_whole_project_delays_no_completion(
    editor: Editor, project: Path
) -> None:
    for number in range(30):
        (project / f"part_{number}.py").write_text(SPINS + "\ngreeting = x\n")
    settings = {"features": FEATURES, "analysis": {"timeout": 60, "backgroundTimeout": 600}}
    await editor.start(project, settings=settings)
    uri = editor.open(project / "quick.py", "greeting = 1\ngree")
    params = editor.at(uri, 0) | {"context": {"includeDeclaration": True}}
    references = editor.send(types.TEXT_DOCUMENT_REFERENCES, params)
    for _ in range(3):
        editor.edit(uri, 0, 0, "\n")
        assert labels(await complete(editor, uri)) == ["greeting"]
    assert not references.answer.done()
    editor.cancel_request(references)
    with pytest.raises(Exception, match="ancel"):
        await editor.answer(references)


async def test_what_is_typed_meanwhile_is_asked_about_once(editor: Editor, project: Path) -> None:
    """Of all the requests that pile up while Jedi is busy, only the last is put to it."""
    settings = {"features": FEATURES, "analysis": {"timeout": 60}}
    await editor.start(project, settings=settings, capabilities=CAPABILITIES)
    uri = editor.open(project / "a.py", "class A:\n    width = 1\n")
    await complete(editor, uri)
    with suspended(editor.pid):
        sent = []
        for _ in range(10):
            editor.append(uri, "A.w")
            end = len(editor.documents[uri].text)
            sent.append(editor.send(types.TEXT_DOCUMENT_COMPLETION, editor.at(uri, end)))
            editor.append(uri, "\n")
        for older in sent[:-1]:
            assert await editor.answer(older) == {"isIncomplete": True, "items": []}
    assert labels(await editor.answer(sent[-1])) == ["width"]
