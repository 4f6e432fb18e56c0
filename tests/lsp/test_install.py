"""Installing a module for want of which a run failed: on the user's word only."""

from __future__ import annotations

import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from editor import Editor

MODULE = "jedimind_wheel_for_tests"
SOURCE = f"import os\nimport {MODULE}\n{MODULE}.ANSWER\n"


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A directory with a wheel of the module."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    about = f"{MODULE}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{MODULE}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{MODULE}.py", "ANSWER = 42\n")
        wheel.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {MODULE}\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/RECORD", "")
    return folder


async def opened(editor: Editor, project: Path, wheels: Path, **start: Any) -> str:
    """A document whose environment installs from `wheels` and from nowhere else."""
    venv.create(project / ".venv", system_site_packages=True, with_pip=False)
    environment = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_CONFIG_FILE": "/dev/null",
    }
    await editor.start(project, **{"trusted": True, "environment": environment, **start})
    return editor.open(project / "script.py", SOURCE)


async def offered(editor: Editor, uri: str) -> types.CodeAction:
    assert (await editor.run(uri))["result"]["outcome"] == "exec.error"
    found = await editor.diagnostics_until(uri, bool)
    assert f"No module named '{MODULE}'" in found[0].message
    actions = await editor.code_actions(uri, editor.cursor_in(uri, f"import {MODULE}"))
    action = actions[f"Install {MODULE} into this environment"]
    assert action.kind == "quickfix.jedimind.install"
    return action


async def test_the_module_is_installed_on_the_users_word(
    editor: Editor, project: Path, wheels: Path
) -> None:
    editor.answers = {"Install": "Install"}
    uri = await opened(editor, project, wheels)
    finished = await editor.finished(await editor.choose(await offered(editor, uri)))
    line = f"{project}/.venv/bin/python -m pip install {MODULE}"
    assert finished["result"] == {"installed": MODULE, "command": line}
    assert editor.questions == [f"Install {MODULE} with `{line}`?"]
    assert (await editor.run(uri))["result"]["value"] == "42"


async def test_without_the_users_word_nothing_is_run(
    editor: Editor, project: Path, wheels: Path
) -> None:
    uri = await opened(editor, project, wheels)
    finished = await editor.finished(await editor.choose(await offered(editor, uri)))
    assert finished["status"] == "failed"
    assert f"`{project}/.venv/bin/python -m pip install {MODULE}` does it" in finished["message"]
    assert len(editor.questions) == 1
    assert (await editor.run(uri))["result"]["outcome"] == "exec.error"


async def test_a_failed_installation_says_why(editor: Editor, project: Path, wheels: Path) -> None:
    editor.answers = {"Install": "Install"}
    (wheels / f"{MODULE}-1.0-py3-none-any.whl").unlink()
    uri = await opened(editor, project, wheels)
    finished = await editor.finished(await editor.choose(await offered(editor, uri)))
    assert finished["status"] == "failed"
    assert "No matching distribution" in finished["message"]
    assert "in a terminal" in finished["message"]
    assert len(editor.questions) == 1


async def test_a_cancelled_installation_leaves_no_process(
    editor: Editor, project: Path, wheels: Path
) -> None:
    editor.answers = {"Install": "Install"}
    uri = await opened(editor, project, wheels)
    action = await offered(editor, uri)
    # A pip that never ends, in the place of the real one.
    (project / ".venv" / "bin" / "python").unlink()
    slow = project / ".venv" / "bin" / "python"
    slow.write_text(f"#!/bin/sh\necho $$ > {project}/pid\nexec sleep 86400\n")
    slow.chmod(0o755)
    task = await editor.choose(action)
    await editor.until(lambda: (project / "pid").exists() and (project / "pid").read_text())
    pid = int((project / "pid").read_text())
    await editor.cancel(task)
    assert (await editor.finished(task))["status"] == "cancelled"
    assert not Path(f"/proc/{pid}").exists()
    assert len(editor.questions) == 1


async def test_nothing_is_installed_for_an_untrusted_folder(
    editor: Editor, project: Path, wheels: Path
) -> None:
    editor.answers = {"Install": "Install"}
    uri = await opened(editor, project, wheels, trusted=None)
    argument = {"uri": uri, "module": MODULE}
    finished = await editor.finished(await editor.execute("jedimind.install", argument))
    assert finished["status"] == "failed"
    assert "not trusted" in finished["message"]
    assert editor.questions == []


@pytest.mark.parametrize(
    "source",
    [
        "import os.missing\n",
        "raise ModuleNotFoundError(\"No module named '--index-url=http://evil'\")\n",
        "raise ModuleNotFoundError(\"No module named 'tkinter'\")\n",
        "raise ImportError(\"No module named 'rich'\")\n",
    ],
)
async def test_only_the_name_of_a_missing_module_is_offered(
    editor: Editor, project: Path, source: str
) -> None:
    await editor.start(project, trusted=True)
    uri = editor.open(project / "script.py", source)
    assert (await editor.run(uri))["result"]["outcome"] == "exec.error"
    await editor.diagnostics_until(uri, bool)
    actions = await editor.code_actions(uri, editor.range(uri, 0, 0))
    assert not [title for title in actions if title.startswith("Install")]
