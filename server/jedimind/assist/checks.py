"""What a candidate must pass before it is shown: it compiles in its place, its names exist."""

from __future__ import annotations

import logging
import re

import attrs

from jedimind.analysis.compilation import SyntaxFault, syntax_fault
from jedimind.analysis.errors import AnalysisError
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.process import AnalysisProcess
from jedimind.analysis.unresolved import Unresolved
from jedimind.assist.indentation import indented
from jedimind.assist.placement import Placement

logger = logging.getLogger(__name__)

_AWAITS = re.compile(r"\b(await|async)\b")


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


async def parses(analysis: AnalysisProcess, source: str) -> bool:
    """Whether `source` is known to parse; if Jedi's process gives no answer, it is not."""
    try:
        return await analysis.syntax_fault(source) is None
    except AnalysisError as failure:
        logger.warning("The file's syntax was not checked: %s", failure)
        return False


async def check(
    analysis: AnalysisProcess, place: SourcePlace, placement: Placement, *, parsed_before: bool
) -> Report:
    """Check the candidate that stands in ``place.source`` by `placement`.

    Where the user's own file did not parse before (`parsed_before`), only the candidate must.
    """
    alone, above = _module_of(placement)
    source, first = (place.source, 0) if parsed_before else (alone, above)
    try:
        fault = await analysis.syntax_fault(source)
    except AnalysisError as failure:
        logger.warning("Names were not checked, and the syntax without its file: %s", failure)
        fault = syntax_fault(alone)  # short, so that the event loop does not wait
        error = None if fault is None else _sentence(fault, above)
        return Report(syntax_error=error, names_checked=False)
    if fault is not None:
        return Report(syntax_error=_sentence(fault, first))
    try:
        unresolved = [
            name
            for lines in (*placement.imported, placement.lines)
            for name in await analysis.unresolved(place, lines)
        ]
    except AnalysisError as failure:
        logger.warning("Names were not checked: %s", failure)
        return Report(names_checked=False)
    return Report(unresolved=tuple(unresolved))


def _module_of(placement: Placement) -> tuple[str, int]:
    """The candidate as a module of its own, and how many lines stand above it there.

    In it the candidate may do what its place allows: return, await, yield, continue.
    """
    if not placement.indent:
        return placement.code, 0
    function = "async def _():" if _AWAITS.search(placement.code) else "def _():"
    return f"{function}\n    while True:\n{indented(placement.code, ' ' * 8)}\n", 2


def _sentence(fault: SyntaxFault, first: int) -> str:
    """`fault` for a user, whose lines count from 1; `first` is the line that they begin at."""
    if fault.line is None:
        return fault.message
    return f"{fault.message} (line {fault.line - first + 1})"
