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
# A fenced block that begins at the margin, or code between equal runs of ticks. Fences in lists and
# quotes are left out: they also end where those end, and what follows them must not be missed.
_CODE = re.compile(
    r"^(?P<marks>```+|~~~+)[^`\n]*\n(?:.*?^(?P=marks)[`~]*[ \t]*$|.*\Z)"
    r"|(?<![`\\])(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
# What begins or ends a link, an image, a definition of one, or HTML; and what would undo that.
_ACTIVE = re.compile(r"[\\\[\]<>]")
_BARE_URL = re.compile(r"(?i)\b(?:https?|ftp|file|command|vscode|mailto|data):")


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
    """Markdown that others wrote, with everything shown and nothing that loads or leads anywhere.

    Emphasis, lists, headings and code work. Links, images and HTML are shown as they are written.
    """
    pieces = []
    end = 0
    for code in _CODE.finditer(markdown):
        pieces += [_inert(markdown[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*pieces, _inert(markdown[end:])])


def escaped(content: str) -> str:
    """Plain text for the middle of a Markdown sentence, with nothing in it read as Markdown."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~-])", r"\\\1", plain(content).replace("\n", " "))


def _inert(prose: str) -> str:
    # Editors make links of bare addresses, too; a zero-width space ends what they recognise.
    shown = _BARE_URL.sub(lambda scheme: f"{scheme[0]}\u200b", prose)
    return _ACTIVE.sub(lambda mark: f"\\{mark[0]}", shown)


def render(blocks: Iterable[Block]) -> str:
    return "\n\n".join(
        block.prose if block.prose else fence(block.verbatim, block.language) for block in blocks
    )
