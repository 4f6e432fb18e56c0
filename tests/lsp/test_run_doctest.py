"""Running the examples of a docstring from an editor, and accepting what they print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from editor import CAPABILITIES, Editor

SOURCE = '''\
def double(x):
    """
    Twice.

    >>> double(2)
    4
    >>> double("a")
    'aaa'
    >>> print(double("a\\\\n\\\\n"))
    >>> double(None)
    0
    """
    return x * 2

if __name__ == "__main__":
    raise SystemExit("it is not the script that runs")
'''
RESOLVES = {
    **CAPABILITIES,
    "textDocument": {
        **CAPABILITIES["textDocument"],
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
    },
}


async def opened(editor: Editor, project: Path, text: str, **start: Any) -> str:
    await editor.start(project, **{"trusted": True, **start})
    (project / "script.py").write_text("raise SystemExit('the file on disk')\n")
    return editor.open(project / "script.py", text)


async def run(editor: Editor, uri: str, at: str) -> dict[str, Any]:
    """Choose *Run doctest* at a piece of text, and wait for the end."""
    return await chosen(editor, uri, at, "Run doctest")


async def chosen(editor: Editor, uri: str, at: str, title: str) -> dict[str, Any]:
    actions = await editor.code_actions(uri, editor.cursor_in(uri, at))
    return await editor.finished(await editor.choose(actions[title]))


async def resolved(editor: Editor, uri: str, line: int) -> types.WorkspaceEdit:
    place = types.Range(types.Position(line, 4), types.Position(line, 4))
    actions = await editor.code_actions(uri, place, ["quickfix"])
    action = actions["Accept actual"]
    assert action.kind == "quickfix.jedimind.acceptActual"
    if action.edit is None:
        action = await editor.wait(editor.client.code_action_resolve_async(action))
    assert action.edit is not None
    return action.edit


async def test_a_failed_example_is_an_error_on_what_it_expects(
    editor: Editor, project: Path
) -> None:
    uri = await opened(editor, project, SOURCE)
    finished = await run(editor, uri, "Twice")
    assert finished["result"]["outcome"] == "exec.error"
    assert finished["result"]["examples"] == ["passed", "failed", "failed", "raised"]
    shown = await editor.diagnostics_until(uri, bool)
    assert [
        (each.severity, each.code, each.range.start.line, each.range.start.character)
        for each in shown
    ] == [(types.DiagnosticSeverity.Error, "exec.error", line, 4) for line in (7, 8, 10)]
    assert [each.message for each in shown] == [
        "expected 'aaa', got 'aa'",
        "expected nothing, got \na\n\na\n",
        "expected 0, got TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'",
    ]
    related = [
        (item.location.uri, item.location.range.start.line)
        for item in shown[2].related_information or []
    ]
    assert related == [(uri, 9), (uri, 12)]
    hover = await editor.hover(uri, 2) or ""
    assert "1 of 4 examples passed" in hover
    assert '```python\n>>> double("a")\n```' in hover
    assert "Expected:\n\n```text\n'aaa'\n```" in hover
    assert "Got:\n\n```text\n'aa'\n```" in hover


@pytest.mark.parametrize("capabilities", [CAPABILITIES, RESOLVES])
async def test_what_was_printed_is_accepted(
    editor: Editor, project: Path, capabilities: dict[str, Any]
) -> None:
    uri = await opened(editor, project, SOURCE, capabilities=capabilities)
    await run(editor, uri, "Twice")
    await editor.diagnostics_until(uri, bool)
    # From below: an edit moves what is under it.
    for line in (10, 8, 7):
        editor.apply(await resolved(editor, uri, line))
        await editor.diagnostics_until(uri, lambda found, n=line: all(_above(d, n) for d in found))
    assert editor.documents[uri].text.split("\n")[4:18] == [
        "    >>> double(2)",
        "    4",
        '    >>> double("a")',
        "    'aa'",
        '    >>> print(double("a\\\\n\\\\n"))',
        "    a",
        "    <BLANKLINE>",
        "    a",
        "    <BLANKLINE>",
        "    <BLANKLINE>",
        "    >>> double(None)",
        "    Traceback (most recent call last):",
        "        ...",
        "    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'",
    ]
    finished = await run(editor, uri, "Twice")
    assert finished["result"]["examples"] == ["passed"] * 4
    (shown,) = await editor.diagnostics_until(uri, lambda found: len(found) == 1)
    assert (shown.severity, shown.message) == (
        types.DiagnosticSeverity.Information,
        "4 of 4 examples passed.",
    )


def _above(diagnostic: types.Diagnostic, line: int) -> bool:
    return diagnostic.range.start.line < line


async def test_nothing_is_accepted_once_the_document_has_changed(
    editor: Editor, project: Path
) -> None:
    uri = await opened(editor, project, SOURCE, capabilities=RESOLVES)
    await run(editor, uri, "Twice")
    await editor.diagnostics_until(uri, bool)
    place = types.Range(types.Position(7, 4), types.Position(7, 4))
    actions = await editor.code_actions(uri, place, ["quickfix"])
    editor.edit(uri, 0, 0, "\n")
    await editor.until_diagnostics(uri)
    with pytest.raises(Exception, match="changed meanwhile"):
        await editor.client.code_action_resolve_async(actions["Accept actual"])
    # It is offered where the example is now.
    moved = types.Range(types.Position(8, 4), types.Position(8, 4))
    assert "Accept actual" in await editor.code_actions(uri, moved, ["quickfix"])
    # But not once its code is another.
    at = editor.documents[uri].text.index('double("a")')
    editor.edit(uri, at, at, "not ")
    await editor.until_diagnostics(uri)
    assert "Accept actual" not in await editor.code_actions(uri, moved, ["quickfix"])


async def test_one_example_runs_with_those_above_it(editor: Editor, project: Path) -> None:
    text = '"""\n>>> x = 2\n>>> x + 1\n3\n>>> 1 / 0\n"""\n'
    uri = await opened(editor, project, text)
    finished = await chosen(editor, uri, "x + 1", "Run example")
    assert finished["result"]["examples"] == ["passed", "passed"]
    shown = await editor.diagnostics_until(uri, bool)
    assert [each.message for each in shown] == ["2 of 2 examples passed."]


async def test_a_file_that_fails_is_shown_where_it_failed(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, '"""\n>>> 1\n1\n"""\nx = 1\ny = missing\n')
    finished = await run(editor, uri, ">>> 1")
    assert finished["result"]["outcome"] == "exec.error"
    (shown,) = await editor.diagnostics_until(
        uri, lambda found: [each for each in found if str(each.code).startswith("exec")]
    )
    assert shown.range.start.line == 5
    assert shown.message == "NameError: name 'missing' is not defined"


async def test_files_in_packages_import_their_neighbours(editor: Editor, project: Path) -> None:
    package = project / "package"
    package.mkdir()
    (package / "__init__.py").write_text("from .one import ONE\n")
    (package / "one.py").write_text("ONE = 1\n")
    (package / "two.py").touch()
    await editor.start(project, trusted=True)
    text = '"""\n>>> ONE, __name__\n(1, \'package.two\')\n"""\nfrom .one import ONE\n'
    uri = editor.open(package / "two.py", text)
    finished = await run(editor, uri, ">>> ONE")
    assert finished["result"]["examples"] == ["passed"]


async def test_an_example_that_does_not_end_is_stopped(editor: Editor, project: Path) -> None:
    text = '"""\n>>> while True: pass\n"""\n'
    uri = await opened(editor, project, text, settings={"execution": {"timeout": 0.5}})
    finished = await run(editor, uri, "while")
    assert finished["result"]["outcome"] == "exec.timeout"
    (shown,) = await editor.diagnostics_until(uri, bool)
    assert "execution.timeout" in shown.message
