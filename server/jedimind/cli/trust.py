"""`jedimind trust`: for editors that cannot ask."""

from __future__ import annotations

import argparse
from pathlib import Path

from jedimind import trust
from jedimind.cli.errors import CommandError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, nargs="?", default=Path(), metavar="FOLDER")
    parser.set_defaults(carry_out=carry_out)


def carry_out(options: argparse.Namespace) -> int:
    folder = options.folder.resolve()
    if not folder.is_dir():
        raise CommandError(f"{options.folder} is not a folder; name one that exists.")
    try:
        trust.trust(folder)
    except OSError as error:
        raise CommandError(
            f"trust cannot be remembered ({error.strerror}: {error.filename}); "
            "make that place writable."
        ) from error
    print(f"{folder} is trusted: code in it runs when you ask for it.")
    return 0
