"""The lines for ALE in the README, in the real Vim, with the commands it names."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from editor import PATIENCE
from editors.documented import pasted
from jedimind.trust import trust
from scripted_endpoint import says, scripted_model

SESSION = Path(__file__).with_name("ale_session.vim")
VIM = shutil.which("vim")
ALE = Path("/usr/share/vim/vimfiles/pack/dist-bundle/opt/ale")
pytestmark = pytest.mark.skipif(
    VIM is None or not ALE.exists(), reason="needs Vim with ALE: apt-get install -y vim-nox vim-ale"
)
FILE = "def add(a, b):\n    return a + b\n\n\nprint('adding')\nadd(40, 2)\n\n# subtract\n"
ORDINARY = "filetype plugin on\npackadd! ale\n"


async def test_run_hover_and_explain_with_the_commands_of_the_readme(
    tmp_path: Path, editor_environment: dict[str, str], jedimind_home: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "module.py").write_text(FILE)
    trust(project)
    seen = tmp_path / "seen.json"
    configuration = tmp_path / "init.vim"
    lines = pasted("client/editors/README.md", "Vim with ALE", "vim")
    configuration.write_text(ORDINARY + lines)
    async with scripted_model(says("It adds two numbers.")) as endpoint:
        settings = jedimind_home / "config" / "settings.toml"
        settings.parent.mkdir()
        settings.write_text(f'[model]\nendpoint = "{endpoint.url}"\nassist = "scripted"\n')
        assert VIM is not None
        process = await asyncio.create_subprocess_exec(
            *(VIM, "-N", "-n", "-i", "NONE", "-u", str(configuration), "-es"),
            *("-c", f"source {SESSION}", "-c", "qall!"),
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
    assert "problem" not in found, f"{found['problem']}\n{output.decode()}"
    assert "It adds two numbers." in found["explanation"]
    # On a comment; ALE lets no server edit, and says so.
    assert "Run file" in found["offered"]
    assert "Generate" not in found["offered"]
