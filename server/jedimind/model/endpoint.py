"""The one client of models: any OpenAI-compatible HTTP endpoint, our own host included.

HTTP/1.1 with ``POST /chat/completions`` streamed as server-sent events, see
https://platform.openai.com/docs/api-reference/chat-streaming. Closing the connection is what stops
a generation.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import attrs
import httpx

from jedimind.model import connections, refusal, sse
from jedimind.model.chat import Capabilities, ChatModel, ChatRequest, Completion
from jedimind.model.errors import EndpointBrokeOff, EndpointFailed, EndpointUnreachable, ModelError

_CONNECT_TIMEOUT = 10.0
_LONGEST_REFUSAL = 1 << 16


@attrs.frozen
class Address:
    """Where a model is: `url` ends before ``/chat/completions``, `model` is its name there."""

    url: str
    model: str
    token: str | None = attrs.field(repr=False)


class Endpoint(ChatModel):
    """A model behind an address, which may change: requests that are under way keep theirs.

    `title` begins the sentences of errors. `response_timeout` is in seconds and bounds the silence
    between two signs of life. `key_variable` is where the user keeps the key. To make one for
    another machine takes up to 300 ms (see `connections`).
    """

    def __init__(
        self,
        address: Address,
        *,
        name: str,
        title: str,
        response_timeout: float,
        key_variable: str | None = None,
    ) -> None:
        self.address = address
        self.name = name
        self.capabilities = Capabilities()
        self._source = refusal.Source(title, model=name, key_variable=key_variable)
        self._response_timeout = response_timeout
        self._client = connections.client(
            address.url, httpx.Timeout(response_timeout, connect=_CONNECT_TIMEOUT, pool=None)
        )

    async def learn_capabilities(self) -> None:
        """Ask the endpoint what it can do; of one that does not say, nothing special is asked.

        Raises:
            ModelError: it cannot be reached, or refuses the key.
        """
        async with self._exchange("GET", "models") as response:
            if response.status_code in (401, 403):
                raise await self._refusal(response)
            if response.status_code == 200:
                self.capabilities = _capabilities(await response.aread(), self.address.model)

    async def parts(self, request: ChatRequest) -> AsyncGenerator[str | Completion, None]:
        """See `ChatModel.parts`."""
        title = self._source.title
        body = _body(request, self.address.model)
        async with self._exchange("POST", "chat/completions", body) as response:
            if response.status_code != 200:
                raise await self._refusal(response)
            kind = response.headers.get("content-type", "no content type")
            if not kind.startswith("text/event-stream"):
                raise EndpointFailed(
                    f"{title} answered with {kind} instead of a stream of completions; check that "
                    "`model.endpoint` is the address of an OpenAI-compatible API."
                )
            reading = _Reading()
            async for event in sse.data(response.aiter_bytes()):
                if event == "[DONE]":
                    break
                chunk = json.loads(event)
                if isinstance(chunk, dict) and chunk.get("error"):
                    raise refusal.in_stream(self._source, chunk)
                text = reading.take(chunk)
                if text:
                    yield text
            else:
                if reading.finish_reason is None:
                    raise EndpointFailed(
                        f"{title} broke off in the middle of its answer; try again."
                    )
            yield reading.completion()

    async def close(self) -> None:
        """See `ChatModel.close`."""
        await self._client.aclose()

    @asynccontextmanager
    async def _exchange(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """One request, with all that can break on the way as a `ModelError`."""
        title = self._source.title
        url = f"{self.address.url.rstrip('/')}/{path}"
        token = self.address.token
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        try:
            async with self._client.stream(method, url, json=body, headers=headers) as response:
                yield response
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise EndpointUnreachable(
                f"{title} cannot be reached ({_cause(error)}); check that it runs, then try again."
            ) from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise EndpointUnreachable(
                f"{title} has no usable address ({_cause(error)}); correct `model.endpoint`."
            ) from error
        except httpx.TimeoutException as error:
            raise EndpointFailed(
                f"{title} was silent for {self._response_timeout:g} s; try again, or raise "
                "`model.responseTimeout`."
            ) from error
        except httpx.HTTPError as error:
            raise EndpointBrokeOff(
                f"{title} broke off the connection ({_cause(error)}); try again."
            ) from error
        except ValueError as error:
            raise EndpointFailed(
                f"{title} sent what is not a completion ({_cause(error)}); check that "
                "`model.endpoint` is the address of an OpenAI-compatible API."
            ) from error

    async def _refusal(self, response: httpx.Response) -> ModelError:
        content = b""
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > _LONGEST_REFUSAL:
                break
        return refusal.of_response(
            self._source,
            response.status_code,
            retry_after=response.headers.get("retry-after"),
            content=content,
        )


class _Reading:
    """What was read of one answer so far."""

    def __init__(self) -> None:
        self.finish_reason: str | None = None
        self._text: list[str] = []
        self._usage: dict[str, Any] = {}

    def take(self, chunk: Any) -> str:
        """The text in one chunk of the stream.

        Raises:
            ValueError: it is no chunk, or its text cannot be written as Unicode.
        """
        try:
            self._usage = chunk.get("usage") or self._usage
            choices = chunk.get("choices") or [{}]
            text = choices[0].get("delta", {}).get("content") or ""
            self.finish_reason = choices[0].get("finish_reason") or self.finish_reason
            text.encode()
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise ValueError(f"no chunk of a chat completion: {str(chunk)[:80]}") from error
        self._text.append(text)
        return str(text)

    def completion(self) -> Completion:
        """The whole; only ``[DONE]`` without a reason leaves it to us to name one."""
        return Completion(
            text="".join(self._text),
            finish_reason=self.finish_reason or "stop",
            prompt_tokens=self._usage.get("prompt_tokens"),
            completion_tokens=self._usage.get("completion_tokens"),
        )


def _body(request: ChatRequest, model: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            # Editors send halves of surrogate pairs, which cannot be written as UTF-8.
            {"role": m.role, "content": m.content.encode("utf-8", "replace").decode()}
            for m in request.messages
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
        "stop": list(request.stop),
        "grammar": request.grammar,
    }
    return {key: value for key, value in body.items() if value not in (None, [])}


def _capabilities(content: bytes, name: str) -> Capabilities:
    """From ``GET /models``: our host lists capabilities, llama-server signs as ``llamacpp``."""
    try:
        models = json.loads(content)["data"]
        model = next((model for model in models if model["id"] == name), models[0])
        return Capabilities(
            grammar=model.get("owned_by") == "llamacpp"
            or "grammar" in model.get("capabilities", ())
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return Capabilities()


def _cause(error: Exception) -> str:
    return str(error) or type(error).__name__
