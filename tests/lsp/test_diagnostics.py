"""Diagnostics: what reading a document tells, pulled or pushed, and what its runs told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types

from editor import CAPABILITIES, Editor, ErrorAnswer
from marked import Mark, Marked, drawn, marked
from workers import suspended

SETTINGS = {"analysis": {"timeout": 60}}
WATCHED = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
PULLING = {
    **CAPABILITIES,
    "workspace": {
        **CAPABILITIES["workspace"],
        "diagnostics": {"refreshSupport": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
}
PUSHED = {
    "textDocument": {"publishDiagnostics": {}},
    "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}},
}

numbers = count()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(shared_home: Path, shared_project: Path) -> AsyncIterator[Editor]:
    editor = Editor(shared_home)
    await editor.start(shared_project, settings=SETTINGS)
    yield editor
    await editor.leave()


async def pull(editor: Editor, uri: str) -> list[types.Diagnostic]:
    return await editor.pull_diagnostics(uri)


def marks(editor: Editor, uri: str, found: list[types.Diagnostic]) -> str:
    """The document with what is wrong marked by the diagnostics' codes."""
    spans = [(editor.span(uri, each.range), str(each.code)) for each in found]
    return drawn(editor.documents[uri].text, [Mark(*span, code) for span, code in spans])


def expected(fixture: Marked) -> str:
    return drawn(fixture.text, fixture.marks)


WRONG = """
    import not_to_be_found
    #      ^^^^^^^^^^^^^^^ unresolved.import
    import json
    '😀'; print(undefined)
    #          ^^^^^^^^^ unresolved.name
    json.dump_s("a")
    #    ^^^^^^ unresolved.attribute
    def f(a): ...
    f(1, unknown=2)
    #    ^^^^^^^ unresolved.keyword
"""


async def test_what_does_not_exist_is_marked(editor: Editor, project: Path) -> None:
    await editor.start(project, settings=SETTINGS)
    fixture = marked(WRONG)
    uri = editor.open(project / "a.py", fixture.text)
    found = await pull(editor, uri)
    assert marks(editor, uri, found) == expected(fixture)
    assert {each.severity for each in found} == {types.DiagnosticSeverity.Warning}
    assert {each.source for each in found} == {"jedimind"}
    assert "did you mean `dump`" in next(
        each.message for each in found if each.code == "unresolved.attribute"
    )


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("x = = 1\n", "SyntaxError: invalid syntax"),
        ("def f():\nreturn 1\n", "IndentationError: expected an indented block"),
        ("return 1\n", "SyntaxError: 'return' outside function"),
        ("x = (\n", "SyntaxError: invalid syntax"),
        ("'😀'; break\n", "SyntaxError: 'break' outside loop"),
    ],
)
@pytest.mark.asyncio(loop_scope="module")
async def test_syntax_errors_have_the_messages_of_jedi(
    window: Editor, source: str, sentence: str
) -> None:
    uri = window.open(window.folders[0] / f"file_{next(numbers)}.py", source)
    found = [each for each in await pull(window, uri) if each.code == "syntax"]
    assert found[0].message == sentence
    assert found[0].severity == types.DiagnosticSeverity.Error


async def test_a_client_that_pulls_is_pushed_only_what_runs_told(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, settings=SETTINGS, trusted=True)
    uri = editor.open(project / "a.py", "print(undefined)\n")
    assert [each.code for each in await pull(editor, uri)] == ["unresolved.name"]
    assert uri not in editor.diagnostics
    await editor.run(uri)
    (pushed,) = await editor.diagnostics_until(uri, bool)
    assert str(pushed.code).startswith("exec.")
    assert [each.code for each in await pull(editor, uri)] == ["unresolved.name"]


async def test_a_client_that_does_not_pull_is_pushed_both(editor: Editor, project: Path) -> None:
    await editor.start(project, settings=SETTINGS, trusted=True, capabilities=PUSHED)
    uri = editor.open(project / "a.py", "print(undefined)\n")
    (first,) = await editor.diagnostics_until(uri, bool)
    assert first.code == "unresolved.name"
    await editor.run(uri)
    both = await editor.diagnostics_until(uri, lambda found: len(found) == 2)
    assert {str(each.code).partition(".")[0] for each in both} == {"exec", "unresolved"}
    editor.edit(uri, 0, 5, "str")
    assert await editor.diagnostics_until(uri, lambda found: len(found) == 1)
    editor.edit(uri, 0, len(editor.documents[uri].text), "x = 1\n")
    assert await editor.diagnostics_until(uri, lambda found: not found) == []


