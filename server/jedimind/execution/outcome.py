"""What happened in a run: plain values that the other floors keep, compare and show.

Texts hold no lone surrogates, so they can be encoded. They are otherwise as the program made them:
NUL, control and escape characters included.
"""

from __future__ import annotations

import enum

import attrs


class OutcomeCode(str, enum.Enum):
    """How a run ended; the values are part of the public contract."""

    OK = "exec.ok"
    ERROR = "exec.error"
    TIMEOUT = "exec.timeout"
    MEMORY = "exec.memory"
    OUTPUT = "exec.output"
    DENIED = "exec.denied"
    KILLED = "exec.killed"
    CANCELLED = "exec.cancelled"


@attrs.frozen
class Frame:
    """One line of a traceback.

    Lines are 1-based. Columns are 0-based, in code points, and known from Python 3.11 on and for
    syntax errors; without them all three of `end_line`, `column` and `end_column` may be None.
    `locals` are names with short texts of their values, of frames in the file that ran.
    """

    path: str
    line: int
    end_line: int | None
    column: int | None
    end_column: int | None
    function: str
    locals: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class StatementValue:
    """What a statement of the program came to, on its 1-based lines.

    `first` and `last` are short texts of the values of the first and last of `count` times; `last`
    is None if it is not known. `readable` is a longer text if there is more to say.
    """

    line: int
    end_line: int
    first: str
    last: str | None
    count: int
    readable: str


@attrs.frozen
class Failure:
    """The exception that ended a program, or that it was interrupted with.

    `frames` are the program's own and its libraries', deepest last; of a very deep stack the
    middle is left out. `text` is the traceback as Python prints it, chained exceptions and notes
    included.
    """

    type: str
    message: str
    frames: tuple[Frame, ...]
    text: str


@attrs.frozen
class ExampleResult:
    """What came of one example of a docstring.

    `status` is "passed", "failed", "raised" (an exception that was not expected: `failure`) or
    "skipped". `actual` is what it printed, as an example expects it; `whole` says if that is all.
    """

    status: str
    actual: str
    whole: bool
    failure: Failure | None


@attrs.frozen
class TestCase:
    """What came of a test with one set of parameters.

    `status` is "passed", "skipped", "xfailed", "xpassed", "failed" or "error" (not in the test
    itself). `reason` is what the test gives for a skip or an expected failure, `explanation` what
    pytest says of a failure, and `sections` are what was captured, each with its title.
    """

    name: str
    status: str
    reason: str
    explanation: str
    sections: tuple[tuple[str, str], ...]
    failure: Failure | None

    @property
    def bad(self) -> bool:
        return self.status in ("failed", "error")


@attrs.frozen
class TestResults:
    """What pytest reported. Of very many cases only the worst are there."""

    passed: int
    total: int
    cases: tuple[TestCase, ...]


@attrs.frozen
class Outcome:
    """What a run did.

    `value` is the ``repr`` of its last expression statement; None if there is none or it is None.
    `seconds` is the wall-clock time of its process. `peak_memory` is in bytes, of the process and
    its children together, as far as it was seen. `sandbox` is the letter of the tier it ran in.
    `sentence` tells the user how it ended and, if at a limit, which setting that is. `imported` are
    the modules that the program brought into memory, as it claims. `examples` are there if a
    docstring was run, and `tests` if a test was. `values` are of statements, up to where it came.
    """

    code: OutcomeCode
    value: str | None
    stdout: str
    stderr: str
    seconds: float
    peak_memory: int | None
    failure: Failure | None
    sandbox: str
    sentence: str
    imported: tuple[str, ...] = ()
    examples: tuple[ExampleResult, ...] | None = None
    tests: TestResults | None = None
    values: tuple[StatementValue, ...] = ()
