"""Which packages Jedi sees: the project's own, also where nothing of the project may run."""

from __future__ import annotations

from pathlib import Path

from editor import Editor
from scripted_endpoint import says, scripted_model

CODE = "```python\nprice = discounted(3.0)\n```"


async def test_an_untrusted_projects_packages_are_read_and_its_python_is_not_started(
    editor: Editor, project: Path, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    python = project / ".venv" / "bin" / "python"
    packages = project / ".venv" / "lib" / "python3.11" / "site-packages"
    for directory in (python.parent, packages):
        directory.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\ntouch {started}\n")
    python.chmod(0o755)
    (packages / "shop.py").write_text(
        "def discounted(price: float, *, by: int = 5) -> float: ...\n"
    )
    file = project / "module.py"
    file.write_text("from shop import discounted\n\n# the discounted price of three\n")
    async with scripted_model(says(CODE)) as endpoint:
        settings = {"model": {"endpoint": endpoint.url, "assist": "scripted"}}
        await editor.start(project, settings=settings)
        uri = editor.open(file)
        actions = await editor.code_actions(uri, editor.cursor_in(uri, "# the"))
        finished = await editor.finished(await editor.choose(actions["Generate from comment"]))
        assert finished["result"]["verdict"] == "checked"
        prompt = endpoint.bodies[-1]["messages"][-1]["content"]
        assert "discounted(price: float, *, by: int=5) -> float" in prompt
    assert not started.exists()
