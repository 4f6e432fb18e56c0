"""`jedimind doctor`: what works on this machine, and what to do about what does not."""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import attrs
import cpuinfo
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from jedimind import __version__, directories, trust
from jedimind.cli import settings
from jedimind.environments.environment import Environment
from jedimind.execution.errors import InterpreterError
from jedimind.execution.interpreter import choose, choose_for_reading
from jedimind.model import store
from jedimind.model.catalogue import UnknownModel, resolve
from jedimind.settings import Settings

Verdict = Literal["ok", "note", "missing"]
_MARKS = {"ok": "[green]ok[/green]", "note": "[yellow]note[/yellow]", "missing": "[red]no[/red]"}


@attrs.frozen
class Finding:
    """One line: what was looked at, what is there, and the next step where one is needed."""

    subject: str
    verdict: Verdict
    what: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(carry_out=carry_out)


def carry_out(_options: argparse.Namespace) -> int:
    folder = Path.cwd()
    loaded = settings.load(folder, trusted=trust.is_trusted(folder))
    findings = list(_findings(folder, loaded))
    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in findings:
        table.add_row(_MARKS[finding.verdict], finding.subject, escape(finding.what))
    Console().print(table)
    return 1 if any(finding.verdict == "missing" for finding in findings) else 0


def _findings(folder: Path, loaded: Settings) -> Iterator[Finding]:
    yield Finding("jedimind", "ok", f"{__version__}, {shutil.which('jedimind') or sys.argv[0]}")
    yield Finding("Python", "ok", f"{platform.python_version()}, {sys.executable}")
    yield from _processor()
    yield _engine(loaded)
    yield _model(loaded)
    yield from _interpreter(folder, loaded)
    trusted = trust.is_trusted(folder)
    word = "is trusted" if trusted else "is not trusted: nothing in it is run (`jedimind trust`)"
    yield Finding("this folder", "ok" if trusted else "note", f"{folder} {word}")
    own = directories.user_settings()
    yield Finding(
        "your settings", "ok", f"{own}{'' if own.exists() else ' (not there, not needed)'}"
    )
    yield Finding(
        "your editor", "ok", "start `jedimind serve` for Python files; lines to paste: README"
    )


def _processor() -> Iterator[Finding]:
    facts = cpuinfo.get_cpu_info()
    flags = set(facts.get("flags", []))
    features = [name for name in ("avx2", "fma", "avx512f", "avx512_vnni") if name in flags]
    name = facts.get("brand_raw", platform.machine())
    what = f"{name}, {os.cpu_count()} logical cores, {' '.join(features) or 'no vector features'}"
    needs_avx2 = platform.machine() in ("x86_64", "AMD64")
    if needs_avx2 and "avx2" not in flags:
        what += "; the built-in engine needs AVX2: set `model.endpoint` to a server of your own"
        yield Finding("processor", "missing", what)
    else:
        yield Finding("processor", "ok", what)


def _engine(loaded: Settings) -> Finding:
    if loaded.model.endpoint is not None:
        return Finding("engine", "ok", f"your endpoint, {loaded.model.endpoint}")
    version = _version("xllamacpp")
    if version is None:
        what = "xllamacpp has no wheel for this machine: set `model.endpoint` to a server"
        return Finding("engine", "missing", what)
    return Finding("engine", "ok", f"xllamacpp {version}")


def _model(loaded: Settings) -> Finding:
    name = loaded.model.assist
    if loaded.model.endpoint is not None:
        return Finding("model", "ok", f"{name}, at the endpoint")
    try:
        file = store.installed(resolve(name))
    except UnknownModel as error:
        return Finding("model", "missing", str(error))
    if file is None:
        return Finding("model", "missing", f"{name} is not installed: `jedimind model pull {name}`")
    return Finding("model", "ok", f"{name}, {file.stat().st_size / 1e6:.0f} MB, {file}")


def _interpreter(folder: Path, loaded: Settings) -> Iterator[Finding]:
    setting, running = loaded.execution.interpreter, None
    try:
        running = choose(folder, None, setting, trusted=trust.is_trusted(folder))
        yield Finding("code here runs with", "ok", _described(running))
        yield _sandbox(running)
    except InterpreterError as error:
        yield Finding("code here runs with", "note", str(error))
    with contextlib.suppress(InterpreterError):  # said above
        reading = choose_for_reading(folder, None, setting)
        if reading != running:
            yield Finding("Jedi reads packages of", "ok", _described(reading))


def _described(chosen: Environment) -> str:
    version = chosen.version()
    return f"{chosen.python}{f', Python {version}' if version else ''} ({chosen.reason})"


def _sandbox(running: Environment) -> Finding:
    if os.name != "posix":
        what = "code cannot be run on Windows yet; use jedimind inside WSL"
        return Finding("sandbox", "note", what)
    # It is made of what Windows does not have.
    from jedimind.execution.sandbox import tiers
    from jedimind.execution.sandbox.tier import Tier

    found = tiers.find(str(running.python))
    what = f"tier {found.tier.value}: {found.tier.means}; found out by trying"
    for better, reason in found.why_not_better:
        what += f"; not tier {better.value}: {reason}"
    return Finding("sandbox", "note" if found.tier is Tier.C else "ok", what)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
