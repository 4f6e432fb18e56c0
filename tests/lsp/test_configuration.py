"""Settings and trust as an editor gives them: what holds when, and what the user is told."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from editor import CAPABILITIES, Editor
from jedimind import directories, trust
from jedimind.lsp.workspace import Workspace

SLEEPS = "import time\ntime.sleep(1.5)\n"
PUSHES = {"workspace": {"applyEdit": True}}


def short(seconds: float = 0.3) -> dict[str, Any]:
    return {"execution": {"timeout": seconds}}


def opened(editor: Editor, folder: Path, text: str = SLEEPS) -> str:
    file = folder / "script.py"
    file.write_text(text)
    return editor.open(file)


async def outcome(editor: Editor, uri: str) -> str:
    result: str = (await editor.run(uri))["result"]["outcome"]
    return result


def configured(editor: Editor, settings: Any = None) -> None:
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))


# Files.


@pytest.mark.parametrize(
    "content",
    ["[tool]\njedimind = 1\n", "x = " + "[" * 3000, "x = " + "1" * 5000, None],
    ids=["no table", "nested", "a long number", "a device"],
)
async def test_no_project_file_keeps_the_server_from_working(
    editor: Editor, project: Path, content: str | None
) -> None:
    if content is None:
        (project / "pyproject.toml").symlink_to("/dev/zero")
    else:
        (project / "pyproject.toml").write_text(content)
    await editor.start(project, trusted=True)
    assert await outcome(editor, opened(editor, project, "1\n")) == "exec.ok"
    (told,) = editor.shown
    assert "pyproject.toml" in told.message


async def test_an_untrusted_project_is_told_of_in_one_message(
    editor: Editor, project: Path
) -> None:
    keys = "".join(f'"[a](https://evil.example/{n})" = 1\n' for n in range(50))
    (project / "pyproject.toml").write_text(
        '[tool.jedimind.execution]\ninterpreter = "python"\n'
        f'[tool.jedimind.model]\nendpoint = "http://attacker.example/v1"\n{keys}'
    )
    await editor.start(project)
    await editor.run(opened(editor, project, "1\n"))
    (told, refused) = editor.shown
    assert told.message.startswith("52 settings in [tool.jedimind] of ")
    assert "`execution.interpreter` holds only once you trust the folder" in told.message
    assert "`model.endpoint`" in told.message
    assert "](" not in told.message
    assert "is not trusted" in refused.message
    assert len(editor.questions) == 1


async def test_the_users_first_settings_file_holds_at_once(
    editor: Editor, project: Path, jedimind_home: Path
) -> None:
    await editor.start(project, trusted=True)
    uri = opened(editor, project, "import time\ntime.sleep(0.6)\n")
    assert await outcome(editor, uri) == "exec.ok"
    (jedimind_home / "config").mkdir()
    (jedimind_home / "config" / "settings.toml").write_text("[execution]\ntimeout = 0.2\n")

    async def until_it_holds() -> None:
        while await outcome(editor, uri) != "exec.timeout":
            pass

    await asyncio.wait_for(until_it_holds(), 60)


# What the editor sends.


async def test_a_section_beside_those_of_other_servers_is_found(
    editor: Editor, project: Path
) -> None:
    await editor.start(project, trusted=True, capabilities=PUSHES)
    uri = opened(editor, project)
    configured(editor, {"jedimind": short(), "pylsp": {}})
    assert await outcome(editor, uri) == "exec.timeout"
    assert editor.shown == []


class ScriptedEditor(Editor):
    """Answers each question about settings as the test says."""

    def _register(self) -> None:
        super()._register()
        self.asked: list[list[str | None]] = []
        self.answer: Any = None
        features = self.client.protocol.fm.features
        del features[types.WORKSPACE_CONFIGURATION], features[types.CLIENT_REGISTER_CAPABILITY]
        self.registered = asyncio.Event()

        @self.client.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[Any]:
            self.asked.append([item.scope_uri for item in params.items])
            return [self.answer(item.scope_uri) for item in params.items]

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        async def register(_params: types.RegistrationParams) -> None:
            await self.registered.wait()


@pytest.fixture
async def scripted(jedimind_home: Path) -> Any:
    window = ScriptedEditor(jedimind_home)
    yield window
    await window.leave()


async def test_settings_stay_when_the_editor_fails_to_say_them(
    scripted: ScriptedEditor, project: Path
) -> None:
    scripted.answer = lambda _uri: short()
    await scripted.start(project, trusted=True)
    uri = opened(scripted, project)
    await scripted.until(lambda: scripted.asked)
    assert await outcome(scripted, uri) == "exec.timeout"

    def fail(_uri: str | None) -> Any:
        raise JsonRpcInvalidParams("scripted")

    scripted.answer = fail
    configured(scripted)
    await scripted.until(lambda: len(scripted.asked) == 2)
    assert await outcome(scripted, uri) == "exec.timeout"


async def test_settings_hold_before_the_editor_has_answered_everything(
    scripted: ScriptedEditor, project: Path
) -> None:
    registers = {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}
    scripted.answer = lambda _uri: short()
    await scripted.start(
        project, trusted=True, capabilities={**CAPABILITIES, "workspace": registers}
    )
    uri = opened(scripted, project)
    await asyncio.wait_for(scripted.until(lambda: scripted.asked), 5)
    assert await outcome(scripted, uri) == "exec.timeout"
    scripted.registered.set()


async def test_a_folder_has_its_own_settings(scripted: ScriptedEditor, project: Path) -> None:
    scripted.answer = lambda uri: short() if uri == project.as_uri() else {}
    await scripted.start(project, trusted=True)
    uri = opened(scripted, project)
    await scripted.until(lambda: scripted.asked)
    assert scripted.asked == [[None, project.as_uri()]]
    assert await outcome(scripted, uri) == "exec.timeout"


# The state behind it.


def workspace(*folders: Path, trusted: bool = True, told: list[str] | None = None) -> Workspace:
    params = types.InitializeParams(
        capabilities=types.ClientCapabilities(),
        workspace_folders=[types.WorkspaceFolder(folder.as_uri(), "") for folder in folders],
        initialization_options={"trusted": trusted},
    )
    return Workspace(params, (told if told is not None else []).append)


async def test_settings_that_change_while_they_are_read_are_read_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, go_on = threading.Event(), threading.Event()
    folders = workspace(project)
    load = folders._load

    def scripted_slow_load(*arguments: Any) -> Any:
        loaded = load(*arguments)
        read.set()
        assert go_on.wait(30)
        return loaded

    monkeypatch.setattr(folders, "_load", scripted_slow_load)
    reading = asyncio.create_task(folders.settings(project))
    await asyncio.to_thread(read.wait, 30)
    folders.set_editor_settings(short())
    go_on.set()
    assert (await reading).execution.timeout == 0.3
    assert (await folders.settings(project)).execution.timeout == 0.3
    folders.close()


async def test_the_editor_trusts_its_folders_and_nothing_else(
    project: Path, tmp_path: Path
) -> None:
    later, other = tmp_path / "later", tmp_path / "other"
    folders = workspace(project)
    assert await folders.is_trusted(folders.folder_of(project / "below" / "a.py"))
    assert await folders.is_trusted(directories.scratch())
    assert not await folders.is_trusted(folders.folder_of(other / "a.py"))
    added = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(later.as_uri(), "")], [])
    assert not await folders.is_trusted(later)
    folders.change_folders(added)
    assert await folders.is_trusted(later)
    assert not await workspace(project, trusted=False).is_trusted(project)


async def test_trust_given_in_a_terminal_holds_for_settings_already_read(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.jedimind.execution]\ntimeout = 5\n")
    folders = workspace(project, trusted=False)
    assert (await folders.settings(project)).execution.timeout == 60
    trust.trust(project)
    assert (await folders.settings(project)).execution.timeout == 5
    folders.close()


# Trust, as a user sees it.


async def test_the_editors_trust_does_not_reach_a_file_outside_its_folders(
    editor: Editor, project: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "downloads"
    outside.mkdir()
    await editor.start(project, trusted=True)
    assert (await editor.run(opened(editor, outside, "open('ran', 'w')\n")))["status"] == "failed"
    assert str(outside) in editor.questions[0]
    assert not (outside / "ran").exists()


async def test_a_question_nobody_answers_ends_when_a_terminal_trusts_the_folder(
    editor: Editor, project: Path
) -> None:
    editor.never_answers = True
    await editor.start(project)
    task = await editor.execute("jedimind.run", {"uri": opened(editor, project, "'ran'\n")})
    await editor.until(lambda: editor.questions)
    assert f"`jedimind trust {project}`" in editor.questions[0]
    command = [sys.executable, "-m", "jedimind", "trust", str(project)]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    assert (await editor.finished(task))["result"]["value"] == "'ran'"


@pytest.mark.parametrize("way", ["answer", "command"])
async def test_trust_that_cannot_be_remembered_is_a_sentence(
    editor: Editor, project: Path, jedimind_home: Path, way: str
) -> None:
    (jedimind_home / "state").touch()
    editor.answers = {"Do you trust": "Trust"}
    await editor.start(project)
    uri = opened(editor, project, "1\n")
    if way == "answer":
        finished = await editor.run(uri)
    else:
        finished = await editor.finished(await editor.execute("jedimind.trustWorkspace"))
    assert finished["status"] == "failed"
    assert "cannot be remembered" in finished["message"]
    assert "make that place writable" in finished["message"]
