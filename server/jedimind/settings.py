"""Every setting: its type, default, unit and who may set it. README's table is made from here.

Settings are one table, the same in every place it can come from, later ones winning:
defaults < the user's file (``settings.toml``) < the project's ``[tool.jedimind]`` < the editor
(``initializationOptions`` or the ``jedimind`` section of ``workspace/configuration``)::

    {"execution": {"timeout": 5}, "model": {"assist": "qwen2.5-coder-1.5b"}}

A cloned repository can write its ``pyproject.toml``, so a key may be closed to projects for good
(``Scope.USER``) or until their folder is trusted (``Scope.TRUSTED``).
A wrong key or value is never fatal: it is named in a `Problem` and the next weaker value stands.
"""

from __future__ import annotations

import enum
import os
import sys
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Table = Mapping[str, Any]


class Scope(enum.Enum):
    """From where a key may be set."""

    PROJECT = "anywhere"
    TRUSTED = "user, editor, trusted project"
    USER = "user, editor"


def _setting(
    default: Any, doc: str, *, scope: Scope = Scope.PROJECT, minimum: float | None = None
) -> Any:
    return attrs.field(
        default=default, metadata={"doc": doc, "scope": scope, "minimum": minimum}, kw_only=True
    )


@attrs.frozen
class ModelSettings:
    """Which model assists, and how it is hosted."""

    assist: str = _setting(
        "qwen2.5-coder-0.5b",
        "Model for generate and explain: a name from `jedimind model list`, "
        "`hf:owner/repo/file.gguf`, or the path of a GGUF file. "
        "With `model.endpoint`, the name the endpoint knows it by.",
        scope=Scope.USER,
    )
    endpoint: str | None = _setting(
        None,
        "Base URL of an OpenAI-compatible server to use instead of a local model, "
        "such as `http://127.0.0.1:8080/v1`.",
        scope=Scope.USER,
    )
    api_key_variable: str = _setting(
        "JEDIMIND_API_KEY",
        "Name of the environment variable that holds the endpoint's key, if it wants one.",
        scope=Scope.USER,
    )
    context: int = _setting(
        8192,
        "Context window to allocate for a local model, in tokens.",
        scope=Scope.USER,
        minimum=512,
    )
    threads: int = _setting(
        0,
        "Processor threads for a local model; 0 takes one a physical core.",
        scope=Scope.USER,
        minimum=0,
    )
    idle_timeout: float = _setting(
        900.0,
        "Seconds without a request after which the model leaves memory.",
        scope=Scope.USER,
        minimum=1,
    )
    linger: float = _setting(
        3.0,
        "Seconds the model stays in memory after the last editor closed.",
        scope=Scope.USER,
        minimum=0,
    )
    start_timeout: float = _setting(
        120.0,
        "Seconds a local model may take to load before that counts as failed.",
        scope=Scope.USER,
        minimum=1,
    )
    response_timeout: float = _setting(
        60.0,
        "Seconds to wait for the next token before the request counts as failed.",
        scope=Scope.USER,
        minimum=1,
    )


@attrs.frozen
class GenerateSettings:
    """Writing code from a comment or stub."""

    max_tokens: int = _setting(512, "Longest answer of the model, in tokens.", minimum=16)
    context_tokens: int = _setting(
        600,
        "Room in the prompt for what Jedi knows about the names in reach, in tokens; "
        "0 leaves it out. Explaining uses it, too.",
        minimum=0,
    )
    attempts: int = _setting(
        3, "How many candidates to try until one passes its checks.", minimum=1
    )
    budget: float = _setting(
        60.0, "Seconds after which no further candidate is started.", minimum=1
    )


@attrs.frozen
class ExplainSettings:
    """Explaining code in words."""

    max_tokens: int = _setting(400, "Longest explanation, in tokens.", minimum=16)
    language: str = _setting("English", "Language to explain in, in words.")


@attrs.frozen
class ExecutionSettings:
    """Running code that the user asked to run."""

    timeout: float = _setting(60.0, "Wall-clock limit of a run, in seconds.", minimum=0.1)
    memory: int = _setting(
        2048, "Memory limit of a run and all its children together, in MiB.", minimum=64
    )
    output: int = _setting(
        1024, "Limit of stdout and stderr together, in KiB; more ends the run.", minimum=1
    )
    interpreter: str | None = _setting(
        None,
        "Python to run code with, 3.8 or newer; by default the project's environment "
        "(`.venv`, `venv`, `VIRTUAL_ENV`), else the one jedimind runs on.",
        scope=Scope.TRUSTED,
    )


@attrs.frozen
class AnalysisSettings:
    """Jedi's worker process."""

    timeout: float = _setting(
        10.0,
        "Seconds Jedi may take to gather context before it is stopped and the work goes on "
        "without it.",
        minimum=0.5,
    )


@attrs.frozen
class ServerSettings:
    """The language server itself."""

    max_file_size: int = _setting(
        2048, "Largest file to offer actions in, in KiB; larger ones are only kept in sync."
    )
    consent_timeout: float = _setting(
        300.0, "Seconds a task waits for the answer to a question it put to you.", minimum=1
    )


@attrs.frozen
class Settings:
    """All settings of one workspace folder."""

    model: ModelSettings = attrs.field(factory=ModelSettings)
    generate: GenerateSettings = attrs.field(factory=GenerateSettings)
    explain: ExplainSettings = attrs.field(factory=ExplainSettings)
    execution: ExecutionSettings = attrs.field(factory=ExecutionSettings)
    analysis: AnalysisSettings = attrs.field(factory=AnalysisSettings)
    server: ServerSettings = attrs.field(factory=ServerSettings)


