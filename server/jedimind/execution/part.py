"""What to run of a file, where that is not all of it from top to bottom."""

from __future__ import annotations

import attrs


@attrs.frozen
class Doctest:
    """The examples of the docstring that begins on `line` (1-based): the first `most`, or all."""

    line: int
    most: int | None = None


@attrs.frozen
class Test:
    """A test by pytest's name for it within the file, such as ``TestCart::test_empty``."""

    id: str


Part = Doctest | Test
