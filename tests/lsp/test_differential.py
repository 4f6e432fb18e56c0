"""The server answers as Jedi does where it is asked directly, also after edits of every kind."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from differential.comparison import (
    BY_DEFINITION,
    DIFFERENT,
    NO_ANSWER,
    Comparison,
    Jedi,
    Result,
    direct_jedi,
)
from differential.modules import MODULES, chosen_names, open_module
from editor import Editor

# Of each module; `scripts/eval/differential.py` asks about more. SEED repeats another choice.
NAMES = 3
SEED = int(os.environ.get("SEED") or 1)
# Jedi alone takes more than half a minute for some names.
PATIENCE = 300.0
SETTINGS = {
    "analysis": {"timeout": PATIENCE, "backgroundTimeout": PATIENCE},
    "features": {"autoImport": False},
}
CAPABILITIES = {
    "textDocument": {"diagnostic": {}, "hover": {"contentFormat": ["plaintext"]}},
}


@pytest_asyncio.fixture
async def jedi() -> AsyncIterator[Jedi]:
    async with direct_jedi() as process:
        yield process


async def test_it_agrees_with_jedi_at_every_name_of_a_sample(
    editor: Editor, project: Path, jedi: Jedi
) -> None:
    await editor.start(project, settings=SETTINGS, capabilities=CAPABILITIES)
    verdicts: Counter[str] = Counter()
    different: list[tuple[str, Result]] = []
    for module in MODULES:
        subject = open_module(editor, module, project)
        comparison = Comparison(editor, jedi, subject, PATIENCE)
        for line, column, name in await chosen_names(jedi, subject, SEED, NAMES):
            async for result in comparison.at(line, column, name):
                verdicts[result.verdict] += 1
                if result.verdict == DIFFERENT:
                    different.append((f"{module}:{line + 1}:{column} {name}", result))
    assert not different
    assert verdicts[BY_DEFINITION] + verdicts[NO_ANSWER] < verdicts.total() / 20
