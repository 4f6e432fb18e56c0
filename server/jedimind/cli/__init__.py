"""The `jedimind` command. An error is one sentence with a next step on stderr, and exit code 1."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from jedimind import __version__
from jedimind.cli.errors import CommandError

_COMMANDS = {
    "serve": "serve an editor, over stdio unless told otherwise",
    "run": "run a Python file and say what happened",
    "model": "list, install and remove models",
    "doctor": "say what works on this machine",
    "trust": "trust a folder, so that code in it may run",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line; the process's exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(
        prog="jedimind",
        description="A Python language server whose local model is checked by Jedi and by running "
        "the code.",
        epilog="`jedimind doctor` says what works on this machine.",
    )
    parser.add_argument("--version", action="version", version=f"jedimind {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, summary in _COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name in arguments:  # an editor waits for the server: load nothing it does not need
            import_module(f"jedimind.cli.{name}").add_arguments(command)
    options = parser.parse_args(arguments)
    try:
        code: int = options.carry_out(options)
    except CommandError as error:
        print(f"jedimind: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # `jedimind … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("jedimind: interrupted.", file=sys.stderr)
        return 130
    return code
