"""How a prompt tells what code can use: calls as they are written, the way `help` shows them.

Stubs would be shorter to make, but a small model takes them for code to repeat: with the same facts
as ``def`` lines it defines the function again instead of calling it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jedimind.analysis.context import Context, Definition

# Code is denser than prose; measured on Python with the Qwen2.5 tokenizer.
_CHARACTERS_PER_TOKEN = 3.5
_DEF = re.compile(r"(?:async )?def (\w+)")
_OWN_PARAMETER = re.compile(r"\((?:self|cls)(?:, )?")


def render(context: Context, budget_tokens: int) -> str:
    """The best definitions in about `budget_tokens` at most, grouped by where they come from.

    None is cut in the middle. Empty if nothing fits.
    """
    room = budget_tokens * _CHARACTERS_PER_TOKEN
    groups: dict[str, list[str]] = {}
    for definition in context.definitions:
        heading = f"From {definition.home}:"
        text = "\n".join(f"    {line}" for line in _lines(definition))
        cost = len(text) + 1 + (0 if heading in groups else len(heading) + 1)
        if cost > room:
            continue
        room -= cost
        groups.setdefault(heading, []).append(text)
    return "".join("\n".join([heading, *texts]) + "\n" for heading, texts in groups.items())


def _lines(definition: Definition) -> Iterator[str]:
    if definition.kind in ("function", "method"):
        yield from _call(definition.name, definition.signature, definition.doc)
    elif definition.kind == "class":
        yield from _class(definition)
    else:
        qualifier, dot, _ = definition.name.rpartition(".")
        yield from f"{qualifier}{dot}{definition.signature}".split("\n")


def _class(definition: Definition) -> Iterator[str]:
    """How to make one, what it has, and how to call its methods."""
    name, lines = definition.name, definition.signature.split("\n")
    fields: list[str] = []
    methods: list[str] = []
    constructor: str | None = None
    decorator = ""
    for line in lines:
        text = line.strip()
        header, _, doc = text.partition(': """')
        doc = doc.removesuffix('"""')
        method = _DEF.match(text)
        if method is None:
            if line.startswith("    ") and text and text[0] not in "@#\"'":
                fields.append(text.removeprefix("self.").removesuffix(" ..."))
        elif method[1] == "__init__":
            constructor = header.removesuffix(" -> None")
        elif decorator == "@property":
            fields.append(f"{method[1]}: {header.partition(' -> ')[2] or '...'}")
        else:
            bound = decorator in ("@classmethod", "@staticmethod")
            methods += _call(f"{name}{'' if bound else '()'}.{method[1]}", header, doc)
        decorator = text
    is_record = lines[0].startswith("@dataclass") or "(NamedTuple)" in definition.signature
    if constructor is None and is_record:
        yield from _call(name, f"({', '.join(fields)})", definition.doc)
    else:
        yield from _call(name, constructor or "(...)", definition.doc)
        if fields:
            yield f"    its attributes: {', '.join(fields)}"
    yield from methods


def _call(name: str, header: str, doc: str) -> Iterator[str]:
    parameters = header[header.index("(") :].removesuffix(": ...")
    yield name + _OWN_PARAMETER.sub("(", parameters, count=1)
    if doc:
        yield f"    {doc}"
