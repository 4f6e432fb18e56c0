"""Finding symbols of a workspace: what is found, what is left out, and in which order."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import psutil
import pytest

from index.waiting import PATIENCE, MakeIndex, Write, completed
from jedimind.index.roots import roots
from jedimind.index.workspace_index import WorkspaceIndex


async def names(index: WorkspaceIndex, query: str = "", limit: int = 100) -> list[str]:
    return [symbol.name for symbol in await index.symbols(query, limit)]


async def after_change(index: WorkspaceIndex, *paths: Path) -> list[str]:
    index.changed(paths)
    await completed(index)
    return await names(index)


async def test_a_symbol_says_where_it_is(make_index: MakeIndex, write: Write) -> None:
    file = write("shop/cart.py", "import os\nclass Cart:\n    def add_item(self): ...\n")
    write("shop/__init__.py")
    (found,) = await (await make_index()).symbols("additem", 10)
    assert (found.name, found.kind, found.container, found.path) == (
        "add_item",
        "method",
        "shop.cart.Cart",
        file,
    )
    assert (found.name_span.start.line, found.name_span.start.column) == (2, 8)


async def test_columns_can_be_told_in_every_encoding(make_index: MakeIndex, write: Write) -> None:
    write("a.py", '"😀é"; größe = 1\n')
    (found,) = await (await make_index()).symbols("GRÖSSE", 10)
    assert (found.name_span.start.column, found.name_span.end.column) == (6, 11)
    assert found.before == '"😀é"; größe'


async def test_sources_are_read_in_their_encoding(make_index: MakeIndex, write: Write) -> None:
    write("latin.py", "# coding: latin-1\n'é'; größe = 1\n".encode("latin-1"))
    write("marked.py", b"\xef\xbb\xbffirst = 1\n")
    write("wrong.py", b"# coding: nonsense\nwrong = '\xff'\n")
    index = await make_index()
    assert sorted(await names(index)) == ["first", "größe", "wrong"]
    (first,) = await index.symbols("first", 10)
    assert first.name_span.start.column == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("parse", ["parse", "Parse", "parser", "parse_file", "JsonParser", "sparse"]),
        ("Parse", ["Parse", "parse", "parser", "parse_file", "JsonParser", "sparse"]),
        ("jp", ["JsonParser"]),
        ("pf", ["parse_file"]),
        ("parfi", ["parse_file"]),
        ("jsopar", ["JsonParser"]),
        ("json.ser", ["serial"]),
        ("nothing", []),
        ("*", []),
        ("[a-z]", []),
    ],
)
async def test_the_best_match_comes_first(
    make_index: MakeIndex, write: Write, query: str, expected: list[str]
) -> None:
    write("a.py", "def sparse(): ...\ndef parse_file(): ...\ndef parser(): ...\n")
    write("b.py", "class JsonParser: ...\ndef parse(): ...\ndef Parse(): ...\n")
    write("json/c.py", "serial = 1\n")
    assert await names(await make_index(), query) == expected


async def test_an_empty_query_gives_everything(make_index: MakeIndex, write: Write) -> None:
    write("b.py", "z = 1\ny = 1\n")
    write("a.py", "x = 1\n")
    index = await make_index()
    assert await names(index) == ["x", "z", "y"]
    assert await names(index, limit=2) == ["x", "z"]


async def test_more_than_a_few_are_found(make_index: MakeIndex, write: Write) -> None:
    write("a.py", "".join(f"def job_{number}(): ...\n" for number in range(700)))
    assert len(await names(await make_index(), "job", 500)) == 500


async def test_what_is_no_source_of_the_project_is_left_out(
    make_index: MakeIndex, write: Write, folder: Path
) -> None:
    write("kept.py", "kept = 1\n")
    write("build/lib/a.py", "built = 1\n")
    write("package/build/__init__.py", "package = 1\n")
    write("env/pyvenv.cfg")
    write("env/lib/a.py", "installed = 1\n")
    write("node_modules/a.py", "node = 1\n")
    write(".hidden/a.py", "hidden = 1\n")
    write("__pycache__/a.py", "cached = 1\n")
    write("notes.txt", "text = 1\n")
    write("large.py", "large = 1\n" + "#" * (2 << 20))
    write("stub.py", "source = 1\n")
    write("stub.pyi", "stub: int\n")
    write("only.pyi", "only: int\n")
    (folder / "circle").symlink_to(folder)
    (folder / "nowhere.py").symlink_to(folder / "missing.py")
    assert sorted(await names(await make_index())) == ["kept", "only", "package", "source"]


async def test_what_git_ignores_is_left_out(make_index: MakeIndex, write: Write) -> None:
    write(".git/info/exclude", "listed.py\n")
    write(".gitignore", "generated/\n*_pb2.py\n!kept_pb2.py\n/top.py\n")
    write("listed.py", "listed = 1\n")
    write("generated/a.py", "generated = 1\n")
    write("api_pb2.py", "api = 1\n")
    write("kept_pb2.py", "kept = 1\n")
    write("top.py", "top = 1\n")
    write("inner/top.py", "inner_top = 1\n")
    write("inner/.gitignore", "local.py\n")
    write("inner/local.py", "local = 1\n")
    assert sorted(await names(await make_index())) == ["inner_top", "kept"]


async def test_a_folder_that_its_repository_ignores_can_be_opened(
    make_index: MakeIndex, write: Write, folder: Path
) -> None:
    write(".git/HEAD")
    write(".gitignore", "scratch/\n*.tmp.py\n")
    write("scratch/a.py", "a = 1\n")
    assert await names(await make_index(place=folder / "scratch")) == ["a"]


async def test_a_changed_gitignore_counts(make_index: MakeIndex, write: Write) -> None:
    write("a.py", "a = 1\n")
    write("b.py", "b = 1\n")
    index = await make_index()
    assert await after_change(index, write(".gitignore", "b.py\n")) == ["a"]
    assert await after_change(index, write(".gitignore", "")) == ["a", "b"]


async def test_files_change_appear_and_go(make_index: MakeIndex, write: Write) -> None:
    first = write("first.py", "first = 1\n")
    index = await make_index()
    assert await after_change(index, write("first.py", "changed = 1\n")) == ["changed"]
    assert await after_change(index, write("second.py", "second = 1\n")) == ["changed", "second"]
    first.unlink()
    assert await after_change(index, first) == ["second"]


async def test_directories_appear_and_go(
    make_index: MakeIndex, write: Write, folder: Path, tmp_path: Path
) -> None:
    write("here/inner/a.py", "a = 1\n")
    write("heretic.py", "b = 1\n")
    index = await make_index()
    (folder / "here").rename(tmp_path / "away")
    assert await after_change(index, folder / "here") == ["b"]
    (tmp_path / "away").rename(folder / "there")
    assert await after_change(index, folder / "there") == ["b", "a"]


async def test_the_text_in_the_editor_counts_until_it_is_closed(
    make_index: MakeIndex, write: Write, folder: Path
) -> None:
    file = write("a.py", "saved = 1\n")
    write("b.py", "other = 1\n")
    index = await make_index()
    index.overlay(file, "typed = 1\n")
    index.overlay(folder / "new.py", "def unsaved(")
    await completed(index)
    assert sorted(await names(index)) == ["other", "typed", "unsaved"]
    assert await names(index, "saved") == ["unsaved"]
    # Another server's index of the folder has what is on disk.
    assert sorted(await names(await make_index())) == ["other", "saved"]
    index.overlay(file, None)
    index.overlay(folder / "new.py", None)
    await completed(index)
    assert sorted(await names(index)) == ["other", "saved"]


async def test_an_ignored_file_stays_out_when_it_is_open(
    make_index: MakeIndex, write: Write
) -> None:
    write(".gitignore", "a.py\n")
    file = write("a.py", "a = 1\n")
    index = await make_index()
    index.overlay(file, "b = 1\n")
    await completed(index)
    assert await names(index) == []


async def test_half_a_character_in_the_editor_is_no_end(
    make_index: MakeIndex, folder: Path
) -> None:
    index = await make_index()
    index.overlay(folder / "a.py", "'\ud83d'; x = 1\n")
    await completed(index)
    (found,) = await index.symbols("x", 10)
    assert (found.name_span.start.column, len(found.before)) == (5, 6)


async def test_names_on_disk_that_are_no_utf_8_are_found(
    make_index: MakeIndex, folder: Path
) -> None:
    path = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.py"))
    path.write_text("coffee = 1\n")
    (found,) = await (await make_index()).symbols("coffee", 10)
    assert found.path == path


async def test_a_killed_builder_is_replaced(make_index: MakeIndex, write: Write) -> None:
    file = write("a.py", "saved = 1\n")
    index = await make_index()
    index.overlay(file, "typed = 1\n")
    await completed(index)
    first = index.builder_pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await asyncio.wait_for(asyncio.to_thread(psutil.Process(first).wait), PATIENCE)
    write("b.py", "later = 1\n")
    index.changed([file.with_name("b.py")])
    assert not index.complete
    await completed(index)
    assert index.builder_pid != first
    assert sorted(await names(index)) == ["later", "typed"]


async def test_a_builder_ends_with_its_index(make_index: MakeIndex) -> None:
    index = await make_index()
    assert index.builder_pid is not None
    builder = psutil.Process(index.builder_pid)
    await index.close()
    assert not builder.is_running()


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 8192])
async def test_a_damaged_database_is_made_anew(
    make_index: MakeIndex, write: Write, folder: Path, content: bytes
) -> None:
    write("a.py", "a = 1\n")
    database = roots(folder, ())[0].database
    database.parent.mkdir(parents=True, exist_ok=True)
    database.write_bytes(content)
    assert await names(await make_index()) == ["a"]


async def test_a_database_that_is_damaged_in_use_is_made_anew(
    make_index: MakeIndex, write: Write, folder: Path
) -> None:
    write("a.py", "".join(f"name_{number} = 1\n" for number in range(2000)))
    index = await make_index()
    database = roots(folder, ())[0].database
    damage(database)
    assert await names(index, "name", 500) == []
    assert not index.complete
    await completed(index)
    assert len(await names(index, "name", 500)) == 500


async def test_two_servers_can_have_the_same_folder(make_index: MakeIndex, write: Write) -> None:
    write("a.py", "a = 1\n")
    first, second = await asyncio.gather(make_index(), make_index())
    changed = [write(f"b{number}.py", f"b{number} = 1\n") for number in range(20)]
    both = await asyncio.gather(after_change(first, *changed), after_change(second, *changed))
    expected = ["a", *sorted(f"b{number}" for number in range(20))]
    assert [sorted(found) for found in both] == [expected, expected]


async def test_nothing_in_the_project_is_executed(
    make_index: MakeIndex, write: Write, folder: Path
) -> None:
    for name in ("sqlite3", "pathspec", "sitecustomize", "jedimind/__init__", "evil"):
        write(f"{name}.py", f"open({str(folder / 'ran')!r}, 'w')\n")
    index = await make_index([folder])
    assert await index.importable_exactly("evil")
    assert not (folder / "ran").exists()


def damage(database: Path) -> None:
    """Overwrite everything but the first page of a database."""
    log = Path(f"{database}-wal")
    for file, start in ((database, 4096), (log, 0)):
        if file.exists():
            with file.open("r+b") as stream:
                size = stream.seek(0, os.SEEK_END)
                stream.seek(min(start, size))
                stream.write(b"\xff" * (size - min(start, size)))


@pytest.mark.parametrize("line", ["!", "b\\", "[z-a]"])
async def test_lines_that_git_makes_no_sense_of_are_passed_over(
    make_index: MakeIndex, write: Write, line: str
) -> None:
    write(".gitignore", f"a.py\n{line}\n")
    write("a.py", "ignored = 1\n")
    write("b.py", "kept = 1\n")
    assert await names(await make_index()) == ["kept"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files here")
async def test_a_pipe_that_nobody_writes_to_holds_nothing_up(
    make_index: MakeIndex, write: Write, folder: Path
) -> None:
    for name in ("a.py", ".gitignore"):
        os.mkfifo(folder / name)
    write("b.py", "kept = 1\n")
    assert await names(await make_index()) == ["kept"]
