"""What a candidate must pass before it may be shown: it parses in its place and its names exist."""

from __future__ import annotations

import ast
import logging
import textwrap

import attrs

from jedimind.analysis.place import SourcePlace
from jedimind.analysis.process import AnalysisError, AnalysisProcess
from jedimind.analysis.unresolved import Unresolved
from jedimind.text import split_lines

logger = logging.getLogger(__name__)


@attrs.frozen
class Report:
    """What the checks found. `syntax_error` is None if the candidate parses.

    `names_checked` is False where Jedi gave no answer; then no name is known to be wrong, nor
    right, and the verdict says so.
    """

    syntax_error: str | None = None
    unresolved: tuple[Unresolved, ...] = ()
    names_checked: bool = True

    @property
    def passed(self) -> bool:
        return self.syntax_error is None and not self.unresolved

    @property
    def faults(self) -> int:
        """How bad it is, to choose among failures; what does not parse is worst."""
        return 1_000_000 if self.syntax_error is not None else len(self.unresolved)


async def check(
    analysis: AnalysisProcess, place: SourcePlace, lines: range, *, parsed_before: bool
) -> Report:
    """Check the candidate that is `lines` of `place.source`.

    Where the user's own file did not parse before (`parsed_before`), only the candidate must.
    """
    error = syntax_error(place.source if parsed_before else _dedented(place.source, lines))
    if error is not None:
        return Report(syntax_error=error)
    try:
        unresolved = await analysis.unresolved(place, lines)
    except AnalysisError as failure:
        logger.warning("Names were not checked: %s", failure)
        return Report(names_checked=False)
    return Report(unresolved=unresolved)


def syntax_error(source: str) -> str | None:
    """What is wrong with the syntax of `source`, with its line; None if it parses."""
    try:
        ast.parse(source)
    except SyntaxError as error:
        return f"{error.msg} (line {error.lineno})"
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or type(error).__name__
    return None


def _dedented(source: str, lines: range) -> str:
    return textwrap.dedent("".join(split_lines(source)[lines.start : lines.stop]))
