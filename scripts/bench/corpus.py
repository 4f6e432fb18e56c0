"""What is asked about: a project of real files, and places in them chosen by a seed."""

from __future__ import annotations

import ast
import random
import shutil
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import attr
import attrs

from window import Dot, shown

T = TypeVar("T")

# Modules and packages of the standard library. They become a package, so that they do not stand
# before the modules that they are copies of.
_STANDARD = (
    "argparse.py",
    "ast.py",
    "bdb.py",
    "calendar.py",
    "configparser.py",
    "difflib.py",
    "doctest.py",
    "http",
    "inspect.py",
    "json",
    "logging",
    "pdb.py",
    "pickletools.py",
    "shutil.py",
    "smtplib.py",
    "socketserver.py",
    "subprocess.py",
    "tarfile.py",
    "threading.py",
    "uuid.py",
    "zipfile.py",
)
_IN_FOCUS = (
    "standard/argparse.py",
    "standard/http/client.py",
    "standard/inspect.py",
    "standard/logging/__init__.py",
    "standard/subprocess.py",
    "standard/tarfile.py",
    "standard/threading.py",
    "attr/_make.py",
)
# Files for semantic tokens, which cost the peer a look-up a name.
_SMALL = ("standard/socketserver.py", "standard/json/decoder.py", "standard/uuid.py")


@attrs.frozen
class Spot:
    """A name in a file; columns are code points, and on lines of ASCII bytes and UTF-16 too."""

    path: Path
    line: int
    column: int
    name: str

    @property
    def shown(self) -> str:
        return f"{shown(self.path)}:{self.line + 1} {self.name}"


@attrs.frozen
class Cases:
    """Everything that is asked, in a fixed order."""

    files: tuple[Path, ...]
    small: tuple[Path, ...]
    dots: tuple[Dot, ...]
    uses: tuple[Spot, ...]
    definitions: tuple[Spot, ...]

    @property
    def all_files(self) -> tuple[Path, ...]:
        places: tuple[Dot | Spot, ...] = (*self.dots, *self.uses, *self.definitions)
        paths = (*self.files, *self.small, *(place.path for place in places))
        return tuple(dict.fromkeys(paths))

    @property
    def sure_dots(self) -> tuple[Dot, ...]:
        """Those where any server has something to offer."""
        return tuple(dot for dot in self.dots if dot.kind != "local")


def make_project(folder: Path) -> None:
    """Copy the files into `folder`."""
    library = Path(sysconfig.get_paths()["stdlib"])
    standard = folder / "standard"
    standard.mkdir(parents=True)
    (standard / "__init__.py").write_text("")
    for name in _STANDARD:
        _copy(library / name, standard / name)
    _copy(Path(attr.__file__).parent, folder / "attr")


def choose(folder: Path, seed: int, *, share: float = 1.0) -> Cases:
    """Places in the project at `folder`; `share` of the usual number of each kind."""
    chance = random.Random(seed)  # noqa: S311 - it samples, and hides nothing
    files = [folder / name for name in _IN_FOCUS]
    small = [folder / name for name in _SMALL]
    dots: list[Dot] = []
    uses: list[Spot] = []
    definitions: list[Spot] = []
    for path in files:
        tree, lines = _parsed(path)
        for kind in _dots(path, tree, lines):
            dots += chance.sample(kind, min(1, len(kind)))
        uses += chance.sample(list(_uses(path, tree, lines)), 3)
        definitions += chance.sample(list(_definitions(path, tree, lines)), 1)
    for sample in (dots, uses, definitions):
        chance.shuffle(sample)
    return Cases(
        files=_first(files, share),
        small=_first(small, share),
        dots=_first(dots, share),
        uses=_first(uses, share),
        definitions=_first(definitions, share),
    )


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _first(sample: list[T], share: float) -> tuple[T, ...]:
    return tuple(sample[: max(1, round(len(sample) * share))])


def _parsed(path: Path) -> tuple[ast.Module, Sequence[str]]:
    text = path.read_text("utf-8")
    return ast.parse(text), text.split("\n")


def _dots(path: Path, tree: ast.Module, lines: Sequence[str]) -> Iterator[list[Dot]]:
    """Places to type at: after `self`, after a module, after a local whose value is a call."""
    modules = {
        (alias.asname or alias.name)
        for node in tree.body
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    found: dict[str, list[Dot]] = {"self": [], "module": [], "local": []}
    for function in _functions(tree):
        called = {
            target.id
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Call, ast.List))
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for statement in ast.walk(function):
            if not isinstance(statement, (ast.Assign, ast.Expr, ast.Return, ast.AugAssign)):
                continue
            line = lines[statement.lineno - 1]
            indent = line[: statement.col_offset]
            for node in ast.walk(statement):
                if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                    continue
                name = node.value.id
                kind = "module" if name in modules else "local" if name in called else name
                if kind in found and len(node.attr) > 2 and indent.isspace() and line.isascii():
                    found[kind].append(
                        Dot(kind, path, statement.lineno - 1, indent, name, node.attr)
                    )
    yield from found.values()


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _uses(path: Path, tree: ast.Module, lines: Sequence[str]) -> Iterator[Spot]:
    """Names and attributes that functions read."""
    for function in _functions(tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                name, line, column = node.id, node.lineno, node.col_offset
            elif isinstance(node, ast.Attribute) and node.end_lineno and node.end_col_offset:
                name, line = node.attr, node.end_lineno
                column = node.end_col_offset - len(name)
            else:
                continue
            if len(name) > 2 and name != "self" and lines[line - 1].isascii():
                yield Spot(path, line - 1, column + 1, name)


def _definitions(path: Path, tree: ast.Module, lines: Sequence[str]) -> Iterator[Spot]:
    """Names of functions and classes where they are defined."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("__"):
            line = lines[node.lineno - 1]
            if line.isascii():
                yield Spot(path, node.lineno - 1, line.index(node.name) + 1, node.name)
