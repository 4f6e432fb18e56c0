"""The client of models, and what a user reads when an endpoint misbehaves."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import attrs
import pytest

from jedimind.model.chat import ChatModel, Completion, Message
from jedimind.model.endpoint import Address, Endpoint
from jedimind.model.errors import (
    EndpointBrokeOff,
    EndpointBusy,
    EndpointFailed,
    EndpointRefused,
    EndpointUnreachable,
    ModelError,
    PromptTooLong,
)
from jedimind.model.hosted import LocalModel
from jedimind.model.launch import connect
from jedimind.settings import ModelSettings
from scripted_endpoint import SILENCE, chunk, response, scripted_endpoint, stream

HANG = 20.0
WHOLE = stream(
    chunk(None),
    chunk("def "),
    chunk("añadir"),
    chunk(None, "length"),
    json.dumps({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}),
    "[DONE]",
)


def endpoint_at(url: str, *, token: str | None = None, timeout: float = HANG) -> Endpoint:
    return Endpoint(
        Address(url, "some-model", token),
        name="some-model",
        title="The endpoint",
        response_timeout=timeout,
        key_variable="JEDIMIND_API_KEY",
    )


async def asked(model: ChatModel, content: str = "add") -> tuple[list[str], Completion | None]:
    """The pieces of the answer to a question, and the completion."""
    try:
        async with model.stream_chat([Message("user", content)], max_tokens=2) as answer:
            return [piece async for piece in answer], answer.completion
    finally:
        await model.close()


async def test_an_answer_comes_in_pieces_and_says_how_it_ended() -> None:
    async with scripted_endpoint(WHOLE) as endpoint:
        pieces, completion = await asked(endpoint_at(endpoint.url))
    assert pieces == ["def ", "añadir"]
    assert completion == Completion("def añadir", "length", prompt_tokens=7, completion_tokens=2)


async def test_only_what_was_asked_for_is_sent() -> None:
    async with scripted_endpoint(WHOLE) as endpoint:
        await asked(endpoint_at(endpoint.url))
    assert endpoint.bodies == [
        {
            "model": "some-model",
            "messages": [{"role": "user", "content": "add"}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": 2,
            "temperature": 0.0,
        }
    ]


async def test_half_a_surrogate_pair_is_sent_as_a_question_mark() -> None:
    async with scripted_endpoint(WHOLE) as endpoint:
        await asked(endpoint_at(endpoint.url), "a\ud83db")
    assert endpoint.bodies[0]["messages"][0]["content"] == "a?b"


async def test_a_grammar_is_only_sent_to_who_understands_it() -> None:
    async with scripted_endpoint(WHOLE) as endpoint:
        model = endpoint_at(endpoint.url)
        with pytest.raises(ValueError, match="grammar"):
            model.stream_chat([Message("user", "add")], max_tokens=2, grammar='root ::= "x"')
        await model.close()


async def test_leaving_the_answer_closes_the_connection() -> None:
    async with scripted_endpoint(stream(chunk("def ")), SILENCE) as endpoint:
        model = endpoint_at(endpoint.url)
        async with model.stream_chat([Message("user", "add")], max_tokens=2) as answer:
            assert await answer.__anext__() == "def "
        await asyncio.wait_for(endpoint.left.wait(), HANG)
        assert answer.completion is None
        await model.close()


async def test_cancelling_the_task_closes_the_connection() -> None:
    async with scripted_endpoint(stream(chunk("def ")), SILENCE) as endpoint:
        model = endpoint_at(endpoint.url)
        begun = asyncio.Event()

        async def read() -> None:
            async with model.stream_chat([Message("user", "add")], max_tokens=2) as answer:
                async for _ in answer:
                    begun.set()

        reading = asyncio.create_task(read())
        await asyncio.wait_for(begun.wait(), HANG)
        reading.cancel()
        await asyncio.wait_for(endpoint.left.wait(), HANG)
        with pytest.raises(asyncio.CancelledError):
            await reading
        await model.close()


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        (
            response("401 Unauthorized", b'{"error": {"message": "bad key"}}'),
            EndpointRefused,
            "environment variable JEDIMIND_API_KEY",
        ),
        (response("403 Forbidden", b""), EndpointRefused, "JEDIMIND_API_KEY"),
        (
            response("404 Not Found", b'{"error": {"message": "no such model"}}'),
            EndpointRefused,
            "some-model.*no such model.*`model.assist`",
        ),
        (
            response("400 Bad Request", b'{"error": {"code": "context_length_exceeded"}}'),
            PromptTooLong,
            "select less code",
        ),
        (response("422 Unprocessable", b'{"error": "no max_tokens"}'), EndpointRefused, "no max_t"),
        (response("500 Oops", b"<html>", kind="text/html"), EndpointFailed, "500.*see its log"),
        (response("302 Found", b"", headers="location: /login\r\n"), EndpointFailed, "302"),
        (
            response("200 OK", b"<html>Welcome!</html>", kind="text/html"),
            EndpointFailed,
            "text/html instead of a stream",
        ),
        (stream(chunk("def ")), EndpointFailed, "broke off in the middle"),
        (stream(), EndpointFailed, "broke off in the middle"),
        (stream(chunk("def "), "{not json"), EndpointFailed, "not a completion"),
        (stream(b'{"choices": [{"delta": {"content": "\xff"}}]}'), EndpointFailed, "utf-8"),
        (stream('{"choices": [{"delta": {"content": "\\ud83d"}}]}'), EndpointFailed, "surrogates"),
        (stream("[1, 2]"), EndpointFailed, "not a completion"),
        (stream('{"choices": [{"delta": {"content": 3}}]}'), EndpointFailed, "not a completion"),
        (
            stream(chunk("def "), '{"error": {"code": 500, "message": "out of memory"}}'),
            EndpointFailed,
            "out of memory",
        ),
        (b"", EndpointBrokeOff, "broke off the connection"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", EndpointBrokeOff, "broke off the connection"),
    ],
)
async def test_a_fault_is_a_sentence(answer: bytes, error: type[ModelError], sentence: str) -> None:
    async with scripted_endpoint(answer) as endpoint:
        with pytest.raises(ModelError, match=sentence) as raised:
            await asked(endpoint_at(endpoint.url))
    assert type(raised.value) is error
    assert str(raised.value).startswith(("The endpoint ", "The prompt "))


@pytest.mark.parametrize(
    ("header", "seconds", "when"),
    [
        ("retry-after: 17\r\n", 17.0, "in 17 s"),
        ("retry-after: Wed, 21 Oct 2026 07:28:00 GMT\r\n", None, "in a moment"),
        ("", None, "in a moment"),
    ],
)
async def test_a_busy_endpoint_says_when_to_come_back(
    header: str, seconds: float | None, when: str
) -> None:
    async with scripted_endpoint(response("429 Slow Down", b"{}", headers=header)) as endpoint:
        with pytest.raises(EndpointBusy, match=when) as raised:
            await asked(endpoint_at(endpoint.url))
    assert raised.value.retry_after == seconds


@pytest.mark.parametrize("said", [(), (stream(chunk("def ")),)], ids=["at once", "midway"])
async def test_silence_is_not_waited_for_forever(said: tuple[bytes, ...]) -> None:
    async with scripted_endpoint(*said, SILENCE) as endpoint:
        with pytest.raises(EndpointFailed, match=r"silent for 0\.2 s.*`model\.responseTimeout`"):
            await asked(endpoint_at(endpoint.url, timeout=0.2))


async def test_signs_of_life_are_not_silence() -> None:
    """A comment reaches the client between two texts and is not part of the answer."""
    alive = stream(chunk("def ")) + b": prompt 128 of 300 tokens\n\n"
    async with scripted_endpoint(alive, stream_end()) as endpoint:
        pieces, _ = await asked(endpoint_at(endpoint.url))
    assert pieces == ["def ", "f"]


def stream_end() -> bytes:
    return f"data: {chunk('f', 'stop')}\n\ndata: [DONE]\n\n".encode()


async def test_nobody_there(unreachable: str) -> None:
    with pytest.raises(EndpointUnreachable, match=r"cannot be reached.*check that it runs"):
        await asked(endpoint_at(f"{unreachable}/v1"))


@pytest.mark.parametrize("url", ["localhost:8080/v1", "ftp://127.0.0.1/v1", "http://[::1/v1", ""])
async def test_an_unusable_address(url: str) -> None:
    with pytest.raises(EndpointUnreachable, match=r"correct `model\.endpoint`"):
        await asked(endpoint_at(url))


async def connected(url: str, **changes: Any) -> ChatModel:
    async def no_local_model(name: str) -> LocalModel:
        raise AssertionError("an endpoint was configured")

    settings = attrs.evolve(ModelSettings(endpoint=url, assist="some-model"), **changes)
    return await connect(settings, no_local_model, lambda status: None)


@pytest.mark.parametrize(("key", "sent"), [("sesame", True), ("", False)])
async def test_the_key_comes_from_the_environment(
    key: str, sent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", key)
    async with scripted_endpoint(WHOLE) as endpoint:
        await asked(await connected(endpoint.url, api_key_variable="MY_KEY"))
    headers = ["authorization: bearer sesame" in head.lower() for head in endpoint.heads]
    assert headers == [sent, sent]
    assert any("authorization" in head.lower() for head in endpoint.heads) == sent


@pytest.mark.parametrize(
    ("models", "grammar"),
    [
        ({"data": [{"id": "some-model", "owned_by": "llamacpp"}]}, True),
        ({"data": [{"id": "some-model", "capabilities": ["grammar"]}]}, True),
        ({"data": [{"id": "other", "owned_by": "llamacpp"}, {"id": "some-model"}]}, False),
        ({"data": []}, False),
        (["surprise"], False),
    ],
)
async def test_what_an_endpoint_can_do(models: object, grammar: bool) -> None:
    async with scripted_endpoint(response("200 OK", json.dumps(models).encode())) as endpoint:
        model = await connected(endpoint.url)
    assert model.capabilities.grammar == grammar
    await model.close()


async def test_an_endpoint_without_a_list_of_models_will_do() -> None:
    async with scripted_endpoint(response("404 Not Found", b"")) as endpoint:
        await (await connected(endpoint.url)).close()


async def test_a_refused_key_shows_when_connecting() -> None:
    async with scripted_endpoint(response("401 Unauthorized", b"")) as endpoint:
        with pytest.raises(EndpointRefused, match="environment variable MY_KEY"):
            await connected(endpoint.url, api_key_variable="MY_KEY")
