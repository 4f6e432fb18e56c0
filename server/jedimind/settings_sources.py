"""Settings from the places they can come from, merged into `Settings`.

A wrong key or value is never fatal: it is named in a `Problem` and the next weaker value stands.
What a project writes is hostile until it is trusted: it is read with limits and quoted with care.
"""

from __future__ import annotations

import difflib
import math
import os
import types
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from jedimind import small_files
from jedimind.settings import Scope, Settings, Table, camel_case, sections, type_in_words

_MOST_SHOWN = 60  # characters of a key or value
_MOST_NAMED = 5  # problems of one source
_LINK_CHARACTERS = "[]()`"  # editors make links of these in notifications


@attrs.frozen
class Problem:
    """A key that was not taken, and why; `key` is dotted, `source` the name of a `Source`."""

    key: str
    source: str
    reason: str  # completes "The key …"

    @property
    def sentence(self) -> str:
        return f"`{_shown(self.key)}` in {self.source} is ignored: it {self.reason}."


@attrs.frozen
class Source:
    """One table and where it came from; `name` is how the user knows it."""

    name: str
    table: Table
    scopes: frozenset[Scope] = frozenset(Scope)


class SettingsFileError(Exception):
    """A settings file that cannot be read; the text is a sentence with a next step."""


def combine(sources: list[Source]) -> tuple[Settings, list[Problem]]:
    """Merge `sources`, weakest first, over the defaults."""
    values: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for source in sources:
        for section, key, value in _entries(source, problems):
            values.setdefault(section, {})[key] = value
    made = {
        name: of_type(**values.get(camel_case(name), {}))
        for name, of_type in get_type_hints(Settings).items()
    }
    return Settings(**made), problems


def summarize(problems: list[Problem]) -> list[str]:
    """One sentence a source, however much is wrong with it."""
    by_source: dict[str, list[Problem]] = {}
    for problem in dict.fromkeys(problems):
        by_source.setdefault(problem.source, []).append(problem)
    return [_summary(source, found) for source, found in by_source.items()]


def _summary(source: str, problems: list[Problem]) -> str:
    if len(problems) == 1:
        return problems[0].sentence
    named = [f"`{_shown(problem.key)}` {problem.reason}" for problem in problems[:_MOST_NAMED]]
    if more := len(problems) - len(named):
        named.append(f"and {more} more")
    return f"{len(problems)} settings in {source} are ignored: {'; '.join(named)}."


def user_file(path: Path) -> Source:
    """The user's own settings file; an absent one is an empty table.

    Raises:
        SettingsFileError: it is no TOML or cannot be read.
    """
    return Source(str(path), _load_toml(path))


def project_file(folder: Path, *, trusted: bool) -> Source:
    """`[tool.jedimind]` of the folder's ``pyproject.toml``, as far as the folder's trust goes.

    Raises:
        SettingsFileError: it is no TOML, cannot be read, or has no table in that place.
    """
    path = folder / "pyproject.toml"
    tool = _load_toml(path).get("tool", {})
    table = tool.get("jedimind", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise SettingsFileError(f"`tool.jedimind` in {path} must be a table; correct the file.")
    scopes = {Scope.PROJECT, Scope.TRUSTED} if trusted else {Scope.PROJECT}
    return Source(f"[tool.jedimind] of {path}", table, frozenset(scopes))


def editor_table(table: Any) -> Source:
    """What an editor sent, as the bare table or wrapped in its section name ``jedimind``.

    Beside that section there may be those of other servers.
    """
    if isinstance(table, Mapping) and isinstance(table.get("jedimind"), Mapping):
        table = table["jedimind"]
    return Source("the editor's settings", table if isinstance(table, Mapping) else {})


def _entries(source: Source, problems: list[Problem]) -> Iterator[tuple[str, str, Any]]:
    known = sections()
    for section, table in source.table.items():
        if section not in known:
            problems.append(Problem(section, source.name, _unknown(section, known)))
            continue
        if not isinstance(table, Mapping):
            problems.append(Problem(section, source.name, "must be a table"))
            continue
        hints = get_type_hints(known[section])
        fields = {f"{section}.{camel_case(f.name)}": f for f in attrs.fields(known[section])}
        for key, value in table.items():
            dotted = f"{section}.{key}"
            field = fields.get(dotted)
            if field is None:
                problems.append(Problem(dotted, source.name, _unknown(dotted, fields)))
                continue
            scope: Scope = field.metadata["scope"]
            if scope not in source.scopes:
                problems.append(Problem(dotted, source.name, _CLOSED[scope]))
                continue
            accepted, value_or_reason = _check(value, hints[field.name], field.metadata)
            if accepted:
                yield section, field.name, value_or_reason
            else:
                problems.append(Problem(dotted, source.name, value_or_reason))


_CLOSED = {
    Scope.TRUSTED: "holds only once you trust the folder",
    Scope.USER: "may be set only in your editor or your own settings file",
}


def _unknown(key: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(key[:_MOST_SHOWN], known, n=1)
    hint = f" (did you mean `{close[0]}`?)" if close else ""
    return f"is not a setting{hint}"


def _check(value: Any, hint: Any, metadata: Mapping[str, Any]) -> tuple[bool, Any]:
    """Whether `value` fits; then the value in its own type, else the reason."""
    origin, options = get_origin(hint), get_args(hint)
    if origin is Literal:
        if value in options:
            return True, value
        return False, f"must be one of {', '.join(map(str, options))}, not {_shown_value(value)}"
    if origin in (Union, types.UnionType):
        if value is None:
            return True, None
        hint = next(option for option in options if option is not type(None))
    if not _is_a(value, hint):
        return False, f"must be {type_in_words(hint)}, not {_shown_value(value)}"
    if hint not in (int, float):
        return True, value
    # Compared before it is converted: a whole number can be too large for a float.
    if value < metadata["minimum"]:
        return False, f"must be at least {metadata['minimum']:g}, not {_shown_value(value)}"
    if value > metadata["maximum"]:
        return False, f"must be at most {metadata['maximum']:.10g}, not {_shown_value(value)}"
    return True, hint(value)


def _is_a(value: Any, hint: type) -> bool:
    if isinstance(value, bool) or hint not in (int, float):
        return isinstance(value, hint) and (hint is bool) == isinstance(value, bool)
    if isinstance(value, float):
        return math.isfinite(value) and (hint is float or value.is_integer())
    return isinstance(value, int)


def _shown(text: str) -> str:
    """`text` for a sentence: short, and without what could look like more than text."""
    plain = "".join(
        character if character.isprintable() and character not in _LINK_CHARACTERS else ""
        for character in text[: _MOST_SHOWN + 1]
    )
    return plain[: _MOST_SHOWN - 1] + "…" if len(text) > _MOST_SHOWN else plain


def _shown_value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return f"'{_shown(value)}'"
    if isinstance(value, int) and value.bit_length() > 64:
        return "a number of so many digits"  # Python refuses to write the longest ones
    return _shown(repr(value))


def _load_toml(path: Path) -> dict[str, Any]:
    try:
        return small_files.read_toml(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsFileError(
            f"The settings in {os.fspath(path)} cannot be read ({reason}); correct the file."
        ) from error
