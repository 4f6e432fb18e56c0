"""Text of others as Markdown that shows it and does nothing with it.

Hovers can carry command links and remote images, so what a program printed goes into a fence
longer than any it contains.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from jedimind.lsp.results import Block

_TICKS = re.compile("`+")
# Escape sequences of terminals, then whatever else does not print, bidirectional marks included.
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# A fenced block that begins at the margin. Fences in lists and quotes are left out: they also end
# where those end, and what follows them must not be missed.
_FENCED = re.compile(
    r"^(?P<marks>```+|~~~+)[^`\n]*\n(?:.*?^(?P=marks)[`~]*[ \t]*$|.*\Z)",
    re.DOTALL | re.MULTILINE,
)
# Code between equal runs of ticks on one line.
_SPAN = re.compile(r"(?<![`\\])(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`)")
_PARAGRAPH_END = re.compile(r"(\n[ \t]*\n)")
# What begins or ends a link, an image, a definition of one, or HTML; and what would undo that. A
# star or an underscore that is no emphasis may stay so.
_ACTIVE = re.compile(r"\\(?![*_])|[\[\]<>]")
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
    return _around(_FENCED, markdown, _inert_prose)


def escaped(content: str) -> str:
    """Plain text for the middle of a Markdown sentence, with nothing in it read as Markdown."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~-])", r"\\\1", plain(content).replace("\n", " "))


def _inert_prose(prose: str) -> str:
    return "".join(map(_inert_paragraph, _PARAGRAPH_END.split(prose)))


def _inert_paragraph(paragraph: str) -> str:
    # Ticks that find no partner on their line pair up across lines, and then others do, too. It is
    # safe to take nothing for code: what is, then shows the backslashes.
    if "`" in _SPAN.sub("", paragraph):
        return _inert(paragraph)
    return _around(_SPAN, paragraph, _inert)


def _around(code: re.Pattern[str], text: str, change: Callable[[str], str]) -> str:
    """`text` with everything changed but what matches `code`."""
    pieces = []
    end = 0
    for match in code.finditer(text):
        pieces += [change(text[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*pieces, change(text[end:])])


def _inert(prose: str) -> str:
    # Editors make links of bare addresses, too; a zero-width space ends what they recognise.
    shown = _BARE_URL.sub(lambda scheme: f"{scheme[0]}\u200b", prose)
    return _ACTIVE.sub(lambda mark: f"\\{mark[0]}", shown)


def render(blocks: Iterable[Block]) -> str:
    return "\n\n".join(
        block.prose if block.prose else fence(block.verbatim, block.language) for block in blocks
    )
