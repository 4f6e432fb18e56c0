"""The server answers as Jedi does where it is asked directly, also after edits of every kind."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from lsprotocol import types

from differential.comparison import (
    BY_DEFINITION,
    DIFFERENT,
    IN_TIME,
    NO_ANSWER,
    Comparison,
    Jedi,
    Name,
    Result,
    Subject,
    direct_jedi,
)
from differential.mirror import MirroredJedi
from differential.modules import MODULES, chosen_names, open_module
from differential.user import User
from editor import Editor

# Of each module; `scripts/eval/agreement.py` asks about more. SEED repeats another choice.
NAMES = 2
SEED = int(os.environ.get("SEED") or 1)
# Jedi alone takes more than half a minute for some names.
PATIENCE = 300.0
SETTINGS = {
    "analysis": {"timeout": PATIENCE, "backgroundTimeout": PATIENCE},
    "features": {"autoImport": False},
}
ACTIONS = 40
WORDS = 6
CAPABILITIES = {
    "textDocument": {"diagnostic": {}, "hover": {"contentFormat": ["plaintext"]}},
    "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}},
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
    assert sum(verdicts[rule] for rule in (BY_DEFINITION, NO_ANSWER, IN_TIME)) < len(MODULES)


async def test_it_agrees_with_jedi_after_everything_that_a_user_does(
    editor: Editor, project: Path, tmp_path: Path, jedi: Jedi
) -> None:
    """What the server keeps from one question to the next is never of a text that has gone."""
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    await editor.start(project, settings=SETTINGS, capabilities=CAPABILITIES)
    watched = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    await editor.until(lambda: watched in editor.conversation.registered)
    user = User(editor, project, random.Random(SEED))
    user.begin()
    mirrored = MirroredJedi(jedi, editor, project, mirror)
    done: list[str] = []
    asked: dict[str, tuple[str, Name]] = {}
    for _ in range(ACTIONS):
        done.append(user.act())
        uri = user.document()
        path = project / uri.rpartition("/")[2]
        subject = Subject(path, editor.documents[uri].text, project, uri)
        comparison = Comparison(editor, mirrored, subject, PATIENCE)
        text, again = asked.get(uri, ("", None))
        if again is None or text != subject.source:
            # At the same place as before the answer may be another: other files changed.
            again = user.random.choice(await mirrored.names(subject))
        asked[uri] = subject.source, again
        line, column, name = again
        for result in (
            await comparison.definition(line, column),
            await comparison.hover(line, column),
            await comparison.completion(line, column, column + len(name)),
        ):
            where = f"SEED={SEED} {path.name}:{line + 1}:{column} {name}"
            assert result.verdict != DIFFERENT, "\n".join([where, str(result), *done[-10:]])


async def test_it_agrees_with_jedi_at_every_letter_that_is_typed(
    editor: Editor, project: Path, tmp_path: Path, jedi: Jedi
) -> None:
    """Jedi is asked about a word once; what is left of the answer is as if it were asked again."""
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    await editor.start(project, settings=SETTINGS, capabilities=CAPABILITIES)
    chosen = random.Random(SEED)
    User(editor, project, chosen).begin()
    mirrored = MirroredJedi(jedi, editor, project, mirror)
    path = project / "app.py"
    uri = path.as_uri()
    whole = Subject(path, editor.documents[uri].text, project, uri)
    for line, column, name in chosen.sample(await mirrored.names(whole), WORDS):
        at = sum(len(each) + 1 for each in whole.lines[:line]) + column
        editor.edit(uri, at, at + len(name), "")
        for length in range(1, len(name) + 1):
            editor.edit(uri, at + length - 1, at + length - 1, name[length - 1])
            subject = Subject(path, editor.documents[uri].text, project, uri)
            comparison = Comparison(editor, mirrored, subject, PATIENCE)
            result = await comparison.completion(line, column, column + length)
            assert result.verdict != DIFFERENT, f"{line + 1}:{column} {name[:length]}: {result}"
