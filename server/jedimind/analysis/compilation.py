"""Whether Python takes a source. These types travel to and from the worker."""

from __future__ import annotations

import warnings

import attrs

from jedimind.analysis.question import Question


@attrs.frozen
class SyntaxFault:
    """Why Python refuses a source: its own words, and the line, from 0, if it names one."""

    message: str
    line: int | None = None


@attrs.frozen
class SyntaxAnswer:
    """`fault` is None if Python takes the source."""

    fault: SyntaxFault | None


@attrs.frozen
class SyntaxQuestion(Question[SyntaxAnswer]):
    """Asks what Python would say to the source of a module."""

    source: str


def syntax_fault(source: str) -> SyntaxFault | None:
    """What Python refuses in the source of a module; None if it takes it. Executes nothing.

    It is compiled, not only parsed: a `return` outside a function and a ``__future__`` import in
    the wrong place are found no sooner. A large source takes seconds, so that is for the worker.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<source>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return SyntaxFault(error.msg, error.lineno - 1 if error.lineno else None)
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxFault(str(error) or "too deeply nested")
    return None
