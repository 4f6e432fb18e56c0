"""Symbols of the whole workspace as an editor finds them."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from lsprotocol import types

from editor import CAPABILITIES, PATIENCE, Editor

Symbols = list[types.SymbolInformation]


async def symbols(editor: Editor, query: str) -> Symbols:
    params = types.WorkspaceSymbolParams(query)
    found: Any = await editor.wait(editor.client.workspace_symbol_async(params))
    return list(found or [])


async def names(editor: Editor, query: str) -> list[str]:
    return [symbol.name for symbol in await symbols(editor, query)]


async def until(editor: Editor, query: str, wanted: Callable[[list[str]], bool]) -> None:
    """Ask until the answer is as `wanted`: nothing announces that a change is indexed."""

    async def ask() -> None:
        while not wanted(await names(editor, query)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    await asyncio.wait_for(ask(), PATIENCE)


async def test_a_symbol_of_a_file_that_is_not_open(editor: Editor, project: Path) -> None:
    file = project / "cart.py"
    file.write_text("class Cart:\n    def add_item(self): ...\n")
    await editor.start(project)
    await until(editor, "adit", bool)
    (found,) = await symbols(editor, "adit")
    assert (found.name, found.kind, found.container_name) == (
        "add_item",
        types.SymbolKind.Method,
        "cart.Cart",
    )
    assert found.location == types.Location(file.as_uri(), span(1, 8, 1, 16))


@pytest.mark.parametrize(
    ("encoding", "columns"), [("utf-8", (11, 18)), ("utf-16", (8, 13)), ("utf-32", (7, 12))]
)
async def test_columns_are_in_the_clients_encoding(
    editor: Editor, project: Path, encoding: str, columns: tuple[int, int]
) -> None:
    (project / "a.py").write_text('"😀é" ; größe = 1\n')
    capabilities = copy.deepcopy(CAPABILITIES)
    capabilities["general"] = {"positionEncodings": [encoding]}
    await editor.start(project, capabilities=capabilities)
    await until(editor, "größe", bool)
    (found,) = await symbols(editor, "größe")
    assert found.location.range == span(0, columns[0], 0, columns[1])


async def test_hundreds_are_found_and_an_empty_query_finds_all(
    editor: Editor, project: Path
) -> None:
    (project / "a.py").write_text("".join(f"job_{number} = 1\n" for number in range(300)))
    await editor.start(project)
    await until(editor, "job", bool)
    assert len(await symbols(editor, "job")) == 300
    assert len(await symbols(editor, "")) == 300


async def test_what_is_typed_counts_before_it_is_saved(editor: Editor, project: Path) -> None:
    file = project / "a.py"
    file.write_text("saved = 1\n")
    await editor.start(project)
    await until(editor, "", lambda found: found == ["saved"])
    uri = editor.open(file)
    editor.append(uri, "def typed(")
    await until(editor, "", lambda found: found == ["saved", "typed"])
    editor.close(uri)
    await until(editor, "", lambda found: found == ["saved"])


async def test_what_changes_on_disk_is_noticed(editor: Editor, project: Path) -> None:
    (project / "a.py").write_text("first = 1\n")
    await editor.start(project)
    await until(editor, "", lambda found: found == ["first"])
    (project / "b.py").write_text("second = 1\n")
    await until(editor, "", lambda found: found == ["first", "second"])
    (project / "a.py").unlink()
    await until(editor, "", lambda found: found == ["second"])


async def test_all_folders_are_searched_and_they_come_and_go(
    editor: Editor, project: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (project / "a.py").write_text("def shop(): ...\ndef shopping_bag(): ...\n")
    (other / "b.py").write_text("def shops(): ...\n")
    await editor.start(project)
    await until(editor, "shop", lambda found: found == ["shop", "shopping_bag"])
    folder = types.WorkspaceFolder(other.as_uri(), other.name)
    change(editor, added=folder)
    await until(editor, "shop", lambda found: found == ["shop", "shops", "shopping_bag"])
    change(editor, removed=folder)
    await until(editor, "shop", lambda found: found == ["shop", "shopping_bag"])


async def test_it_can_be_switched_off_while_imports_are_still_completed(
    editor: Editor, project: Path
) -> None:
    (project / "a.py").write_text("only = 1\n")
    await editor.start(project)
    await until(editor, "only", bool)
    editor.configuration = {"features": {"workspaceSymbol": False}}
    params = types.DidChangeConfigurationParams({})
    editor.client.workspace_did_change_configuration(params)
    await until(editor, "only", lambda found: not found)


async def test_the_builder_ends_with_the_server(editor: Editor, project: Path) -> None:
    (project / "a.py").write_text("first = 1\n")
    await editor.start(project)
    await until(editor, "", lambda found: found == ["first"])
    builders = [
        child
        for child in psutil.Process(editor.pid).children()
        if "jedimind.index.builder" in child.cmdline()
    ]
    assert len(builders) == 1
    await editor.stop()
    _, alive = psutil.wait_procs(builders, timeout=PATIENCE)
    assert alive == []


def change(
    editor: Editor,
    *,
    added: types.WorkspaceFolder | None = None,
    removed: types.WorkspaceFolder | None = None,
) -> None:
    event = types.WorkspaceFoldersChangeEvent(
        added=[added] if added else [], removed=[removed] if removed else []
    )
    editor.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(event)
    )


def span(*ends: int) -> types.Range:
    return types.Range(types.Position(*ends[:2]), types.Position(*ends[2:]))
