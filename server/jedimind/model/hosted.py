"""A local model whose host is kept alive for as long as somebody may ask it.

A host that crashed is started again, after 0.5 s, then 1, 2, … up to 30; after five crashes in a
row the next request decides. One that left of its own will (it was idle, or was told to) is started
by the next request.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import attrs

from jedimind.model.chat import ChatRequest, Completion
from jedimind.model.endpoint import Address, Endpoint
from jedimind.model.errors import (
    EndpointBrokeOff,
    EndpointBusy,
    EndpointUnreachable,
    HostStartFailed,
    ModelError,
)
from jedimind.model.host import lease
from jedimind.model.host.record import HostRecord
from jedimind.settings import ModelSettings

_FIRST_DELAY = 0.5
_LONGEST_DELAY = 30.0
_CRASHES = 5
_STEADY = 60.0
"""Seconds that a host has to live for its crash not to count as one in a row."""

_NOTICE = 5.0
"""Seconds within which a lease tells that its host is gone; it takes milliseconds."""

_CLOSED = "The local model was closed; restart the editor to use it again."


class State(enum.Enum):
    """What a local model is doing."""

    LOADING = "loading"
    READY = "ready"
    RESTARTING = "restarting"
    ASLEEP = "asleep"
    FAILED = "failed"
    CLOSED = "closed"


@attrs.frozen
class Status:
    """A change of state, in a sentence for the user."""

    state: State
    sentence: str


@attrs.frozen
class LocalModel:
    """A model file and the name users know it by."""

    path: Path
    name: str


class HostedModel(Endpoint):
    """See the module. Make it on the event loop; `on_status` is called there."""

    def __init__(
        self, model: LocalModel, settings: ModelSettings, on_status: Callable[[Status], None]
    ) -> None:
        super().__init__(
            Address("http://127.0.0.1", model.name, token=None),
            name=model.name,
            title="The local model",
            response_timeout=settings.response_timeout,
        )
        self.state = State.LOADING
        self._model = model
        self._settings = settings
        self._on_status = on_status
        self._wanted = asyncio.Event()
        self._gone = asyncio.Event()
        self._host = self._no_host_yet()
        self._supervision = asyncio.create_task(self._supervise())

    async def ready(self) -> HostRecord:
        """The host that can be asked; waits for one that is being started.

        Raises:
            ModelError: there is none, and none could be started.
        """
        if self.state is State.CLOSED:
            raise EndpointUnreachable(_CLOSED)
        self._wanted.set()
        host = self._host
        patience = self._settings.start_timeout + _LONGEST_DELAY
        either: set[asyncio.Future[Any]] = {host, self._supervision}
        await asyncio.wait(
            either,
            timeout=patience,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if host.done():
            return host.result()
        if self._supervision.done():
            self._supervision.result()
        raise HostStartFailed(
            f"The local model did not come back within {patience:g} s; try again."
        )

    async def parts(self, request: ChatRequest) -> AsyncGenerator[str | Completion, None]:
        """See `ChatModel.parts`."""
        await self.ready()
        gone = self._gone
        begun = False
        try:
            async with aclosing(super().parts(request)) as parts:
                async for part in parts:
                    begun = True
                    yield part
            return
        except (EndpointUnreachable, EndpointBusy, EndpointBrokeOff):
            if begun:
                raise
            # The host may just be ending: its lease is about to tell.
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(gone.wait(), _NOTICE)
            if not gone.is_set():
                raise
        await self.ready()
        async with aclosing(super().parts(request)) as parts:
            async for part in parts:
                yield part

    async def close(self) -> None:
        """See `ChatModel.close`; the host stays for others, or leaves after a while."""
        self._supervision.cancel()
        await asyncio.wait({self._supervision})
        await super().close()
        self._fail(EndpointUnreachable(_CLOSED))
        self._tell(State.CLOSED, "The local model is no longer used.")

    async def _supervise(self) -> None:
        while True:
            await self._keep_alive()
            await self._wanted.wait()

    async def _keep_alive(self) -> None:
        """Start the host and start it again; returns when it sleeps or there is no use."""
        crashes = 0
        self._tell(State.LOADING, f"Loading {self.name}.")
        while True:
            error: ModelError
            try:
                farewell, lived = await self._serve()
            except ModelError as start_error:
                error = start_error
                if not crashes:
                    break
            else:
                if farewell is not None:
                    self._tell(State.ASLEEP, f"{self.name} left memory until it is needed again.")
                    return
                error = HostStartFailed(
                    f"The process of {self.name} crashed {_CRASHES} times in a row; free memory, "
                    "or choose a smaller model in `model.assist`, then try again."
                )
                if lived > _STEADY:
                    crashes = 0
            crashes += 1
            if crashes == _CRASHES:
                break
            delay = min(_FIRST_DELAY * 2 ** (crashes - 1), _LONGEST_DELAY)
            self._tell(
                State.RESTARTING, f"The process of {self.name} crashed; it starts again by itself."
            )
            await asyncio.sleep(delay)
        self._fail(error)
        self._tell(State.FAILED, str(error))

    async def _serve(self) -> tuple[dict[str, str] | None, float]:
        """Have a host until it ends; returns its last words, if any, and the seconds it lived."""
        loop = asyncio.get_running_loop()
        async with lease.taken(self._model.path, self.name, self._settings) as held:
            # Whoever started the host may know the same file by another name.
            url = f"http://127.0.0.1:{held.host.port}/v1"
            self.address = Address(url, held.host.model, held.host.token)
            await self.learn_capabilities()
            started = loop.time()
            self._gone = asyncio.Event()
            self._host.set_result(held.host)
            self._tell(State.READY, f"{self.name} is ready.")
            farewell = await held.news()
            self._host = self._no_host_yet()
            self._gone.set()
            return farewell, loop.time() - started

    def _no_host_yet(self) -> asyncio.Future[HostRecord]:
        """What requests wait for from now on; only such requests ask for another start."""
        self._wanted.clear()
        return asyncio.get_running_loop().create_future()

    def _fail(self, error: ModelError) -> None:
        """Tell those who wait that it is no use; who asks later gets another try."""
        failed, self._host = self._host, self._no_host_yet()
        if not failed.done():
            failed.set_exception(error)
            failed.exception()  # it is no loss if nobody waited

    def _tell(self, state: State, sentence: str) -> None:
        self.state = state
        self._on_status(Status(state, sentence))
