"""What the code at a place can use, and how a prompt says it.

These types travel between the server and the analysis worker.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import attrs

from jedimind.analysis.place import SourcePlace

Kind = Literal["function", "class", "method", "variable", "module"]

# Code is denser than prose; measured on Python with the Qwen2.5 tokenizer.
_CHARACTERS_PER_TOKEN = 3.5


@attrs.frozen
class Definition:
    """Something that code can use.

    `name` is as the code would write it: ``Order``, ``billing.invoice_total``, ``self.total``.
    `home` says where it is from, for a reader of the open file: ``billing.py``, ``this file``.
    `signature` is stub-like Python, several lines for a class: its fields and methods.
    `doc` is the first paragraph of the docstring on one line. `line` counts from 0.
    """

    name: str
    kind: Kind
    home: str
    signature: str
    doc: str = ""
    path: Path | None = None
    line: int = 0


@attrs.frozen
class Context:
    """Definitions, the most useful first."""

    definitions: tuple[Definition, ...] = ()


@attrs.frozen
class ContextQuestion:
    """Asks for at most `limit` definitions; those whose words are `wanted` come first."""

    place: SourcePlace
    wanted: frozenset[str]
    limit: int


def render(context: Context, budget_tokens: int) -> str:
    """The best definitions as compact stub-like Python of about `budget_tokens` at most.

    They are grouped by where they come from; none is cut in the middle. Empty if nothing fits.
    """
    room = budget_tokens * _CHARACTERS_PER_TOKEN
    groups: dict[str, list[str]] = {}
    for definition in context.definitions:
        heading = _heading(definition)
        text = _stub(definition)
        cost = len(text) + 1 + (0 if heading in groups else len(heading) + 1)
        if cost > room:
            continue
        room -= cost
        groups.setdefault(heading, []).append(text)
    return "".join("\n".join([heading, *stubs]) + "\n" for heading, stubs in groups.items())


def _heading(definition: Definition) -> str:
    qualifier, _, _ = definition.name.rpartition(".")
    if qualifier:
        return f"# from {definition.home}, used as {qualifier}.NAME"
    return f"# from {definition.home}"


def _stub(definition: Definition) -> str:
    if not definition.doc:
        return definition.signature
    doc = f'"""{definition.doc}"""'
    if definition.kind != "class":
        return f"{definition.signature}: {doc}"
    # The docstring goes below the header, which may have decorators above.
    lines = definition.signature.split("\n")
    header = next(number for number, line in enumerate(lines) if line.startswith("class "))
    lines[header] = lines[header].removesuffix(" ...")
    return "\n".join([*lines[: header + 1], f"    {doc}", *lines[header + 1 :]])
