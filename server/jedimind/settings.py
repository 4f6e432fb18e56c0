"""Every setting: its type, default, unit and who may set it. README's table is made from here.

Settings are one table, the same in every place it can come from, later ones winning:
defaults < the user's file (``settings.toml``) < the project's ``[tool.jedimind]`` < the editor
(``initializationOptions`` or the ``jedimind`` section of ``workspace/configuration``)::

    {"execution": {"timeout": 5}, "model": {"assist": "qwen2.5-coder-1.5b"}}

A cloned repository can write its ``pyproject.toml``, so a key may be closed to projects for good
(``Scope.USER``) or until their folder is trusted (``Scope.TRUSTED``).
"""

from __future__ import annotations

import enum
import math
import types
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

Table = Mapping[str, Any]


class Scope(enum.Enum):
    """From where a key may be set."""

    PROJECT = "anywhere"
    TRUSTED = "user, editor, trusted project"
    USER = "user, editor"


def _setting(
    default: Any,
    doc: str,
    *,
    scope: Scope = Scope.PROJECT,
    minimum: float = -math.inf,
    maximum: float = math.inf,
) -> Any:
    metadata = {"doc": doc, "scope": scope, "minimum": minimum, "maximum": maximum}
    return attrs.field(default=default, metadata=metadata, kw_only=True)


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
        maximum=1_048_576,
    )
    threads: int = _setting(
        0,
        "Processor threads for a local model; 0 takes one a physical core.",
        scope=Scope.USER,
        minimum=0,
        maximum=1024,
    )
    idle_timeout: float = _setting(
        900.0,
        "Seconds without a request after which the model leaves memory.",
        scope=Scope.USER,
        minimum=1,
        maximum=604_800,
    )
    linger: float = _setting(
        3.0,
        "Seconds the model stays in memory after the last editor closed.",
        scope=Scope.USER,
        minimum=0,
        maximum=86_400,
    )
    start_timeout: float = _setting(
        120.0,
        "Seconds a local model may take to load before that counts as failed.",
        scope=Scope.USER,
        minimum=1,
        maximum=3600,
    )
    response_timeout: float = _setting(
        60.0,
        "Seconds to wait for the next token before the request counts as failed.",
        scope=Scope.USER,
        minimum=1,
        maximum=3600,
    )


@attrs.frozen
class GenerateSettings:
    """Writing code from a comment or stub."""

    max_tokens: int = _setting(
        512, "Longest answer of the model, in tokens.", minimum=16, maximum=32_768
    )
    context_tokens: int = _setting(
        600,
        "Room in the prompt for what Jedi knows about the names in reach, in tokens; "
        "0 leaves it out. Explaining uses it, too.",
        minimum=0,
        maximum=32_768,
    )
    attempts: int = _setting(
        3, "How many candidates to try until one passes its checks.", minimum=1, maximum=20
    )
    budget: float = _setting(
        60.0, "Seconds after which no further candidate is started.", minimum=1, maximum=3600
    )


@attrs.frozen
class ExplainSettings:
    """Explaining code in words."""

    max_tokens: int = _setting(400, "Longest explanation, in tokens.", minimum=16, maximum=32_768)
    # It becomes part of the system prompt, so a repository must not write it.
    language: str = _setting("English", "Language to explain in, in words.", scope=Scope.USER)


@attrs.frozen
class ExecutionSettings:
    """Running code that the user asked to run."""

    timeout: float = _setting(
        60.0,
        "Wall-clock limit of a run, in seconds.",
        scope=Scope.TRUSTED,
        minimum=0.1,
        maximum=86_400,
    )
    memory: int = _setting(
        2048,
        "Memory limit of a run and all its children together, in MiB.",
        scope=Scope.TRUSTED,
        minimum=64,
        maximum=1_048_576,
    )
    output: int = _setting(
        1024,
        "Limit of stdout and stderr together, in KiB; more ends the run.",
        scope=Scope.TRUSTED,
        minimum=1,
        maximum=1_048_576,
    )
    session: Literal["fresh", "document"] = _setting(
        "fresh",
        '`"fresh"` begins every run without variables; with `"document"` the runs of a document or '
        "notebook find those of earlier runs, until it is closed or the session is reset.",
        scope=Scope.TRUSTED,
    )
    network: bool = _setting(
        True,
        "Whether code that you run yourself in a trusted folder may use the network.",
        scope=Scope.TRUSTED,
    )
    writes: Literal["workspace", "temporary"] = _setting(
        "workspace",
        "Where code that you run yourself in a trusted folder may write: in the workspace, but for "
        "`.git`, editors' folders, environments and start-up files of shells, or only in a "
        "temporary folder of its own.",
        scope=Scope.TRUSTED,
    )
    temporary: int = _setting(
        256,
        "Size of the temporary folder of a run, in MiB.",
        scope=Scope.TRUSTED,
        minimum=1,
        maximum=1_048_576,
    )
    value_hints: bool = _setting(True, "Show the values of statements that ran as inlay hints.")
    value_diagnostics: bool = _setting(
        True,
        "Show the value of a run as a diagnostic of severity information; false leaves it to hints "
        "and hover. Errors are diagnostics in any case.",
    )
    interpreter: str | None = _setting(
        None,
        "Python to run code with, 3.8 or newer; by default the project's environment (of venv, uv, "
        "Poetry, Pipenv, conda or pyenv), the active one, else the one jedimind runs on: "
        "`jedimind doctor` says which and why.",
        scope=Scope.TRUSTED,
    )


