"""A place that an answer of Jedi's points to."""

from __future__ import annotations

from pathlib import Path

import attrs

from jedimind.text import Span


@attrs.frozen
class Location:
    """A span of a file, on one line, which usually is a name.

    `line` is the text of that line as Jedi read it: from it the columns are converted to the
    client's encoding, so that the file need not be read again.
    """

    path: Path
    span: Span
    line: str
