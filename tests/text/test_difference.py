"""The edits between two texts make one of the other, and leave alone what is the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jedimind.difference import difference
from jedimind.text import Position, Span, Text

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "😀\r", "\n", "last"]), max_size=12)


@given(LINES, LINES)
def test_the_edits_make_one_text_of_the_other(before: list[str], after: list[str]) -> None:
    old, new = Text.of("".join(before)), Text.of("".join(after))
    text = old
    for edit in reversed(list(difference(old, new))):
        text, _ = text.replace(edit.span, edit.new)
    assert text.string == new.string


def test_lines_that_are_the_same_are_left_alone() -> None:
    old, new = Text.of("one\ntwo\nthree\n"), Text.of("one\n2\nthree\n")
    (edit,) = difference(old, new)
    assert (edit.span, edit.new) == (Span(Position(1, 0), Position(2, 0)), "2\n")


def test_texts_too_long_to_compare_are_replaced_whole() -> None:
    old = Text.of("x\n" * 11_000)
    (edit,) = difference(old, Text.of("y\n" + "x\n" * 11_000))
    assert edit.span == Span(Position(0, 0), old.end)
