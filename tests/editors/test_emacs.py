"""The lines for Eglot in the README, in the real Emacs, with the commands it names."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from editor import PATIENCE
from editors.documented import pasted
from scripted_endpoint import says, scripted_model

SESSION = Path(__file__).with_name("emacs_session.el")
EMACS = shutil.which("emacs")
pytestmark = pytest.mark.skipif(
    EMACS is None, reason="needs Emacs with Eglot: apt-get install -y emacs-nox elpa-eglot"
)
FILE = "# add two numbers\n\n\nprint('adding')\nadd(40, 2)\n"
CODE = "```python\ndef add(a, b):\n    return a + b\n```"


async def test_generate_run_hover_and_explain_with_the_commands_of_the_readme(
    tmp_path: Path, editor_environment: dict[str, str], jedimind_home: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "module.py").write_text(FILE)
    seen = tmp_path / "seen.json"
    configuration = tmp_path / "init.el"
    configuration.write_text(pasted("client/editors/README.md", "Emacs with Eglot", "elisp"))
    async with scripted_model(says(CODE), says("It adds two numbers.")) as endpoint:
        settings = jedimind_home / "config" / "settings.toml"
        settings.parent.mkdir()
        settings.write_text(f'[model]\nendpoint = "{endpoint.url}"\nassist = "scripted"\n')
        assert EMACS is not None
        process = await asyncio.create_subprocess_exec(
            # In batch mode Emacs leaves out what it does for packages at every other start.
            *(EMACS, "--batch", "--funcall", "package-initialize"),
            *("--load", str(configuration), "--load", str(SESSION)),
            cwd=project,
            env={**editor_environment, "SEEN": str(seen)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), 2 * PATIENCE)
        finally:
            if process.returncode is None:
                process.kill()
    assert seen.exists(), output.decode()
    found = json.loads(seen.read_text())
    assert "problem" not in found, f"{found['problem']}\n{output.decode()}\n{found.get('events')}"
    assert found["generated"] == (
        "# add two numbers\ndef add(a, b):\n    return a + b\n\n\nprint('adding')\nadd(40, 2)\n"
    )
    assert f"trust the code in {project}" in found["question"]
    assert "42" in found["value"]
    assert "adding" in found["hover"]
    assert "It adds two numbers." in found["explanation"]
