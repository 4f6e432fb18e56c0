"""`jedimind serve`: the language server."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import sys
from functools import partial
from typing import TYPE_CHECKING

from jedimind.analysis.lanes import Lanes
from jedimind.cli.errors import CommandError
from jedimind.lsp import transport

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def add_arguments(parser: argparse.ArgumentParser) -> None:
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--stdio", action="store_true", help="over stdin and stdout (the default)")
    ways.add_argument("--tcp", metavar="[HOST:]PORT", help="over TCP, for one client")
    ways.add_argument("--ws", metavar="[HOST:]PORT", help="over a WebSocket, for one client")
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="URL",
        help="with --ws: let in web pages from this origin; others are turned away",
    )
    parser.add_argument(
        "--log-level", default="info", choices=["debug", "info", "warning", "error"]
    )
    parser.set_defaults(carry_out=carry_out)


def carry_out(options: argparse.Namespace) -> int:
    _log_to_stderr(options.log_level)
    try:
        if options.tcp is not None:
            channel = transport.tcp(*_address(options.tcp), partial(_announce, "TCP"))
        elif options.ws is not None:
            from jedimind.lsp.websocket import websocket

            channel = websocket(
                *_address(options.ws), partial(_announce, "WebSocket"), options.origin
            )
        else:
            channel = transport.stdio()
    except OSError as error:
        where = options.tcp or options.ws
        raise CommandError(f"cannot listen on {where} ({error.strerror}); try another.") from error
    remote = options.tcp is not None or options.ws is not None
    return asyncio.run(_serve(channel, watch_parent=not remote))


async def _serve(channel: transport.Channel, *, watch_parent: bool) -> int:
    lanes = Lanes()
    try:
        # Jedi's process gets ready beside this one, which still has to load the protocol's types.
        await lanes.start_first()
        return await _loaded(lanes).serve(channel, watch_parent=watch_parent)
    finally:
        await lanes.close()


def _loaded(lanes: Lanes) -> Server:
    """The server, loaded after the streams are out of reach of what libraries print meanwhile."""
    # Hundreds of classes that all stay: looking for garbage among them takes a seventh of the time.
    gc.disable()
    from jedimind.lsp.server import Server

    server = Server(lanes)
    gc.freeze()
    gc.enable()
    return server


def _address(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise CommandError(f"`{value}` is no address; give a port, or HOST:PORT.")
    return host.strip("[]") or "127.0.0.1", int(port)


def _announce(protocol: str, port: int) -> None:
    print(f"jedimind listens for one {protocol} client on port {port}", file=sys.stderr, flush=True)


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if level != "debug":  # they log every message at info
        for name in ("pygls", "httpx", "httpcore", "websockets"):
            logging.getLogger(name).setLevel(logging.WARNING)
