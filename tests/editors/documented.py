"""The lines that the documentation tells people to paste, so that tests use no others."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def pasted(page: str, heading: str, language: str) -> str:
    """The code in `language` below the heading of a page of the repository."""
    text = (ROOT / page).read_text(encoding="utf-8")
    sections = re.split(r"^#+ (.*)$", text, flags=re.MULTILINE)
    below = dict(zip(sections[1::2], sections[2::2], strict=True))[heading]
    found = [code for name, code in _FENCE.findall(below) if name == language]
    assert found, f"{page} shows no {language} under “{heading}”"
    return "\n".join(found)
