"""Files are noticed when they change, also where their directory is still to come."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from jedimind.watch import FileWatch

PATIENCE = 30


@pytest.fixture
def changed() -> queue.Queue[Path]:
    return queue.Queue()


@pytest.fixture
def watch(changed: queue.Queue[Path]) -> Iterator[FileWatch]:
    watch = FileWatch(changed.put)
    yield watch
    watch.close()


def test_a_file_that_is_written_or_replaced_is_noticed(
    tmp_path: Path, watch: FileWatch, changed: queue.Queue[Path]
) -> None:
    file = tmp_path / "settings.toml"
    watch.add(file)
    (tmp_path / "other").touch()
    file.touch()
    assert changed.get(timeout=PATIENCE) == file
    (tmp_path / "other").replace(file)
    assert changed.get(timeout=PATIENCE) == file


def test_a_file_is_noticed_whose_directory_comes_later(
    tmp_path: Path, watch: FileWatch, changed: queue.Queue[Path]
) -> None:
    file = tmp_path / "config" / "jedimind" / "settings.toml"
    watch.add(file)
    for directory in (file.parent.parent, file.parent):
        directory.mkdir()
        assert changed.get(timeout=PATIENCE) == file
        watch.add(file)
    file.touch()
    assert changed.get(timeout=PATIENCE) == file


def test_what_else_is_in_a_directory_is_not_told_of(
    tmp_path: Path, watch: FileWatch, changed: queue.Queue[Path]
) -> None:
    first, last = tmp_path / "first", tmp_path / "last"
    watch.add(first)
    watch.add(last)
    for number in range(20):
        (tmp_path / f"other{number}").touch()
    last.touch()  # events come in order
    assert changed.get(timeout=PATIENCE) == last
