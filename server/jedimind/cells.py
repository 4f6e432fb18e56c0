"""The cells of a file: the parts that comments ``# %%`` begin.

The marks are those of Spyder, VS Code and jupytext. A mark is a comment at the very start of a
line; one with ``[markdown]`` begins prose, which is no code.
"""

from __future__ import annotations

import re

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
    marked: bool
    has_code: bool


def cells(tree: Tree) -> list[Cell]:
    """The cells of a file in order; none if no mark is in it."""
    text = tree.text
    marks: list[tuple[int, str]] = []
    for number in range(len(text.lines)):
        found = _MARK.match(text.line(number)) if text.lines[number].startswith("#") else None
        # Not what only looks like one, inside a string.
        if found and tree.at(Position(number, 0), Position(number, 1)).type == "comment":
            marks.append((number, found["title"]))
    if not marks:
        return []
    ends = [*(number for number, _ in marks[1:]), len(text.lines)]
    made = [
        _cell(tree, range(start, end), marked=True, prose=bool(_PROSE.search(title)))
        for (start, title), end in zip(marks, ends, strict=True)
    ]
    above = _cell(tree, range(marks[0][0]), marked=False, prose=False)
    return [above, *made] if above.has_code else made


def cell_at(tree: Tree, line: int) -> Cell | None:
    """The cell that `line` is in, also on the blank lines at its end."""
    return next((cell for cell in reversed(cells(tree)) if cell.lines.start <= line), None)


def _cell(tree: Tree, lines: range, *, marked: bool, prose: bool) -> Cell:
    text = tree.text
    written = [number for number in lines if text.line(number).strip()]
    code = any(not text.line(number).lstrip().startswith("#") for number in written)
    stop = written[-1] + 1 if written else lines.start
    return Cell(range(lines.start, stop), marked, code and not prose)
