"""The cells of a file: the parts that comments ``# %%`` begin.

The marks are those of Spyder, VS Code and jupytext. A mark is a comment at the very start of a
line; one with ``[markdown]`` begins prose, which is no code.
"""

from __future__ import annotations

import re
from itertools import pairwise

import attrs

from jedimind.syntax import Tree
from jedimind.text import Position

# Not `# %%time`, which is how jupytext writes a magic.
_MARK = re.compile(r"#[ \t]*%%(?P<title>(?:[\s%\[].*)?)$")
_PROSE = re.compile(r"\[(markdown|md|raw)\]", re.IGNORECASE)


@attrs.frozen
class Cell:
    """`lines` begin with the mark and end with the last line that is not blank.

    What stands above the first mark is a cell without one. `has_code` says whether there is
    anything in it to run.
    """

    lines: range
    has_code: bool


def cells(tree: Tree) -> list[Cell]:
    """The cells of a file in order; none if no mark is in it."""
    count = len(tree.text.lines)
    marks = [number for number in range(count) if _is_mark(tree, number)]
    if not marks:
        return []
    made = [_cell(tree, range(*ends)) for ends in pairwise([*marks, count])]
    above = _cell(tree, range(marks[0]))
    return [above, *made] if above.has_code else made


def cell_at(tree: Tree, line: int) -> Cell | None:
    """The cell that `line` is in, also on the blank lines at its end."""
    count = len(tree.text.lines)
    start = next((number for number in range(line, -1, -1) if _is_mark(tree, number)), None)
    stop = next((number for number in range(line + 1, count) if _is_mark(tree, number)), None)
    if start is not None:
        return _cell(tree, range(start, count if stop is None else stop))
    above = _cell(tree, range(stop)) if stop is not None else None
    return above if above is not None and above.has_code else None


def _is_mark(tree: Tree, number: int) -> bool:
    if not tree.text.lines[number].startswith("#") or not _MARK.match(tree.text.line(number)):
        return False
    # Not what only looks like one, inside a string.
    return tree.at(Position(number, 0), Position(number, 1)).type == "comment"


def _cell(tree: Tree, lines: range) -> Cell:
    text = tree.text
    written = [number for number in lines if text.lines[number].strip()]
    code = any(not text.lines[number].lstrip().startswith("#") for number in written)
    stop = written[-1] + 1 if written else lines.start
    title = _MARK.match(text.line(lines.start)) if lines else None
    prose = title is not None and _PROSE.search(title["title"]) is not None
    return Cell(range(lines.start, stop), code and not prose)
