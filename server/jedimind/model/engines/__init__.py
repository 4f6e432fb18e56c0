"""Engines: text in, text out, inside a model host only. Each file here owns one native library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

Kind = Literal["chat", "completion"]
Chunk = dict[str, Any]
"""One streamed object of OpenAI's API: a chunk of a chat or a text completion."""


class EngineError(Exception):
    """An engine's refusal, in the terms of OpenAI's API: `status` is the HTTP status."""

    def __init__(self, message: str, *, status: int, type: str) -> None:  # noqa: A002 - its name there
        super().__init__(message)
        self.status = status
        self.type = type

    def body(self) -> Chunk:
        """The error as OpenAI's API writes it."""
        return {"error": {"message": str(self), "type": self.type, "code": self.status}}


class LoadError(Exception):
    """A model that cannot be loaded; the text is a sentence with a next step."""


class Engine(Protocol):
    """One loaded model. Its methods block and are called in a thread, one at a time."""

    capabilities: frozenset[str]
    """Names of what it can do beyond OpenAI's API: ``grammar``."""

    def load(self, path: Path, *, name: str, context: int, threads: int) -> None:
        """Load the GGUF file at `path`; `context` is in tokens, 0 `threads` is one per core.

        Raises:
            LoadError: the file is no usable model.
        """

    def stream(self, kind: Kind, body: Mapping[str, Any], emit: Callable[[Chunk], bool]) -> None:
        """Answer one request of OpenAI's API, chunk by chunk.

        `emit` also gets chunks with the field ``prompt_progress`` and no text, while the prompt is
        evaluated. It returns True to stop the generation, and must not raise.

        Raises:
            EngineError: the request is refused, or fails on the way.
        """