@attrs.frozen
class Problem:
    """A key that was not taken, in a sentence for the user; `key` is dotted."""

    key: str
    sentence: str


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
    sections = {
        name: field_type(**values.get(name, {})) for name, field_type in _sections().items()
    }
    return Settings(**sections), problems


def user_file(path: Path) -> Source:
    """The user's own settings file; an absent one is an empty table.

    Raises:
        SettingsFileError: it is no TOML or cannot be read.
    """
    return Source(str(path), _load_toml(path))


def project_file(folder: Path, *, trusted: bool) -> Source:
    """`[tool.jedimind]` of the folder's ``pyproject.toml``, as far as the folder's trust goes.

    Raises:
        SettingsFileError: it is no TOML or cannot be read.
    """
    path = folder / "pyproject.toml"
    tool = _load_toml(path).get("tool", {})
    table = tool.get("jedimind", {}) if isinstance(tool, dict) else {}
    scopes = {Scope.PROJECT, Scope.TRUSTED} if trusted else {Scope.PROJECT}
    return Source(f"[tool.jedimind] of {path}", table, frozenset(scopes))


def editor_table(table: Any) -> Source:
    """What an editor sent, as the bare table or wrapped in its section name ``jedimind``."""
    if isinstance(table, Mapping) and set(table) == {"jedimind"}:
        table = table["jedimind"]
    return Source("the editor's settings", table if isinstance(table, Mapping) else {})


@attrs.frozen
class Description:
    """A setting as documentation shows it."""

    key: str
    type: str
    default: Any
    scope: Scope
    doc: str


def describe() -> Iterator[Description]:
    """Every setting, in the order of this file."""
    for section, section_type in _sections().items():
        hints = get_type_hints(section_type)
        for field in attrs.fields(section_type):
            yield Description(
                key=f"{section}.{_camel(field.name)}",
                type=_type_name(hints[field.name]),
                default=field.default,
                scope=field.metadata["scope"],
                doc=field.metadata["doc"],
            )


def _entries(source: Source, problems: list[Problem]) -> Iterator[tuple[str, str, Any]]:
    sections = _sections()
    for section, table in source.table.items():
        if section not in sections:
            problems.append(_unknown(section, list(sections), source))
            continue
        if not isinstance(table, Mapping):
            problems.append(Problem(section, f"`{section}` in {source.name} must be a table."))
            continue
        hints = get_type_hints(sections[section])
        fields = {_camel(f.name): f for f in attrs.fields(sections[section])}
        for key, value in table.items():
            dotted = f"{section}.{key}"
            field = fields.get(key)
            if field is None:
                known = [f"{section}.{name}" for name in fields]
                problems.append(_unknown(dotted, known, source))
                continue
            scope: Scope = field.metadata["scope"]
            if scope not in source.scopes:
                problems.append(Problem(dotted, _closed(dotted, scope, source)))
                continue
            accepted, value_or_reason = _check(value, hints[field.name], field.metadata["minimum"])
            if accepted:
                yield section, field.name, value_or_reason
            else:
                problems.append(
                    Problem(dotted, f"`{dotted}` in {source.name} {value_or_reason}; ignored.")
                )


def _closed(dotted: str, scope: Scope, source: Source) -> str:
    if scope is Scope.TRUSTED:
        return f"`{dotted}` in {source.name} is ignored until you trust the folder."
    return (
        f"`{dotted}` in {source.name} is ignored: a project cannot set it; "
        "set it in the editor or in your own settings file."
    )


def _unknown(key: str, known: list[str], source: Source) -> Problem:
    import difflib

    close = difflib.get_close_matches(key, known, n=1)
    hint = f" Did you mean `{close[0]}`?" if close else ""
    return Problem(key, f"`{key}` in {source.name} is not a setting.{hint}")


def _check(value: Any, hint: Any, minimum: float | None) -> tuple[bool, Any]:
    """Whether `value` fits; then the value in its own type, else the reason."""
    origin, options = get_origin(hint), get_args(hint)
    if origin is Literal:
        if value in options:
            return True, value
        return False, f"must be one of {', '.join(map(str, options))}, not {value!r}"
    if origin in (Union, types.UnionType):
        if value is None:
            return True, None
        hint = next(option for option in options if option is not type(None))
    number = not isinstance(value, bool) and isinstance(value, (int, float))
    if hint is float and number:
        value = float(value)
    elif hint is int and number and float(value).is_integer():
        value = int(value)
    elif not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        return False, f"must be {_type_name(hint)}, not {value!r}"
    if minimum is not None and value < minimum:
        return False, f"must be at least {minimum:g}, not {value!r}"
    return True, value


def _load_toml(path: Path) -> dict[str, Any]:
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsFileError(
            f"The settings in {os.fspath(path)} cannot be read ({reason}); correct the file."
        ) from error
    return table


def _sections() -> dict[str, Any]:
    return get_type_hints(Settings)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _type_name(hint: Any) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    if get_origin(hint) is Literal:
        return " | ".join(f'"{option}"' for option in get_args(hint))
    if get_origin(hint) in (Union, types.UnionType):
        return " or ".join(_type_name(option) for option in get_args(hint))
    return "null" if hint is type(None) else names[hint]
