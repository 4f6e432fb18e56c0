"""Prompts are Markdown files that a person can read and change.

A ``## system`` and a ``## user`` heading begin the two messages; ``{{name}}`` is where a value
goes. Values are not searched for further marks, so nothing in a user's file can fill one.
"""

from __future__ import annotations

import re
from importlib import resources

from jedimind.model.chat import Message

_SECTION = re.compile(r"^## (system|user)\n", re.MULTILINE)
_MARK = re.compile(r"\{\{(\w+)\}\}")


def fill(prompt: str, /, **values: str) -> list[Message]:
    """The messages of the prompt called `prompt`.

    Raises:
        KeyError: the prompt has a mark that `values` lacks.
    """
    source = (resources.files(__package__) / f"{prompt}.md").read_text(encoding="utf-8")
    _, *sections = _SECTION.split(source)
    contents = (_MARK.sub(lambda mark: values[mark[1]], body).strip() for body in sections[1::2])
    return [
        Message("system" if role == "system" else "user", content)
        for role, content in zip(sections[::2], contents, strict=True)
    ]


def section(title: str, content: str) -> str:
    """A titled part of a prompt, followed by a blank line; nothing if there is no content."""
    return f"{title}\n{content.rstrip()}\n\n" if content.strip() else ""
