"""One host for everybody, found or started, and started again when it dies."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

import hosts
from hosts import HANG, NAME, asked, connected, ended, running, small
from jedimind.model import hosted
from jedimind.model.chat import Message
from jedimind.model.errors import EndpointFailed, EndpointUnreachable, HostStartFailed
from jedimind.model.host import record
from jedimind.model.hosted import State, Status
from jedimind.settings import ModelSettings
from scripted_endpoint import response, scripted_endpoint


@pytest.fixture(autouse=True)
def no_host_is_left(jedimind_home: Path) -> Iterator[None]:
    yield
    for process in running(jedimind_home):
        process.kill()


class Statuses:
    """What a server was told about its model."""

    def __init__(self) -> None:
        self.all: list[Status] = []
        self._changed = asyncio.Event()

    def __call__(self, status: Status) -> None:
        self.all.append(status)
        self._changed.set()

    @property
    def states(self) -> list[State]:
        return [status.state for status in self.all]

    async def until(self, state: State) -> None:
        async def wait() -> None:
            while self.states[-1] is not state:
                self._changed.clear()
                await self._changed.wait()

        await asyncio.wait_for(wait(), HANG)


@pytest.mark.model
async def test_two_servers_share_a_host(model_file: Path, jedimind_home: Path) -> None:
    first, second = await connected(model_file), await connected(model_file)
    assert await first.ready() == await second.ready()
    answers = await asyncio.gather(asked(first), asked(second))
    assert answers[0].text == answers[1].text
    assert len(running(jedimind_home)) == 1
    await asyncio.gather(first.close(), second.close())


@pytest.mark.model
async def test_servers_share_a_host_that_know_its_model_by_different_names(
    model_file: Path, jedimind_home: Path
) -> None:
    first = await connected(model_file)
    second = await connected(model_file, small(assist=str(model_file)))
    assert (await first.ready()).pid == (await second.ready()).pid
    assert (await asked(second)).text
    await asyncio.gather(first.close(), second.close())


@pytest.mark.model
async def test_another_context_is_another_host(model_file: Path, jedimind_home: Path) -> None:
    first, second = await connected(model_file), await connected(model_file, small(context=512))
    assert (await first.ready()).pid != (await second.ready()).pid
    await asyncio.gather(first.close(), second.close())


async def server_process(file: Path, *, linger: float) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        hosts.__file__,
        str(file),
        str(linger),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


async def host_of(server: asyncio.subprocess.Process) -> int:
    assert server.stdout is not None
    return int(await asyncio.wait_for(server.stdout.readline(), 3 * HANG))


@pytest.mark.model
async def test_ten_servers_at_once_start_one_host(model_file: Path, jedimind_home: Path) -> None:
    servers = [await server_process(model_file, linger=0.5) for _ in range(4)]
    models = await asyncio.gather(*(connected(model_file) for _ in range(6)))
    pids = {await host_of(server) for server in servers}
    pids |= {(await model.ready()).pid for model in models}
    assert len(pids) == 1
    assert len(running(jedimind_home)) == 1
    await asyncio.gather(*(model.close() for model in models))
    for server in servers:
        await asyncio.wait_for(server.communicate(b""), HANG)
    await ended(pids.pop())


@pytest.mark.model
async def test_a_server_that_is_killed_lets_go_of_its_host(
    model_file: Path, jedimind_home: Path
) -> None:
    server = await server_process(model_file, linger=0.2)
    pid = await host_of(server)
    server.kill()
    await server.wait()
    await ended(pid)
    assert running(jedimind_home) == []


@pytest.mark.model
async def test_a_host_that_is_killed_is_replaced(model_file: Path, jedimind_home: Path) -> None:
    statuses = Statuses()
    model = await connected(model_file, on_status=statuses)
    killed = (await model.ready()).pid
    async with model.stream_chat([Message("user", "Count to 900.")], max_tokens=900) as answer:
        await answer.__anext__()
        os.kill(killed, signal.SIGKILL)
        with pytest.raises(EndpointFailed, match=r"^The local model broke off.*; try again\.$"):
            async for _ in answer:
                pass
    assert (await asked(model)).text
    assert (await model.ready()).pid != killed
    assert statuses.states == [State.LOADING, State.READY, State.RESTARTING, State.READY]
    await model.close()
    assert statuses.states[-1] is State.CLOSED


@pytest.mark.model
async def test_a_host_that_keeps_crashing_is_given_up_until_it_is_asked_again(
    model_file: Path, jedimind_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosted, "_CRASHES", 2)
    statuses = Statuses()
    model = await connected(model_file, on_status=statuses)
    for then in (State.RESTARTING, State.FAILED):
        os.kill((await model.ready()).pid, signal.SIGKILL)
        await statuses.until(then)
    assert "crashed 2 times in a row" in statuses.all[-1].sentence
    assert running(jedimind_home) == []
    assert (await asked(model)).text
    await model.close()


@pytest.mark.model
async def test_an_idle_host_leaves_and_comes_back_when_it_is_asked(
    model_file: Path, jedimind_home: Path
) -> None:
    statuses = Statuses()
    model = await connected(model_file, small(idle_timeout=0.5), statuses)
    pid = (await model.ready()).pid
    await statuses.until(State.ASLEEP)
    await ended(pid)
    assert running(jedimind_home) == []
    assert (await asked(model)).text
    assert statuses.states[:4] == [State.LOADING, State.READY, State.ASLEEP, State.LOADING]
    await model.close()


def stale_record(file: Path, settings: ModelSettings, **fields: object) -> Path:
    """A host file for `file` that tells of a host which is not there."""
    identity = record.identity(file, context=settings.context, threads=settings.threads)
    path = record.path_of(identity)
    values = {"protocol": record.PROTOCOL, "pid": os.getpid(), "port": 1, "token": "x"}
    path.write_text(json.dumps({**values, "model": NAME, "started": 0.0, **fields}))
    path.chmod(0o600)
    return path


@pytest.mark.model
@pytest.mark.parametrize("kind", ["dead", "nobody listens", "no host", "unreadable"])
async def test_a_stale_host_file_is_replaced(
    kind: str, model_file: Path, jedimind_home: Path
) -> None:
    page = response("200 OK", b"<html>", kind="text/html")
    async with scripted_endpoint(page) as stranger:
        port = int(stranger.url.split(":")[2].split("/")[0])
        kinds: dict[str, dict[str, object]] = {
            "dead": {"pid": dead_pid(), "port": port},
            "nobody listens": {},
            "no host": {"port": port},
            "unreadable": {"pid": "?"},
        }
        path = stale_record(model_file, small(), **kinds[kind])
        model = await connected(model_file)
        assert len(stranger.heads) == (kind == "no host"), "a token went to a stranger"
    assert json.loads(path.read_text())["pid"] == (await model.ready()).pid != os.getpid()
    await model.close()


def dead_pid() -> int:
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], os.environ)
    os.waitpid(pid, 0)
    return pid


def test_a_host_file_that_others_can_read_is_not_believed(tmp_path: Path) -> None:
    own = record.HostRecord(record.PROTOCOL, 1, 2, "token", NAME, 0.0)
    path = tmp_path / "host.json"
    record.write(path, own)
    assert record.read(path) == own
    path.chmod(0o644)
    assert record.read(path) is None


def test_a_host_only_takes_its_own_file_back(tmp_path: Path) -> None:
    old = record.HostRecord(record.PROTOCOL, 1, 2, "old", NAME, 0.0)
    new = attrs.evolve(old, token="new")
    path = tmp_path / "host.json"
    record.write(path, new)
    record.remove(path, old)
    assert record.read(path) == new
    record.remove(path, new)
    assert list(tmp_path.iterdir()) == []


def test_the_token_does_not_show_in_logs() -> None:
    assert "secret" not in repr(record.HostRecord(1, 1, 2, "secret", NAME, 0.0))


async def test_a_file_that_is_no_model_is_refused(tmp_path: Path, jedimind_home: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"I am a text.")
    statuses = Statuses()
    with pytest.raises(HostStartFailed, match=r"model\.gguf is not a GGUF file; choose another"):
        await connected(path, on_status=statuses)
    assert statuses.states == [State.LOADING, State.FAILED, State.CLOSED]


@pytest.mark.model
async def test_a_truncated_model_is_refused_with_the_engine_s_words(
    model_file: Path, tmp_path: Path, jedimind_home: Path
) -> None:
    path = tmp_path / "model.gguf"
    with model_file.open("rb") as file:
        path.write_bytes(file.read(20_000_000))
    with pytest.raises(HostStartFailed, match=r"(?s)install the model again.*not within the file"):
        await connected(path)


async def test_a_model_that_is_not_there(tmp_path: Path, jedimind_home: Path) -> None:
    with pytest.raises(HostStartFailed, match=r"cannot be read.*install the model again"):
        await connected(tmp_path / "none.gguf")


async def test_a_host_that_does_not_start_tells_its_last_words(
    tmp_path: Path, jedimind_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted = tmp_path / "python"
    scripted.write_text("#!/bin/sh\necho 'libgomp.so.1: not found' >&2\nexit 3\n")
    scripted.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(scripted))
    path = tmp_path / "model.gguf"
    path.write_bytes(b"")
    with pytest.raises(HostStartFailed, match=r"(?s)ended before it was ready.*libgomp\.so\.1"):
        await connected(path)


@pytest.mark.model
async def test_a_start_that_takes_too_long_is_given_up(
    model_file: Path, jedimind_home: Path
) -> None:
    with pytest.raises(HostStartFailed, match=r"after 0\.1 s.*raise `model\.startTimeout`"):
        await connected(model_file, small(start_timeout=0.1))


@pytest.mark.model
async def test_a_model_that_was_closed_cannot_be_asked(
    model_file: Path, jedimind_home: Path
) -> None:
    model = await connected(model_file)
    async with model.stream_chat([Message("user", "Count to 900.")], max_tokens=900) as answer:
        await answer.__anext__()
        await model.close()
        with pytest.raises(EndpointFailed):
            async for _ in answer:
                pass
    with pytest.raises(EndpointUnreachable, match="was closed"):
        await asked(model)


@pytest.mark.model
async def test_starting_leaves_the_event_loop_free(model_file: Path, jedimind_home: Path) -> None:
    gaps: list[float] = []

    async def watch() -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(0.01)
            gaps.append(loop.time() - began)

    watching = asyncio.create_task(watch())
    model = await connected(model_file)
    watching.cancel()
    assert len(gaps) > 20
    assert max(gaps) < 1
    await model.close()
