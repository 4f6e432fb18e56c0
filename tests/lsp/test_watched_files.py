"""Files that change on disk: told of by the client, or watched for one that cannot."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from editor import CAPABILITIES, Editor

SETTINGS = {"analysis": {"timeout": 60}, "features": {"autoImport": False}}
WATCHED = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
WATCHES = {
    **CAPABILITIES,
    "workspace": {
        **CAPABILITIES["workspace"],
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
}
Changed = types.FileChangeType.Changed


async def opened(editor: Editor, project: Path, *, watches: bool) -> str:
    """A document that completes attributes of `shop`, which has one so far."""
    (project / "shop.py").write_text("first = 1\n")
    capabilities: dict[str, Any] = WATCHES if watches else CAPABILITIES
    await editor.start(project, settings=SETTINGS, capabilities=capabilities)
    uri = editor.open(project / "a.py", "import shop\nshop.f")
    assert await offered(editor, uri) == ["first"]
    return uri


async def offered(editor: Editor, uri: str) -> list[str]:
    end = len(editor.documents[uri].text)
    answer = await editor.request(types.TEXT_DOCUMENT_COMPLETION, editor.at(uri, end))
    return [item["label"] for item in answer["items"]]


async def offers(editor: Editor, uri: str, wanted: list[str]) -> None:
    """Wait until `wanted` is offered; it takes a moment until a change on disk is noticed."""

    async def look() -> None:
        while await offered(editor, uri) != wanted:
            pass

    await editor.wait(look())


def rewritten(shop: Path) -> None:
    shop.write_text("four = 1\n")


def replaced(shop: Path) -> None:
    (shop.parent / "new").write_text("four = 1\n")
    (shop.parent / "new").rename(shop)


def made_a_package(shop: Path) -> None:
    shop.unlink()
    shop.with_suffix("").mkdir()
    (shop.with_suffix("") / "__init__.py").write_text("four = 1\n")


def moved_in(shop: Path) -> None:
    """Only the folder is told of, because it is moved as a whole."""
    outside = shop.parents[1] / "outside"
    outside.mkdir()
    (outside / "__init__.py").write_text("four = 1\n")
    shop.unlink()
    shutil.move(outside, shop.with_suffix(""))


@pytest.mark.parametrize("change", [rewritten, replaced, made_a_package, moved_in])
async def test_changes_are_noticed_for_a_client_that_cannot_watch(
    editor: Editor, project: Path, change: Callable[[Path], None]
) -> None:
    uri = await opened(editor, project, watches=False)
    assert WATCHED not in editor.conversation.registered
    change(project / "shop.py")
    await offers(editor, uri, ["four"])


async def test_a_client_that_watches_is_asked_to_and_believed(
    editor: Editor, project: Path
) -> None:
    uri = await opened(editor, project, watches=True)
    await editor.until(lambda: WATCHED in editor.conversation.registered)
    rewritten(project / "shop.py")
    editor.tell_changes(Changed, project / "shop.py")
    assert await offered(editor, uri) == ["four"]
    (project / "shop.py").unlink()
    editor.tell_changes(types.FileChangeType.Deleted, project / "shop.py")
    assert await offered(editor, uri) == []
    made = project / "shop"
    made.mkdir()
    (made / "__init__.py").write_text("fifth = 1\n")
    editor.tell_changes(types.FileChangeType.Created, made / "__init__.py")
    assert await offered(editor, uri) == ["fifth"]


async def test_what_the_editor_has_counts_more_than_the_file(editor: Editor, project: Path) -> None:
    uri = await opened(editor, project, watches=True)
    await editor.until(lambda: WATCHED in editor.conversation.registered)
    shop = editor.open(project / "shop.py", "four = 1\n")
    rewritten(project / "shop.py")
    (project / "shop.py").write_text("fifth = 1\n")
    editor.tell_changes(Changed, project / "shop.py")
    assert await offered(editor, uri) == ["four"]
    editor.close(shop)
    assert await offered(editor, uri) == ["fifth"]


async def test_a_library_that_is_upgraded_is_read_again(editor: Editor, project: Path) -> None:
    packages = project / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (project / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (project / ".venv" / "bin").mkdir()
    (project / ".venv" / "bin" / "python").touch(0o755)
    library = packages / "shop.py"
    library.write_text("first = 1\n")
    await editor.start(project, settings=SETTINGS, capabilities=WATCHES)
    await editor.until(lambda: WATCHED in editor.conversation.registered)
    uri = editor.open(project / "a.py", "import shop\nshop.f")
    assert await offered(editor, uri) == ["first"]
    rewritten(library)
    editor.tell_changes(Changed, library)
    assert await offered(editor, uri) == ["four"]


async def test_an_environment_that_comes_later_is_used(editor: Editor, project: Path) -> None:
    await editor.start(project, settings=SETTINGS, capabilities=WATCHES)
    await editor.until(lambda: WATCHED in editor.conversation.registered)
    uri = editor.open(project / "a.py", "import shop\nshop.f")
    assert await offered(editor, uri) == []
    packages = project / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "shop.py").write_text("four = 1\n")
    (project / ".venv" / "bin").mkdir()
    (project / ".venv" / "bin" / "python").touch(0o755)
    (project / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\n")
    editor.tell_changes(types.FileChangeType.Created, project / ".venv" / "pyvenv.cfg")
    assert await offered(editor, uri) == ["four"]
