"""Turns what an endpoint answers instead of a completion into an error the user can act on.

Endpoints agree on HTTP statuses; the body's form is OpenAI's ``{"error": {"message", "type", …}}``
where one is lucky, and a page of HTML where one is not.
"""

from __future__ import annotations

import json
from typing import Any

import attrs

from jedimind.model.errors import (
    EndpointBusy,
    EndpointFailed,
    EndpointRefused,
    ModelError,
    PromptTooLong,
)

_TOO_LONG = ("exceed_context_size_error", "context_length_exceeded")
_LONGEST_REASON = 300


@attrs.frozen
class Source:
    """Who refused: `title` begins the sentence, `key_variable` is where its key comes from."""

    title: str
    model: str
    key_variable: str | None


def of_response(
    source: Source, status: int, *, retry_after: str | None, content: bytes
) -> ModelError:
    """The error that an HTTP status other than 200 stands for."""
    error = _error_in(content)
    if status in (401, 403):
        return _key_refused(source, status)
    if status == 404:
        return EndpointRefused(
            f"{source.title} does not know the model {source.model} or the path (404"
            f"{_reason(error)}); check `model.assist` and `model.endpoint`."
        )
    if status in (429, 503):
        seconds = _seconds(retry_after)
        when = "in a moment" if seconds is None else f"in {seconds:g} s"
        return EndpointBusy(
            f"{source.title} takes no requests now ({status}{_reason(error)}); try again {when}.",
            retry_after=seconds,
        )
    return _by_content(source, status, error)


def in_stream(source: Source, chunk: dict[str, Any]) -> ModelError:
    """The error that came as an event of a stream that had begun well."""
    error = chunk["error"] if isinstance(chunk["error"], dict) else {"message": chunk["error"]}
    status = error.get("code")
    return _by_content(source, status if isinstance(status, int) else 500, error)


def _by_content(source: Source, status: int, error: dict[str, Any]) -> ModelError:
    if error.get("type") in _TOO_LONG or error.get("code") in _TOO_LONG:
        return PromptTooLong(
            f"The prompt does not fit into the context window of {source.model}"
            f"{_reason(error)}; select less code, or raise `model.context`."
        )
    if 400 <= status < 500:
        return EndpointRefused(
            f"{source.title} refuses the request ({status}{_reason(error)}); check that it serves "
            f"{source.model} and OpenAI's chat completions."
        )
    return EndpointFailed(
        f"{source.title} failed ({status}{_reason(error)}); try again, or see its log."
    )


def _key_refused(source: Source, status: int) -> EndpointRefused:
    if source.key_variable is None:
        return EndpointRefused(f"{source.title} refused its token ({status}); try again.")
    return EndpointRefused(
        f"{source.title} refused the key ({status}); put a valid one into the environment variable "
        f"{source.key_variable} and restart the editor."
    )


def _error_in(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return {"message": error}
    return error if isinstance(error, dict) else {}


def _reason(error: dict[str, Any]) -> str:
    message = error.get("message")
    if not isinstance(message, str) or not message:
        return ""
    return ": " + " ".join(message.split())[:_LONGEST_REASON].rstrip(".")


def _seconds(retry_after: str | None) -> float | None:
    """``Retry-After`` in seconds; its other form, a date, is not worth a clock comparison."""
    try:
        return max(0.0, float(retry_after)) if retry_after else None
    except ValueError:
        return None
