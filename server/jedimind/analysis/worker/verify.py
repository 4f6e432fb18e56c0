"""Finds the names in a piece of code that certainly do not exist.

What a file mentions elsewhere exists: an attribute that is assigned anywhere, or named in a string,
may be set at run time. Code under a test of platform or version, or in a ``try`` that expects the
failure, is believed.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import jedi

from jedimind.analysis.unresolved import Unresolved, UnresolvedQuestion
from jedimind.analysis.worker import modules, parsing
from jedimind.analysis.worker.receivers import Receivers
from jedimind.analysis.worker.resemblance import resembling
from jedimind.analysis.worker.scopes import analyse
from jedimind.analysis.worker.scripts import open_script
from jedimind.analysis.worker.signatures import accepted_keywords
from jedimind.analysis.worker.things import module_thing
from jedimind.text import Span

_Node = TypeVar("_Node", ast.Name, ast.Attribute, ast.Call, ast.Import, ast.ImportFrom)
_VERIFIED = (ast.Name, ast.Attribute, ast.Call, ast.Import, ast.ImportFrom)
_NAMESPACE_WRITERS = frozenset({"exec", "globals"})


def verify(question: UnresolvedQuestion) -> tuple[Unresolved, ...]:
    """What does not exist in the lines asked about; nothing if the source cannot be parsed."""
    lines = range(question.first, question.stop)
    parsed = parsing.parse(question.place.source, lines)
    if parsed is None:
        return ()
    script = open_script(question.place, parsed.source)
    return tuple(Verifier(script, parsed, question.place.path).unresolved(lines))


class Verifier:
    """What is known of one source, for questions about its lines."""

    def __init__(self, script: jedi.Script, parsed: parsing.Parsed, file: Path | None) -> None:
        self._parsed = parsed
        self._lines = range(0)
        self._file = file
        self._bindings = analyse(parsed.tree)
        self._receivers = Receivers(script, parsed.tree, self._bindings, parsed.column)
        self._search_path: list[str] = script._inference_state.get_sys_path(add_init_paths=True)
        self._mentioned = parsed.lost | set(_mentioned(parsed.tree))

    def unresolved(self, lines: range) -> list[Unresolved]:
        """What does not exist in `lines`, in order."""
        self._lines = lines
        found = [*self._names(), *self._attributes(), *self._imports(), *self._keywords()]
        return sorted(found, key=lambda each: each.span.start)

    def _names(self) -> Iterator[Unresolved]:
        """Names read that nothing binds."""
        starred = self._starred
        if starred is None or self._makes_names:
            return
        for node in self._nodes(ast.Name):
            known = isinstance(node.ctx, ast.Store | ast.Del) or self._bindings.exists(node)
            if known or node.id in starred | self._parsed.lost:
                continue
            if self._bindings.guarded(node, "NameError"):
                continue
            close = resembling(node.id, self._bindings.scope_of[node].visible())
            span = self._parsed.span(
                node.lineno, node.col_offset, node.end_col_offset or node.col_offset
            )
            yield Unresolved(node.id, "name", span, close, _undefined(node.id, close))

    def _attributes(self) -> Iterator[Unresolved]:
        """Attributes that what they are read from does not have."""
        for node in self._nodes(ast.Attribute):
            name = node.attr
            if not isinstance(node.ctx, ast.Load) or name.startswith("__"):
                continue
            if name in self._mentioned or self._bindings.guarded(node, "AttributeError"):
                continue
            things = self._receivers.of(node.value, self._bindings.scope_of[node])
            if things and not any(thing.has(name) for thing in things):
                close = resembling(name, [each for thing in things for each in thing.names()])
                owner = things[0].describe()
                yield Unresolved(
                    name,
                    "attribute",
                    self._parsed.last_word(node),
                    close,
                    _lacks(owner, name, close),
                )

    def _imports(self) -> Iterator[Unresolved]:
        """Modules that cannot be found, and names that a module does not have."""
        for node in self._nodes(ast.Import):
            if not self._import_guarded(node):
                for alias in node.names:
                    if not self._module_exists(alias.name, 0):
                        yield self._missing_module(alias, alias.name)
        for origin in self._nodes(ast.ImportFrom):
            if self._import_guarded(origin) or origin.module == "__future__":
                continue
            if self._module_exists(origin.module or "", origin.level):
                yield from self._missing_names(origin)
            else:
                yield self._missing_module(origin, "." * origin.level + (origin.module or ""))

    def _keywords(self) -> Iterator[Unresolved]:
        """Keyword arguments that what is called does not take."""
        for node in self._nodes(ast.Call):
            named = [each for each in node.keywords if each.arg is not None]
            if not named or self._bindings.guarded(node, "TypeError"):
                continue
            things = self._receivers.of(node.func, self._bindings.scope_of[node])
            accepted = [accepted_keywords(thing) for thing in things or ()]
            if not accepted or any(each is None for each in accepted):
                continue
            every = {name for each in accepted if each is not None for name in each}
            for keyword in named:
                name = str(keyword.arg)
                if name not in every:
                    width = keyword.col_offset + len(name.encode())
                    span = self._parsed.span(keyword.lineno, keyword.col_offset, width)
                    function = ast.unparse(node.func)
                    close = resembling(name, every) or tuple(sorted(every))
                    yield Unresolved(name, "keyword", span, close, _refuses(function, name, every))

    def _nodes(self, kind: type[_Node]) -> Iterator[_Node]:
        for line in self._lines:
            for node in self._by_line.get(line, ()):
                if isinstance(node, kind):
                    yield node

    @functools.cached_property
    def _by_line(self) -> dict[int, list[ast.AST]]:
        found: dict[int, list[ast.AST]] = {}
        for node in self._bindings.scope_of:
            if isinstance(node, _VERIFIED):
                found.setdefault(node.lineno - 1, []).append(node)
        return found

    @functools.cached_property
    def _starred(self) -> set[str] | None:
        """The names that star imports bring; None if one of them cannot be read."""
        names: set[str] = set()
        for node in self._bindings.star_imports:
            values = self._receivers.module(node.module or "", node.level)
            things = [module_thing(value) for value in values]
            if not things:
                return None
            for thing in things:
                if thing is None:
                    return None
                names.update(thing.names())
        return names

    @functools.cached_property
    def _makes_names(self) -> bool:
        """Whether the file writes to its namespaces by other means than assignment."""
        return any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _NAMESPACE_WRITERS
            for node in self._bindings.scope_of
        )

    def _import_guarded(self, node: ast.AST) -> bool:
        return self._bindings.guarded(
            node, "ImportError", "ModuleNotFoundError", "Exception", "BaseException"
        )

    def _module_exists(self, dotted: str, level: int) -> bool:
        if self._receivers.module(dotted, level):
            return True
        # What has no source for Jedi may still be there.
        path = self._path_of(level)
        return path is None or not dotted or modules.found(dotted, path)

    def _path_of(self, level: int) -> list[str] | None:
        """Where an import of so many dots looks; None if that cannot be told."""
        if level == 0:
            return self._search_path
        if self._file is None or level > len(self._file.parents):
            return None
        return [str(self._file.parents[level - 1])]

    def _missing_names(self, node: ast.ImportFrom) -> Iterator[Unresolved]:
        values = self._receivers.module(node.module or "", node.level)
        things = [module_thing(value) for value in values]
        known = [thing for thing in things if thing is not None]
        if not known or len(known) < len(things):
            return
        for alias in node.names:
            if alias.name == "*" or any(thing.has(alias.name) for thing in known):
                continue
            dotted = f"{node.module or ''}.{alias.name}".lstrip(".")
            if self._receivers.module(dotted, node.level):
                continue
            path = self._path_of(node.level)
            if path is None or modules.has_submodule(dotted, path):
                continue
            close = resembling(alias.name, [each for thing in known for each in thing.names()])
            owner = "." * node.level + (node.module or "")
            sentence = f"Module {_lacks(owner, alias.name, close)}"
            yield Unresolved(alias.name, "import", self._alias_span(alias), close, sentence)

    def _missing_module(self, node: ast.alias | ast.ImportFrom, dotted: str) -> Unresolved:
        close = resembling(dotted, sys.stdlib_module_names)
        sentence = f"No module named `{dotted}` can be found{_did_you_mean(close)}"
        return Unresolved(dotted, "import", self._alias_span(node), close, sentence)

    def _alias_span(self, node: ast.alias | ast.ImportFrom) -> Span:
        if isinstance(node, ast.alias):
            width = len(node.name.encode())
            return self._parsed.span(node.lineno, node.col_offset, node.col_offset + width)
        start = node.col_offset + len("from ")
        width = node.level + len((node.module or "").encode())
        return self._parsed.span(node.lineno, start, start + width)


def _mentioned(module: ast.Module) -> Iterator[str]:
    """Attributes that the file assigns anywhere, names in a string, or imports as submodules."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield node.attr
        elif isinstance(node, ast.Import):
            yield from (part for alias in node.names for part in alias.name.split(".")[1:])
        elif isinstance(node, ast.Constant):
            value = node.value
            if isinstance(value, str) and value.isidentifier():
                yield value


def _undefined(name: str, close: tuple[str, ...]) -> str:
    if name in sys.stdlib_module_names:
        return f"`{name}` is used without `import {name}`."
    return f"`{name}` is not defined here{_did_you_mean(close)}"


def _lacks(owner: str, name: str, close: tuple[str, ...]) -> str:
    return f"`{owner}` has no attribute `{name}`{_did_you_mean(close)}"


def _refuses(function: str, name: str, every: set[str]) -> str:
    taken = ", ".join(f"`{each}`" for each in sorted(every)) or "none"
    return f"`{function}` takes no argument `{name}`; its keyword arguments are: {taken}."


def _did_you_mean(close: tuple[str, ...]) -> str:
    return f"; did you mean `{close[0]}`?" if close else "."
