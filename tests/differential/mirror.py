"""A second folder that has on disk what an editor has unsaved, for those who read only the disk."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import attrs

from differential.comparison import Jedi, Subject
from editor import Editor


class MirroredJedi(Jedi):
    """Asks Jedi about the mirror of a project, as if it were the project.

    Files are written anew when they differ, so that Jedi, which goes by the time of modification,
    sees the change.
    """

    def __init__(self, jedi: Jedi, editor: Editor, project: Path, mirror: Path) -> None:
        super().__init__(jedi._process)
        self._editor = editor
        self._project = project
        self._mirror = mirror

    async def ask(
        self, what: str, subject: Subject, line: int = 0, column: int = 0, *, callers: bool = True
    ) -> Any:
        self._reflect()
        path = self._mirror / subject.path.relative_to(self._project)
        mirrored = attrs.evolve(subject, path=path, folder=self._mirror)
        answer = await super().ask(what, mirrored, line, column, callers=callers)
        return json.loads(json.dumps(answer).replace(str(self._mirror), str(self._project)))

    def _reflect(self) -> None:
        texts = {
            path.relative_to(self._project): path.read_text()
            for path in self._project.rglob("*.py")
        }
        for uri, document in self._editor.documents.items():
            path = Path(uri.removeprefix("file://")).relative_to(self._project)
            texts[path] = document.text
        for path in self._mirror.rglob("*.py"):
            if path.relative_to(self._mirror) not in texts:
                path.unlink()
        for name, text in texts.items():
            path = self._mirror / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text() != text:
                path.unlink(missing_ok=True)
                path.write_text(text)
        for cached in self._mirror.rglob("__pycache__"):
            shutil.rmtree(cached)
