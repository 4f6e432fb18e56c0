"""A piece of a document that ran."""

from __future__ import annotations

from pathlib import Path

import attrs

from jedimind.doctests import Docstring
from jedimind.execution.outcome import Outcome
from jedimind.syntax import Tree
from jedimind.testcases import Test
from jedimind.text import Span


@attrs.frozen(eq=False)
class Ran:
    """The code at `span` of a document, as `tree` has it, and how its run ended.

    `part` is the docstring or the test there, if one was run.
    """

    uri: str
    path: Path
    tree: Tree
    span: Span
    outcome: Outcome
    part: Docstring | Test | None = None
