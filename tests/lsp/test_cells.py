"""The one text that the cells of a notebook are, and the lines in it that are a cell's own."""

from __future__ import annotations

import pytest

from jedimind.lsp.documents import Document
from jedimind.lsp.notebooks import Notebook
from jedimind.text import Text


def notebook(*texts: str) -> Notebook:
    cells = [
        Document(f"cell:{number}", 1, Text.of(text)) for number, text in enumerate(texts, start=1)
    ]
    return Notebook("file:///book.ipynb", 1, cells)


@pytest.mark.parametrize(
    ("texts", "whole", "starts"),
    [
        (["a = 1", "b"], "a = 1\nb\n", (0, 1)),
        (["a = 1\n", "b\n"], "a = 1\n\nb\n\n", (0, 2)),
        (["", "", "b"], "\n\nb\n", (0, 1, 2)),
        (["a\r\nb\r", "c"], "a\r\nb\r\nc\n", (0, 3)),
    ],
)
def test_each_line_of_a_cell_is_one_of_the_whole(
    texts: list[str], whole: str, starts: tuple[int, ...]
) -> None:
    made, found = notebook(*texts).source()
    assert found == starts
    assert made.string == whole


def test_an_empty_line_at_the_end_of_a_cell_is_its_own() -> None:
    book = notebook("a = 1\n", "", "b")
    cells = [book.cell_at(line) for line in range(4)]
    assert [(cell.uri, first) for cell, first in cells] == [
        ("cell:1", 0),
        ("cell:1", 0),
        ("cell:2", 2),
        ("cell:3", 3),
    ]
