"""What can be folded away. A picture marks each line: what begins there, and how far it goes."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from jedimind.folding import Fold, by_lines, folds, outermost
from jedimind.syntax import parse
from jedimind.text import Text


def hidden(source: str) -> list[str]:
    """What each fold hides, with line feeds as `⏎`."""
    tree = parse(Text.of(source))
    return [tree.text.slice(fold.span).replace("\n", "⏎") for fold in folds(tree)]


def picture(source: str) -> list[str]:
    """`first-last` line of each fold as an editor of whole lines shows it, and its kind."""
    text = Text.of(source)
    return [_described(fold) for fold in by_lines(text, folds(parse(text)))]


def _described(fold: Fold) -> str:
    lines = f"{fold.span.start.line}-{fold.span.end.line}"
    return f"{lines} {fold.kind}" if fold.kind else lines


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    pass\n", ["⏎    pass"]),
        ("@cache\ndef f():\n    pass\n\nx = 1\n", ["⏎    pass"]),
        ("class A:  # all\n    x = 1\n", ["⏎    x = 1"]),
        ("f(\n    1,\n)\n", ["⏎    1,⏎"]),
        ('x = """one\ntwo\n"""\n', ["one⏎two⏎"]),
        ("x[\n    'ä'\n]\n", ["⏎    'ä'⏎"]),
        ("def f(): pass\n", []),
        ("", []),
    ],
)
def test_a_fold_hides_what_is_inside(source: str, expected: list[str]) -> None:
    assert hidden(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "if a:\n    b\nelif c:\n    d\n    # e\nelse:\n    f\n",
            ["0-1", "2-4", "5-6"],
        ),
        (
            "try:\n    a\nexcept E:\n    b\nexcept* F:\n    c\nelse:\n    d\nfinally:\n    e\n",
            ["0-1", "2-3", "4-5", "6-7", "8-9"],
        ),
        ("for a in b:\n    c\nelse:\n    d\n\n\n", ["0-1", "2-3"]),
        ("while a:\n    b\n\n    c\n\n", ["0-3"]),
        ("with a as b, c:\n    d\n", ["0-1"]),
        ("async def f():\n    async for a in b:\n        c\n", ["0-2", "1-2"]),
        (
            "match a:\n    case [1]:\n        b\n    case _ if c:\n        d\n",
            ["0-4", "1-2", "3-4"],
        ),
    ],
    ids=["if", "try", "for", "while", "with", "async", "match"],
)
def test_every_clause_folds_by_itself(source: str, expected: list[str]) -> None:
    assert picture(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = [\n    1,\n    2,\n]\n", ["0-2"]),  # the closing bracket stays in sight
        ("x = f(a,\n      b)\n", ["0-1"]),
        ("x = f(a,\n      b).g(\n    c\n)\n", ["1-2"]),
        ("x = f(g(\n    a,\n))\n", ["0-1"]),
        ("def f(\n    a,\n    b,\n) -> int:\n    return a\n", ["0-2", "3-4"]),
        ("def f(a,\n      b):\n    return a\n", ["1-2"]),
        ("x = {\n    'a': [\n        1,\n    ],\n}\n", ["0-3", "1-2"]),
        ('def f():\n    """One.\n\n    Two.\n    """\n', ["0-4", "1-3"]),
        ('x = f"""{\n    a\n}b\n"""\n', ["0-2"]),
        ("def f():\n    x = g(\n        a\n    )\n", ["0-3", "1-2"]),
    ],
)
def test_brackets_and_strings_of_several_lines_fold(source: str, expected: list[str]) -> None:
    assert picture(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "from __future__ import a\n\nimport b\nimport c  # why\n\n# ours\nfrom d import e\nx\n",
            ["0-6 imports"],
        ),
        ("from a import (\n    b,\n    c,\n)\n", ["0-2"]),
        ("import a\nx = 1\nimport b\n", []),
        ("if a:\n    import b\n    import c\n", ["0-2", "1-2 imports"]),
        ("# one\n# two\nx = 1  # three\n# four\n", ["0-1 comment"]),
        ("# one\n\n# two\n", []),
        ("def f():\n    # one\n    # two\n# three\n    pass\n", ["0-4", "1-2 comment"]),
        (
            "# region a\nx\n#region b\ny\n# endregion\nz\n#endregion a\n",
            ["0-6 region", "2-4 region"],
        ),
        ("# region a\nx\n", []),
        ("# endregion\nx = '''\n# region\n'''\n# endregion\n", ["1-2"]),
        (
            "# %% one\nx\n\n\n#%% two\n# it\n# goes\ny\n",
            ["0-1 region", "4-7 region", "5-6 comment"],
        ),
        ("# In[1]:\nx\n# In[ ]:\ny\n", ["0-1 region", "2-3 region"]),
    ],
)
def test_imports_comments_regions_and_cells_fold(source: str, expected: list[str]) -> None:
    assert picture(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class A:\n    def f(self):\n        return self.\n\n    def g(self):\n        pass\n", 3),
        ("def f():\n    x = (\n\ndef g():\n    pass\n", 2),
        ("if x:\n    y(\n\nfor a in b:\n    c\n", 2),
    ],
)
def test_what_is_half_typed_still_folds(source: str, expected: int) -> None:
    assert len(picture(source)) == expected


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_lines_are_those_of_the_document_whatever_ends_them(newline: str) -> None:
    source = "x = '\f\u2028'\ndef f():\n    pass\n".replace("\n", newline)
    assert picture(source) == ["1-2"]


def test_of_too_many_folds_the_outermost_stay_in_order() -> None:
    text = Text.of("if a:\n    if b:\n        c\n    d\nif e:\n    f\n")
    found = by_lines(text, folds(parse(text)))
    assert [_described(fold) for fold in outermost(found, 3)] == ["0-3", "1-2", "4-5"]
    assert [_described(fold) for fold in outermost(found, 2)] == ["0-3", "4-5"]


@pytest.mark.parametrize("module", ["typing", "argparse", "_pydecimal", "enum"])
def test_folds_of_real_modules_begin_on_lines_of_their_own_and_nest(module: str) -> None:
    source = Path(sysconfig.get_path("stdlib"), f"{module}.py").read_bytes().decode()
    text = Text.of(source)
    lines = [
        (fold.span.start.line, fold.span.end.line) for fold in by_lines(text, folds(parse(text)))
    ]
    assert len(lines) > 100
    assert len({first for first, _ in lines}) == len(lines)
    around: list[tuple[int, int]] = []
    for first, last in lines:
        assert first < last < len(text.lines)
        while around and around[-1][1] < first:
            around.pop()
        assert not around or last <= around[-1][1]
        around.append((first, last))


def test_deep_nesting_is_no_trouble() -> None:
    deep = 3000
    assert len(hidden("(\n" * deep + ")\n" * deep)) == deep
