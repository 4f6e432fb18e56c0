"""Formatting through ruff: the edits, what is refused, and which ruff is never started."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from editor import Editor
from jedimind.lsp.ruff import find

OPTIONS = types.FormattingOptions(tab_size=4, insert_spaces=True)


async def formatted(editor: Editor, uri: str) -> list[tuple[int, int, str]]:
    """The edits as first line, line after the last, and new text."""
    params = types.DocumentFormattingParams(types.TextDocumentIdentifier(uri), OPTIONS)
    edits = await editor.wait(editor.client.text_document_formatting_async(params))
    return [(edit.range.start.line, edit.range.end.line, edit.new_text) for edit in edits]


async def test_a_document_is_edited_only_where_it_has_to_be(editor: Editor, project: Path) -> None:
    await editor.start(project)
    uri = editor.open(project / "a.py", "x = '😀'\ny = 2\nz = [1,\n2]\nlast = 3\n")
    assert await formatted(editor, uri) == [(0, 1, 'x = "😀"\n'), (2, 4, "z = [1, 2]\n")]


async def test_a_range_is_formatted_alone(editor: Editor, project: Path) -> None:
    await editor.start(project)
    uri = editor.open(project / "a.py", "a=1\n😀 = 2\nb=3\n".replace("😀", "é"))
    range_ = types.Range(types.Position(2, 0), types.Position(2, 3))
    identifier = types.TextDocumentIdentifier(uri)
    params = types.DocumentRangeFormattingParams(identifier, range_, OPTIONS)
    (edit,) = await editor.wait(editor.client.text_document_range_formatting_async(params))
    assert (edit.range.start.line, edit.new_text) == (2, "b = 3\n")


async def test_the_projects_configuration_holds(editor: Editor, project: Path) -> None:
    (project / "ruff.toml").write_text("[format]\nquote-style = 'single'\n")
    await editor.start(project)
    uri = editor.open(project / "a.py", 'x = "a"\n')
    assert await formatted(editor, uri) == [(0, 1, "x = 'a'\n")]


async def test_what_does_not_parse_is_left_as_it_is(editor: Editor, project: Path) -> None:
    await editor.start(project)
    uri = editor.open(project / "a.py", "x=1\ndef f(:\n")
    assert await formatted(editor, uri) == []


async def test_a_wrong_configuration_is_named(editor: Editor, project: Path) -> None:
    (project / "ruff.toml").write_text("no-such-setting = 1\n")
    await editor.start(project)
    uri = editor.open(project / "a.py", "x=1\n")
    with pytest.raises(JsonRpcException, match=r"ruff could not do it: .*ruff\.toml") as error:
        await formatted(editor, uri)
    assert error.value.code == types.LSPErrorCodes.RequestFailed


@pytest.mark.parametrize("trusted", [True, False])
def test_a_program_in_a_folder_that_is_not_trusted_is_never_started(
    tmp_path: Path, trusted: bool
) -> None:
    program = tmp_path / ".venv" / "bin" / "ruff"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    found = find(program.parent / "python", tmp_path, trusted=trusted)
    assert found is not None
    assert (found == program) is trusted


def test_a_program_is_known_by_where_links_lead_too(tmp_path: Path) -> None:
    project = tmp_path / "project"
    program = project / ".venv" / "bin" / "ruff"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    folder = tmp_path / "link"
    folder.symlink_to(project)
    assert find(program.parent / "python", folder, trusted=False) != program
