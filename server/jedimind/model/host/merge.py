"""The answer to a request that did not ask for a stream, put together from the stream's chunks.

Generating always streams, because only a stream can be stopped. What chunks spread over several
fields (tool calls, log probabilities) is not put together again: such requests have to stream.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jedimind.model.engines import Chunk, EngineError, Kind

_ONLY_STREAMED = ("tools", "functions", "logprobs")


def check(body: Mapping[str, Any]) -> None:
    """Refuse what `merged` cannot put together.

    Raises:
        EngineError: the request has to ask for a stream.
    """
    for field in _ONLY_STREAMED:
        if body.get(field):
            raise EngineError(
                f'`{field}` is served with `"stream": true` only.',
                status=400,
                type="invalid_request_error",
            )


def merged(kind: Kind, chunks: Sequence[Chunk]) -> Chunk:
    """One completion of OpenAI's API from the chunks of one choice."""
    text: list[str] = []
    finish_reason: str | None = None
    answer: Chunk = {}
    for chunk in chunks:
        answer |= {key: value for key, value in chunk.items() if key != "choices"}
        for choice in chunk["choices"]:
            text.append(
                (choice["delta"].get("content") if kind == "chat" else choice["text"]) or ""
            )
            finish_reason = choice["finish_reason"] or finish_reason
    whole: Chunk = {"index": 0, "finish_reason": finish_reason}
    if kind == "chat":
        answer["object"] = "chat.completion"
        whole["message"] = {"role": "assistant", "content": "".join(text)}
    else:
        whole |= {"text": "".join(text), "logprobs": None}
    return {**answer, "choices": [whole]}
