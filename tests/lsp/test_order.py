"""Messages are taken one after the other: each finds the documents as its sender had them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from jedimind.lsp.transport import Connection


class Messages:
    """A channel on which all messages are there already."""

    def __init__(self, bodies: Iterator[bytes]) -> None:
        self._bodies = bodies

    def read(self) -> bytes | None:
        return next(self._bodies, None)

    def write(self, body: bytes) -> None:
        raise AssertionError(f"nobody sends {body!r}")

    def close(self) -> None:
        pass


async def test_what_a_message_starts_has_begun_before_the_next_message() -> None:
    taken: list[int] = []
    begun: list[tuple[int, int]] = []
    tasks: set[asyncio.Task[None]] = set()
    closed = asyncio.Event()

    async def answer(number: int) -> None:
        begun.append((number, taken[-1]))

    def take(body: bytes) -> None:
        taken.append(int(body))
        tasks.add(asyncio.create_task(answer(int(body))))

    bodies = (b"%d" % number for number in range(500))
    connection = Connection(Messages(bodies), take, closed.set)
    connection.start()
    await asyncio.wait_for(closed.wait(), 60)
    await connection.close(timeout=60)
    assert begun == [(number, number) for number in range(500)]


async def test_a_message_that_fails_does_not_end_the_others() -> None:
    loop = asyncio.get_running_loop()
    failures: list[object] = []
    loop.set_exception_handler(lambda _, context: failures.append(context["exception"]))
    taken: list[int] = []
    closed = asyncio.Event()

    def take(body: bytes) -> None:
        taken.append(int(body))

    connection = Connection(Messages(iter([b"1", b"two", b"3"])), take, closed.set)
    connection.start()
    await asyncio.wait_for(closed.wait(), 60)
    await connection.close(timeout=60)
    assert taken == [1, 3]
    assert [type(failure) for failure in failures] == [ValueError]
