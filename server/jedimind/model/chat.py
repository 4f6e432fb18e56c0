"""What a caller sees of any model, wherever it runs: ask for a chat completion, and read it.

A caller never learns whether the model is local. What models differ in is in `Capabilities`.
"""

from __future__ import annotations

import abc
from collections.abc import AsyncGenerator, Sequence
from types import TracebackType
from typing import Literal

import attrs


@attrs.frozen
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@attrs.frozen(kw_only=True)
class ChatRequest:
    """What to generate.

    `max_tokens` bounds the answer, `stop` are texts that end it (and are not part of it), `grammar`
    is GBNF and needs `Capabilities.grammar`.
    """

    messages: tuple[Message, ...]
    max_tokens: int
    temperature: float = 0.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    grammar: str | None = None


@attrs.frozen
class Completion:
    """A complete answer.

    `finish_reason` is ``length`` where `max_tokens` cut it, and ``stop`` where the model ended it.
    The counts are None where the endpoint does not tell.
    """

    text: str
    finish_reason: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@attrs.frozen
class Capabilities:
    """What an endpoint can do beyond the OpenAI API."""

    grammar: bool = False
    """Generates under a GBNF grammar."""


Parts = AsyncGenerator["str | Completion", None]
"""Pieces of text, and the `Completion` of them all as the last."""


class Answer:
    """Pieces of text as they are generated; `completion` is set once the last one was read.

    Use it with ``async with``: leaving the block, like cancelling the task that reads, closes the
    connection, and that stops the generation. Reading raises `ModelError`.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.completion: Completion | None = None

    def __aiter__(self) -> Answer:
        return self

    async def __anext__(self) -> str:
        part = await self._parts.__anext__()
        if isinstance(part, Completion):
            self.completion = part
            await self._parts.aclose()
            raise StopAsyncIteration
        return part

    async def aclose(self) -> None:
        """Stop the generation; harmless when it is over."""
        await self._parts.aclose()

    async def __aenter__(self) -> Answer:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


class ChatModel(abc.ABC):
    """A model that can be asked; close it when it is no longer needed."""

    name: str
    capabilities: Capabilities

    def stream_chat(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        seed: int | None = None,
        stop: Sequence[str] = (),
        grammar: str | None = None,
    ) -> Answer:
        """Ask for the next turn; nothing is sent before the answer is read. See `ChatRequest`."""
        if grammar is not None and not self.capabilities.grammar:
            raise ValueError(f"{self.name} cannot generate under a grammar; ask its capabilities")
        return Answer(
            self.parts(
                ChatRequest(
                    messages=tuple(messages),
                    max_tokens=max_tokens,
                    temperature=temperature,
                    seed=seed,
                    stop=tuple(stop),
                    grammar=grammar,
                )
            )
        )

    @abc.abstractmethod
    def parts(self, request: ChatRequest) -> Parts:
        """The answer's pieces; raises `ModelError` while it is read."""

    @abc.abstractmethod
    async def close(self) -> None:
        """Let go of the model; answers that are being read end with a `ModelError`."""
