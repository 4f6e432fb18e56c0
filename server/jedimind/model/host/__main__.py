"""The host process: ``python -m jedimind.model.host --model FILE --name NAME …``.

Order of events: listen, publish the host file, say so on stdout (one line, then stdout joins the
log), load, serve until the `Lifetime` ends, take the host file back, exit. While llama.cpp loads,
nothing else runs in this process: connections wait, and SIGTERM kills at once.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import uvicorn

from jedimind.model.engines import LoadError
from jedimind.model.engines.llamacpp import LlamaCpp
from jedimind.model.host import record
from jedimind.model.host.app import LEAVING, Host, application
from jedimind.model.host.lifetime import Lifetime
from jedimind.model.host.scheduler import Scheduler
from jedimind.priority import NICENESS

_FAREWELL = 3
"""Seconds for clients to take the last of their answers."""


def main() -> NoReturn:
    """Serve one model until nobody needs it."""
    parser = argparse.ArgumentParser(prog="python -m jedimind.model.host")
    parser.add_argument("--model", type=Path, required=True, help="GGUF file")
    parser.add_argument("--name", required=True, help="what clients call the model")
    parser.add_argument("--context", type=int, required=True, help="tokens")
    parser.add_argument("--threads", type=int, required=True, help="0: one per physical core")
    parser.add_argument("--idle", type=float, required=True, help="seconds without a request")
    parser.add_argument("--linger", type=float, required=True, help="seconds without a lease")
    options = parser.parse_args()
    os.umask(0o077)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    status = 1
    try:
        status = asyncio.new_event_loop().run_until_complete(_serve(options))
    except Exception:
        logging.exception("The model host broke down.")
    # The engine's threads may be in the middle of a token or of loading: do not wait for them, and
    # do not tear the interpreter down under them.
    logging.shutdown()
    os._exit(status)


async def _serve(options: argparse.Namespace) -> int:
    identity = record.identity(options.model, context=options.context, threads=options.threads)
    file = record.path_of(identity)
    engine = LlamaCpp()
    host = Host(
        name=options.name,
        context=options.context,
        engine=engine,
        scheduler=Scheduler(engine),
        lifetime=Lifetime(idle=options.idle, linger=options.linger),
        loaded=asyncio.get_running_loop().create_future(),
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        own = record.HostRecord(
            protocol=record.PROTOCOL,
            pid=os.getpid(),
            port=listener.getsockname()[1],
            token=secrets.token_urlsafe(32),
            model=options.name,
            started=time.time(),
        )
        server = _Server(
            uvicorn.Config(
                application(host, own.token),
                log_level="warning",
                access_log=False,
                http="h11",
                ws="none",
                lifespan="off",
                timeout_keep_alive=60,
                timeout_graceful_shutdown=_FAREWELL,
            )
        )
        record.write(file, own)
        try:
            _announce()
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            working = asyncio.gather(
                _load(host, options), host.scheduler.work(), _leave(host, server)
            )
            either: set[asyncio.Future[Any]] = {serving, working}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
            serving.result()
        finally:
            record.remove(file, own)
    return 0


def _announce() -> None:
    """Tell who started this process that its file is there, and keep no pipe to it."""
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


async def _load(host: Host, options: argparse.Namespace) -> None:
    try:
        await asyncio.to_thread(
            host.engine.load,
            options.model,
            name=options.name,
            context=options.context,
            threads=options.threads,
        )
    except LoadError as error:
        # Whoever waits for the host shall hear why; it ends when they have left.
        host.loaded.set_result(str(error))
    else:
        host.loaded.set_result(None)
    host.lifetime.begin()
    loop = asyncio.get_running_loop()
    signal.signal(
        signal.SIGTERM,
        lambda *_: loop.call_soon_threadsafe(host.lifetime.end, "terminated"),
    )


async def _leave(host: Host, server: uvicorn.Server) -> None:
    await asyncio.shield(host.lifetime.ended)
    host.scheduler.close(LEAVING)
    server.should_exit = True


class _Server(uvicorn.Server):
    """Leaves the signals alone: until the model is loaded, SIGTERM has to keep its default."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


if __name__ == "__main__":
    main()
