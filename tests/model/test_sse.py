"""Events in a stream of bytes that the network cuts anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from jedimind.model import sse

STREAM = (
    b": a comment\n\ndata: one\n\ndata:two\r\ndata: lines\r\n\r\nevent: x\nid: 1\n\n"
    b'data: {"a": "\xc3\xb1\xe2\x80\xa8"}\n\ndata: cut off'
)
EVENTS = ["one", "two\nlines", '{"a": "ñ\u2028"}']


async def pieces(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.parametrize("size", [1, 2, 3, 7, len(STREAM)])
async def test_wherever_it_is_cut(size: int) -> None:
    assert [event async for event in sse.data(pieces(STREAM, size))] == EVENTS


async def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than"):
        assert [event async for event in sse.data(pieces(b"data: " + b"x" * (3 << 20), 1 << 16))]


async def test_what_is_written_can_be_read() -> None:
    content = sse.comment("wait") + sse.event("añadir") + sse.event("[DONE]")
    assert [event async for event in sse.data(pieces(content, 5))] == ["añadir", "[DONE]"]
