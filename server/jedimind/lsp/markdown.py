"""Text of others as Markdown that shows it and does nothing with it.

Hovers can carry command links and remote images, so what a program printed goes into a fence
longer than any it contains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jedimind.lsp.results import Block

_TICKS = re.compile("`+")
# Escape sequences of terminals, then whatever else does not print, bidirectional marks included.
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_IMAGE_OR_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def fence(content: str, language: str = "text") -> str:
    """`content` in a code block that nothing in it can end."""
    longest = max((len(ticks) for ticks in _TICKS.findall(content)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{language}\n{content.rstrip()}\n{marks}"


def plain(content: str, most: int | None = None) -> str:
    """`content` without terminal escapes and invisible characters, cut to `most` characters."""
    clean = _UNPRINTABLE.sub("\ufffd", _ANSI.sub("", content.replace("\r\n", "\n")))
    if most is not None and len(clean) > most:
        return clean[: most - 1] + "…"
    return clean


def harmless(markdown: str) -> str:
    """Markdown that a model wrote, with links and images reduced to their words and no HTML."""
    return _IMAGE_OR_LINK.sub(r"\1", markdown).replace("<", "&lt;")


def render(blocks: Iterable[Block]) -> str:
    return "\n\n".join(
        block.prose if block.prose else fence(block.verbatim, block.language) for block in blocks
    )
