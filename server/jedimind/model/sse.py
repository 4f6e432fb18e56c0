"""Server-sent events, as far as OpenAI's API and the host's lease use them: the data of each event.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html. Comments (lines that begin
with a colon) keep a connection alive and carry nothing; fields other than ``data`` are not used.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator

_LONGEST_LINE = 1 << 20


async def data(chunks: AsyncIterable[bytes]) -> AsyncIterator[str]:
    """The data of each event in a byte stream that is cut anywhere.

    An event that the end of the stream cuts off is dropped, as the format demands.

    Raises:
        ValueError: a line is not UTF-8 (`UnicodeDecodeError`) or longer than 1 MiB.
    """
    pending = b""
    lines: list[str] = []
    async for chunk in chunks:
        *complete, pending = (pending + chunk).split(b"\n")
        if len(pending) > _LONGEST_LINE:
            raise ValueError(f"a line is longer than {_LONGEST_LINE} bytes")
        for line in complete:
            text = line.removesuffix(b"\r").decode("utf-8")
            if text.startswith("data:"):
                lines.append(text.removeprefix("data:").removeprefix(" "))
            elif not text and lines:
                yield "\n".join(lines)
                lines.clear()


def event(text: str) -> bytes:
    """One event whose data is the single line `text`."""
    return f"data: {text}\n\n".encode()


def comment(text: str) -> bytes:
    """A line that readers skip."""
    return f": {text}\n\n".encode()
