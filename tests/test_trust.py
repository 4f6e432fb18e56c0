"""Trusted folders are remembered exactly, and what cannot be read trusts nothing."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from jedimind import directories, trust


def test_trust_covers_a_folder_and_what_is_below_it(tmp_path: Path) -> None:
    trust.trust(tmp_path / "a")
    trust.trust(tmp_path / "b")
    assert trust.is_trusted(tmp_path / "a" / "below")
    assert trust.is_trusted(tmp_path / "b")
    assert not trust.is_trusted(tmp_path)


@pytest.mark.parametrize("name", [b"odd\n", b"caf\xe9", b'"quoted"', "naïve".encode()])
def test_a_folder_may_have_any_name(tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / os.fsdecode(name) / "etc"
    trust.trust(folder)
    assert trust.is_trusted(folder)
    assert not trust.is_trusted(Path("/etc"))


@pytest.mark.parametrize("content", ["", "[", "5", "[5]", "/\n"])
def test_a_spoilt_file_trusts_nothing_is_told_of_once_and_can_be_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    trust.trust(tmp_path)
    (file,) = directories.state().glob("*.json")
    file.write_text(content)
    with caplog.at_level(logging.WARNING):
        assert not trust.is_trusted(tmp_path)
        assert not trust.is_trusted(tmp_path)
    assert len(caplog.records) == 1
    trust.trust(tmp_path)
    assert trust.is_trusted(tmp_path)


def test_a_place_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    directories.state().parent.mkdir(exist_ok=True)
    directories.state().touch()
    assert not trust.is_trusted(tmp_path)
    with pytest.raises(OSError, match="state"):
        trust.trust(tmp_path)
