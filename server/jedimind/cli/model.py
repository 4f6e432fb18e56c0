"""`jedimind model list|pull|path|remove`: the models on this machine."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from jedimind.cli.errors import CommandError
from jedimind.model import install, store
from jedimind.model.catalogue import CATALOGUE, LocalFile, Model, UnknownModel, resolve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the models there are, and which are installed")
    listing.set_defaults(carry_out=list_models)
    named = (
        ("pull", "install a model; one begun before is continued", pull),
        ("path", "print where an installed model's file is", path),
        ("remove", "delete an installed model", remove),
    )
    for name, summary, action in named:
        command = actions.add_parser(name, help=summary)
        command.add_argument("name", metavar="MODEL")
        command.set_defaults(carry_out=action)


def list_models(_options: argparse.Namespace) -> int:
    installed = {item.name: item for item in store.installed_models()}
    table = Table("model", "size", "licence", "installed", box=None, pad_edge=False)
    for model in CATALOGUE:
        there = "yes" if installed.pop(model.name, None) else "no"
        size = "" if model.size is None else _megabytes(model.size)
        about = f"{model.name}  [dim]{model.parameters} {model.quantisation}[/dim]"
        table.add_row(about, size, model.licence, there)
    for other in installed.values():
        table.add_row(other.name, _megabytes(other.size), "", "yes")
    Console().print(table)
    return 0


def pull(options: argparse.Namespace) -> int:
    model = _named(options.name)
    try:
        file = asyncio.run(_pull(model))
    except install.InstallError as error:
        raise CommandError(str(error)) from error
    print(file)
    return 0


def path(options: argparse.Namespace) -> int:
    file = store.installed(_named(options.name))
    if file is None:
        raise CommandError(
            f"{options.name} is not installed; `jedimind model pull {options.name}` installs it."
        )
    print(file)
    return 0


def remove(options: argparse.Namespace) -> int:
    model = _named(options.name)
    if isinstance(model, LocalFile):
        raise CommandError(f"{model.path} is your own file and is left alone; delete it yourself.")
    try:
        freed = store.remove(model)
    except store.NotRemoved as error:
        raise CommandError(str(error)) from error
    print(f"{model.name} removed, {_megabytes(freed)} free." if freed else "It was not installed.")
    return 0


async def _pull(model: Model | LocalFile) -> Any:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        shown = bar.add_task(model.name, total=None)

        def report(progress: install.Progress) -> None:
            what = f"{model.name}: {progress.stage} ({progress.source})"
            bar.update(shown, description=what, completed=progress.received, total=progress.total)

        return await install.install(model, report)


def _named(spec: str) -> Model | LocalFile:
    try:
        return resolve(spec)
    except UnknownModel as error:
        raise CommandError(str(error)) from error


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"
