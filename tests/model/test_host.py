"""The model host as its clients see it: routes, token, cancelling, and when it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hosts import HANG, NAME, asked, connected, ended, running
from jedimind import directories
from jedimind.model.chat import Message
from jedimind.model.errors import EndpointFailed, PromptTooLong
from jedimind.model.hosted import HostedModel

pytestmark = pytest.mark.model

ROUTES = [
    ("POST", "/v1/chat/completions"),
    ("POST", "/v1/completions"),
    ("GET", "/v1/models"),
    ("GET", "/jedimind/status"),
    ("GET", "/jedimind/lease"),
    ("GET", "/nothing"),
]
HELLO = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 3}


@pytest.fixture(autouse=True)
def no_host_is_left(jedimind_home: Path) -> Iterator[None]:
    yield
    for process in running(jedimind_home):
        process.kill()


@pytest.fixture
async def model(model_file: Path, jedimind_home: Path) -> AsyncIterator[HostedModel]:
    model = await connected(model_file)
    yield model
    await model.close()


@pytest.fixture
async def http(model: HostedModel) -> AsyncIterator[httpx.AsyncClient]:
    """A client that knows the token."""
    host = await model.ready()
    headers = {"authorization": f"Bearer {host.token}"}
    url = f"http://127.0.0.1:{host.port}"
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=HANG) as client:
        yield client


async def test_nothing_works_without_the_token(http: httpx.AsyncClient) -> None:
    for method, path in ROUTES:
        for headers in ({"authorization": ""}, {"authorization": "Bearer guess"}):
            response = await http.request(method, path, headers=headers, json=HELLO)
            assert response.status_code == 401, path
            assert response.json()["error"]["type"] == "authentication_error"


async def test_it_says_what_it_is_and_does(http: httpx.AsyncClient) -> None:
    models = (await http.get("/v1/models")).json()
    assert [(m["id"], m["capabilities"], m["meta"]["n_ctx"]) for m in models["data"]] == [
        (NAME, ["grammar"], 1024)
    ]
    status = (await http.get("/jedimind/status")).json()
    assert status == {
        "protocol": 1,
        "model": NAME,
        "state": "ready",
        "busy": False,
        "leases": 1,
        "tokens_per_second": None,
    }
    await http.post("/v1/chat/completions", json=HELLO)
    status = (await http.get("/jedimind/status")).json()
    assert status["tokens_per_second"] > 0


async def test_a_chat_completion_as_one_object(http: httpx.AsyncClient) -> None:
    response = await http.post("/v1/chat/completions", json={**HELLO, "model": NAME})
    completion = response.json()
    assert completion["object"] == "chat.completion"
    assert completion["model"] == NAME
    [choice] = completion["choices"]
    assert choice["message"]["role"] == "assistant"
    assert choice["message"]["content"]
    assert choice["finish_reason"] == "length"
    assert completion["usage"]["completion_tokens"] == 3


async def test_a_text_completion_as_one_object_and_as_a_stream(http: httpx.AsyncClient) -> None:
    body = {"prompt": "def add(a, b):\n    return a", "max_tokens": 3, "temperature": 0}
    whole = (await http.post("/v1/completions", json=body)).json()
    assert whole["object"] == "text_completion"
    assert whole["choices"][0]["text"].startswith(" + b")
    assert whole["usage"]["completion_tokens"] == 3
    streamed = (await http.post("/v1/completions", json={**body, "stream": True})).text
    events = [line[6:] for line in streamed.splitlines() if line.startswith("data: ")]
    assert events.pop() == "[DONE]"
    pieces = [json.loads(event)["choices"][0]["text"] for event in events]
    assert "".join(pieces) == whole["choices"][0]["text"]


@pytest.mark.parametrize("streamed", [True, False])
async def test_wrong_requests_get_the_status_of_their_fault(
    http: httpx.AsyncClient, streamed: bool
) -> None:
    async def status_of(**fields: Any) -> int:
        body = {**HELLO, "stream": streamed, **fields}
        response = await http.post("/v1/chat/completions", json=body)
        assert response.json()["error"]["message"]
        return response.status_code

    assert await status_of(model="another") == 404
    assert await status_of(grammar='root ::= "x') == 400
    assert await status_of(messages="x") == 400
    assert (await http.post("/v1/chat/completions", content=b"[]")).status_code == 400
    assert (await http.post("/v1/chat/completions", content=b"{")).status_code == 400
    if not streamed:
        assert await status_of(tools=[{"type": "function"}]) == 400


async def test_a_prompt_that_does_not_fit_is_a_sentence(model: HostedModel) -> None:
    with pytest.raises(PromptTooLong, match=r"1024 tokens.*raise `model\.context`"):
        await asked(model, "word " * 2000)


@pytest.mark.parametrize("streamed", [True, False])
async def test_a_client_that_leaves_frees_the_engine(
    http: httpx.AsyncClient, model: HostedModel, streamed: bool
) -> None:
    story = {"messages": [{"role": "user", "content": "Count to 900."}], "max_tokens": 900}
    asking = asyncio.create_task(
        http.post("/v1/chat/completions", json={**story, "stream": streamed})
    )
    while not (await http.get("/jedimind/status")).json()["busy"]:
        assert not asking.done()
    asking.cancel()
    began = time.monotonic()
    await asked(model)
    status = (await http.get("/jedimind/status")).json()
    assert time.monotonic() - began < 900 / 60  # no machine of ours counts that fast
    assert not status["busy"]


async def test_two_clients_take_turns(model: HostedModel) -> None:
    answers = await asyncio.gather(*(asked(model, f"Say {n}.", max_tokens=6) for n in range(4)))
    assert all(answer.text for answer in answers)


async def test_only_its_user_can_read_what_it_writes(
    model: HostedModel, jedimind_home: Path
) -> None:
    [file] = directories.runtime().glob("host-*.json")
    [log] = (directories.state() / "logs").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(log.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["pid"] == (await model.ready()).pid


async def test_it_runs_apart_from_the_server_and_below_it(model: HostedModel) -> None:
    pid = (await model.ready()).pid
    assert os.getsid(pid) == pid
    assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)


async def test_it_ends_when_nobody_holds_a_lease(model_file: Path, jedimind_home: Path) -> None:
    first, second = await connected(model_file), await connected(model_file)
    pid = (await first.ready()).pid
    await first.close()
    assert (await second.ready()).pid == pid
    assert await asked(second)
    await second.close()
    await ended(pid)
    assert running(jedimind_home) == []
    assert list(directories.runtime().glob("host-*.json")) == []


async def test_told_to_end_it_ends_and_takes_its_file_back(
    model: HostedModel, jedimind_home: Path
) -> None:
    pid = (await model.ready()).pid
    async with model.stream_chat([Message("user", "Count to 900.")], max_tokens=900) as answer:
        await answer.__anext__()
        os.kill(pid, signal.SIGTERM)
        with pytest.raises(EndpointFailed, match="shutting down"):
            async for _ in answer:
                pass
    await ended(pid)
    assert list(directories.runtime().glob("host-*.json")) == []
