"""The process tree and its memory, as each of the ways to look at them sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from jedimind.execution.guest import processes


@pytest.fixture
def grandchild() -> Iterator[psutil.Process]:
    """A process two below this one."""
    command = ["sh", "-c", "sleep 600 & echo $!; wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        found = psutil.Process(int(child.stdout.readline()))
        yield found
        found.kill()


@pytest.mark.parametrize("way", ["children", "parents", "ps"])
def test_descendants(grandchild: psutil.Process, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "parents":
        # As on a kernel without CONFIG_PROC_CHILDREN.
        monkeypatch.setattr(os.path, "exists", lambda path: False)
    elif way == "ps":
        monkeypatch.setattr(processes, "LINUX", False)
    found = processes.descendants(os.getpid())
    assert grandchild.pid in found
    assert grandchild.ppid() in found
    assert os.getpid() not in found
    assert processes.descendants(grandchild.pid) == []


@pytest.mark.parametrize("linux", [True, False])
def test_memory_is_about_what_the_system_says(linux: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if linux and not processes.LINUX:
        pytest.skip("needs Linux's /proc")
    monkeypatch.setattr(processes, "LINUX", linux)
    before = processes.memory([os.getpid()])
    held = b"x" * (64 * 2**20)
    assert 60 * 2**20 < processes.memory([os.getpid()]) - before < 80 * 2**20
    assert processes.proportional_memory([os.getpid()]) > 60 * 2**20
    assert held


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="needs Linux")
def test_files_in_memory_count_though_no_process_maps_them() -> None:
    before = processes.memory([os.getpid()])
    proportional = processes.proportional_memory([os.getpid()])
    file = os.memfd_create("file")
    try:
        for _ in range(64):
            os.write(file, b"x" * 2**20)
        again = os.dup(file)
        assert 60 * 2**20 < processes.memory([os.getpid()]) - before < 80 * 2**20
        assert processes.proportional_memory([os.getpid()]) - proportional > 60 * 2**20
        os.close(again)
    finally:
        os.close(file)


def test_a_process_that_is_gone_has_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    assert processes.memory([child.pid]) == 0
    assert processes.descendants(child.pid) == []
