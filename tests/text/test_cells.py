"""The cells of a file. `$0` is the cursor."""

from __future__ import annotations

import pytest

from jedimind.cells import cell_at, cells
from jedimind.ipython import ipython_line
from jedimind.syntax import Tree, parse
from jedimind.text import Text
from marked import marked


def tree_and_line(source: str) -> tuple[Tree, int]:
    fixture = marked(source)
    return parse(Text.of(fixture.text)), fixture.text.count("\n", 0, fixture.cursor)


def around(source: str) -> str | None:
    """The text of the cell at the cursor."""
    tree, line = tree_and_line(source)
    cell = cell_at(tree, line)
    return "".join(tree.text.lines[cell.lines.start : cell.lines.stop]) if cell else None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# %%\na = 1\n\nb$0 = 2\n\n# %% two\nc\n", "# %%\na = 1\n\nb = 2\n"),
        ("# %%\na\n#%%\n$0b\n", "#%%\nb\n"),
        ("# %%\na\n# %% two$0\nb\n", "# %% two\nb\n"),
        ("# %%\na\n$0\n\n# %%\nb\n", "# %%\na\n"),
        ("$0import os\n\n# %%\na\n", "import os\n"),
        ("a$0\nb\n", None),
        ("$0# about this file\n# %%\na\n", None),
        # No marks: in a string, indented, a magic as jupytext writes it.
        ("# %%\nx = '''\n# %%\n$0'''\n", "# %%\nx = '''\n# %%\n'''\n"),
        ("# %%\nif x:\n    # %%\n    y$0\n", "# %%\nif x:\n    # %%\n    y\n"),
        ("# %%\n# %%time\nf()$0\n", "# %%\n# %%time\nf()\n"),
        ("#%%\r\na\r\n# %%\r\nb$0", "# %%\r\nb"),
    ],
)
def test_a_cell_goes_from_its_mark_to_the_next(source: str, expected: str | None) -> None:
    assert around(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# %%\na\n", [True]),
        ("# %% [markdown]\n# Some prose\n# %%\na\n", [False, True]),
        ("# %% A title [markdown]\n'''prose'''\n", [False]),
        ("# %%\n# only a comment\n# %%\n\n", [False, False]),
        ("import os\n# %% [code]\na\n", [True, True]),
        ("a\n", []),
    ],
)
def test_prose_and_comments_are_no_code(source: str, expected: list[bool]) -> None:
    assert [cell.has_code for cell in cells(parse(Text.of(source)))] == expected


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a = 1\n%matplotlib inline\n", 1),
        ("!ls\n", 0),
        ("files = !ls\n", 0),
        ("import os\nos.path?\n", 1),
        ("%%timeit\na\n", 0),
        ("a = (7\n%2)\n", None),
        ("a = 1\n", None),
        ("a = = 1\n", None),
    ],
)
def test_what_only_ipython_understands(source: str, line: int | None) -> None:
    assert ipython_line(Text.of(source)) == line