@attrs.frozen
class FeatureSettings:
    """What is done without a model. Beside another language server, switch off what it does."""

    language: bool = _setting(
        True, "All features of this section; false leaves them to another language server."
    )
    completion: bool = _setting(True, "Completion.")
    auto_import: bool = _setting(
        True, "Completion of names that are not imported yet, and the action *Import*."
    )
    hover: bool = _setting(
        True, "Signatures and docstrings as hover text. Results are shown in any case."
    )
    signature_help: bool = _setting(True, "The signature of the call at the cursor.")
    definition: bool = _setting(
        True, "Going to the definition, declaration, type or implementations of a name."
    )
    references: bool = _setting(True, "Finding all references of a name.")
    document_highlight: bool = _setting(True, "Highlighting the name at the cursor.")
    document_symbol: bool = _setting(True, "The outline of a document.")
    workspace_symbol: bool = _setting(True, "Finding symbols in the whole workspace.")
    rename: bool = _setting(True, "Renaming names, and imports of files that are moved.")
    refactoring: bool = _setting(
        True, "The actions *Extract*, *Inline*, *Change to* and *Organize imports*."
    )
    folding_range: bool = _setting(True, "Folding by syntax.")
    selection_range: bool = _setting(True, "Growing and shrinking the selection by syntax.")
    inlay_hint: bool = _setting(True, "Types and parameter names between the code.")
    semantic_tokens: bool = _setting(True, "Colours by meaning.")
    call_hierarchy: bool = _setting(True, "Who calls a function and whom it calls.")
    type_hierarchy: bool = _setting(True, "Base classes and subclasses.")
    diagnostics: bool = _setting(True, "Syntax errors and names that do not exist.")
    formatting: bool = _setting(True, "Formatting with ruff, where it is installed.")
    code_lens: bool = _setting(
        True,
        "*Run cell*, *Run test*, *Run doctest* and *Run file* above the code. No other server has "
        "them, so `features.language` leaves them on.",
    )

    def allow(self, feature: str) -> bool:
        """Whether `feature`, the name of a field, is on."""
        return bool(getattr(self, feature)) and (self.language or feature == "code_lens")


@attrs.frozen
class CompletionSettings:
    """Completion from Jedi."""

    snippets: bool = _setting(
        True, "Complete functions with their parentheses, in editors that know snippets."
    )


@attrs.frozen
class InlayHintSettings:
    """What is shown between the code, where `features.inlayHint` is on."""

    types: bool = _setting(True, "Inferred types of variables that have no annotation.")
    returns: bool = _setting(True, "Inferred return types of functions that have no annotation.")
    parameters: bool = _setting(
        True, "Names of parameters at calls, where the argument does not say them already."
    )
    most: int = _setting(
        500, "Largest number of hints shown in one part of a file.", minimum=1, maximum=10_000
    )


@attrs.frozen
class AnalysisSettings:
    """Jedi's worker processes."""

    timeout: float = _setting(
        5.0,
        "Seconds Jedi may take for what you wait for, such as a completion, before it is stopped "
        "and the answer is empty.",
        minimum=0.5,
        maximum=600,
    )
    background_timeout: float = _setting(
        60.0,
        "Seconds Jedi may take for what concerns the whole project, such as references, and for "
        "gathering context for the model.",
        minimum=0.5,
        maximum=3600,
    )


@attrs.frozen
class ServerSettings:
    """The language server itself."""

    max_file_size: int = _setting(
        2048,
        "Largest file to offer actions in, in KiB; larger ones are only kept in sync.",
        minimum=1,
        maximum=65_536,
    )
    consent_timeout: float = _setting(
        300.0,
        "Seconds a task waits for the answer to a question it put to you.",
        minimum=1,
        maximum=86_400,
    )


@attrs.frozen
class Settings:
    """All settings of one workspace folder."""

    model: ModelSettings = attrs.field(factory=ModelSettings)
    generate: GenerateSettings = attrs.field(factory=GenerateSettings)
    explain: ExplainSettings = attrs.field(factory=ExplainSettings)
    execution: ExecutionSettings = attrs.field(factory=ExecutionSettings)
    features: FeatureSettings = attrs.field(factory=FeatureSettings)
    completion: CompletionSettings = attrs.field(factory=CompletionSettings)
    inlay_hints: InlayHintSettings = attrs.field(factory=InlayHintSettings)
    analysis: AnalysisSettings = attrs.field(factory=AnalysisSettings)
    server: ServerSettings = attrs.field(factory=ServerSettings)


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
    for section, section_type in sections().items():
        hints = get_type_hints(section_type)
        for field in attrs.fields(section_type):
            yield Description(
                key=f"{section}.{camel_case(field.name)}",
                type=type_in_words(hints[field.name]),
                default=field.default,
                scope=field.metadata["scope"],
                doc=field.metadata["doc"],
            )


def sections() -> dict[str, Any]:
    """The type of each section, by its name as settings write it."""
    return {camel_case(name): hint for name, hint in get_type_hints(Settings).items()}


def camel_case(name: str) -> str:
    """A field's name as settings write it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def type_in_words(hint: Any) -> str:
    """A type as a person would say it."""
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    if get_origin(hint) is Literal:
        return " | ".join(f'"{option}"' for option in get_args(hint))
    if get_origin(hint) in (Union, types.UnionType):
        return " or ".join(type_in_words(option) for option in get_args(hint))
    return "null" if hint is type(None) else names[hint]