async def test_what_was_pushed_is_withdrawn_when_a_document_is_closed(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, settings=SETTINGS, capabilities=PUSHED)
    uri = editor.open(project / "a.py", "print(undefined)\n")
    await editor.diagnostics_until(uri, bool)
    # What stood there goes with its line before the document is read again.
    editor.edit(uri, 0, 5, "str")
    editor.close(uri)
    assert await editor.diagnostics_until(uri, lambda found: not found) == []


async def test_what_is_pushed_is_of_the_present_version(editor: Editor, project: Path) -> None:
    await editor.start(project, settings=SETTINGS, capabilities=PUSHED)
    uri = editor.open(project / "a.py", "print(undefined)\n")
    for _ in range(5):
        editor.edit(uri, 0, 0, "\n")
    found = await editor.until_diagnostics(uri)
    assert [each.range.start.line for each in found] == [5]


async def test_another_file_may_put_it_right(editor: Editor, project: Path) -> None:
    await editor.start(project, settings=SETTINGS, capabilities=PULLING)
    await editor.until(lambda: WATCHED in editor.conversation.registered)
    uri = editor.open(project / "a.py", "import later\nlater.greet()\n")
    assert [each.code for each in await pull(editor, uri)] == ["unresolved.import"]
    refreshes = len(editor.refreshes)
    (project / "later.py").write_text("def great(): ...\n")
    editor.tell_changes(types.FileChangeType.Created, project / "later.py")
    await editor.until(lambda: len(editor.refreshes) > refreshes)
    assert [each.code for each in await pull(editor, uri)] == ["unresolved.attribute"]
    later = editor.open(project / "later.py")
    editor.edit(later, 4, 9, "greet")
    assert await pull(editor, uri) == []
    editor.close(later)
    assert [each.code for each in await pull(editor, uri)] == ["unresolved.attribute"]


async def test_another_file_may_put_it_right_for_a_client_that_does_not_pull(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, settings=SETTINGS, capabilities=PUSHED)
    await editor.until(lambda: WATCHED in editor.conversation.registered)
    uri = editor.open(project / "a.py", "import later\n")
    await editor.diagnostics_until(uri, bool)
    (project / "later.py").write_text("")
    editor.tell_changes(types.FileChangeType.Created, project / "later.py")
    assert await editor.diagnostics_until(uri, lambda found: not found) == []


async def test_an_answer_for_an_older_version_asks_to_be_asked_again(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, settings=SETTINGS)
    uri = editor.open(project / "a.py", "print(undefined)\n")
    await pull(editor, uri)
    with suspended(editor.pid):
        params = {"textDocument": {"uri": uri}}
        sent = editor.send(types.TEXT_DOCUMENT_DIAGNOSTIC, params)
        # It is being asked about once an answer to something later has come.
        await editor.request("jedimind/viewText", {"uri": uri})
        editor.edit(uri, 6, 15, "1")
        await editor.request("jedimind/viewText", {"uri": uri})
    with pytest.raises(ErrorAnswer) as refused:
        await editor.answer(sent)
    assert refused.value.code == types.LSPErrorCodes.ServerCancelled.value
    assert await pull(editor, uri) == []


async def test_they_can_be_switched_off_without_losing_results(
    editor: Editor, project: Path
) -> None:
    settings: dict[str, Any] = {**SETTINGS, "features": {"diagnostics": False}}
    await editor.start(project, settings=settings, trusted=True, capabilities=PUSHED)
    uri = editor.open(project / "a.py", "print(undefined)\n")
    await editor.run(uri)
    found = await editor.diagnostics_until(uri, bool)
    assert [str(each.code).partition(".")[0] for each in found] == ["exec"]


async def test_a_document_that_is_not_open_has_none(editor: Editor, project: Path) -> None:
    await editor.start(project, settings=SETTINGS)
    assert await pull(editor, (project / "closed.py").as_uri()) == []
    uri = editor.open(project / "empty.py", "")
    assert await pull(editor, uri) == []
