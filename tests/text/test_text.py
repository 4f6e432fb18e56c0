"""The line and position layer, compared with the protocol's rules spelled out naively."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jedimind.text import Change, Encoding, Position, Span, Text, split_lines

PIECES = [
    "a",
    "é",
    "e\u0301",
    "😀",
    "\U0001f468\u200d\U0001f469",
    "\n",
    "\r",
    "\r\n",
    "\f",
    "\u2028",
]
PIECES += ["\x85", "\t", "漢", "\x00", "\ud83d", "\ude00"]
AWKWARD = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)
ENCODINGS = list(Encoding)


def units(string: str, encoding: Encoding) -> int:
    size = {Encoding.UTF8: 1, Encoding.UTF16: 2, Encoding.UTF32: 4}[encoding]
    codec = {Encoding.UTF8: "utf-8", Encoding.UTF16: "utf-16-le", Encoding.UTF32: "utf-32-le"}
    return len(string.encode(codec[encoding], "surrogatepass")) // size


@given(AWKWARD)
def test_lines_end_only_at_the_terminators_of_the_protocol(string: str) -> None:
    lines = split_lines(string)
    assert "".join(lines) == string
    assert [line.rstrip("\r\n") for line in lines] == re.split("\r\n|\r|\n", string)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(string=AWKWARD)
def test_every_position_survives_the_way_to_the_client_and_back(
    string: str, encoding: Encoding
) -> None:
    text = Text.of(string)
    for number in range(len(text.lines)):
        for column in range(len(text.line(number)) + 1):
            position = Position(number, column)
            line, character = text.encode(position, encoding)
            assert character == units(text.line(number)[:column], encoding)
            assert text.decode(line, character, encoding) == position


@given(AWKWARD, st.integers(-2, 12), st.integers(-2, 40), st.sampled_from(ENCODINGS))
def test_any_position_a_client_may_send_becomes_one_that_exists(
    string: str, line: int, character: int, encoding: Encoding
) -> None:
    text = Text.of(string)
    position = text.decode(line, character, encoding)
    assert text.clamp(position) == position
    if 0 <= line < len(text.lines):
        assert position.line == line
        assert text.encode(position, encoding)[1] <= max(character, 0)


@pytest.mark.parametrize(
    ("encoding", "character"), [(Encoding.UTF8, 3), (Encoding.UTF16, 2)], ids=str
)
def test_a_position_inside_a_character_means_its_start(encoding: Encoding, character: int) -> None:
    assert Text.of("a😀b").decode(0, character, encoding) == Position(0, 1)


@settings(max_examples=400)
@given(st.data())
def test_edits_give_the_text_that_the_client_has(data: st.DataObject) -> None:
    string = data.draw(AWKWARD)
    text = Text.of(string)
    for _ in range(data.draw(st.integers(1, 5))):
        whole = text.string
        places = [
            Position(number, column)
            for number in range(len(text.lines))
            for column in range(len(text.line(number)) + 1)
        ]
        start, end = sorted(data.draw(st.tuples(*[st.sampled_from(places)] * 2)))
        new = data.draw(AWKWARD)
        before = text.lines
        text, change = text.replace(Span(start, end), new)

        expected = whole[: offset(before, start)] + new + whole[offset(before, end) :]
        assert text.string == Text.of(expected).string
        assert list(text.lines) == split_lines(text.string)
        untouched = len(before) - change.removed
        assert list(before[: change.line]) == list(text.lines[: change.line])
        assert len(text.lines) == untouched + change.added
        below = len(before) - change.line - change.removed
        assert list(before[len(before) - below :]) == list(text.lines[len(text.lines) - below :])


def offset(lines: list[str], position: Position) -> int:
    return sum(map(len, lines[: position.line])) + position.column


def test_halves_of_a_surrogate_pair_typed_one_by_one_become_one_character() -> None:
    text, _ = Text.of("x = '\ud83d'").replace(Span(Position(0, 6), Position(0, 6)), "\ude00")
    assert text.string == "x = '😀'"


def test_what_an_edit_does_to_lines_that_are_remembered() -> None:
    change = Change(line=5, removed=2, added=3)
    assert change.moved(range(5)) == range(5)
    assert change.moved(range(7, 9)) == range(8, 10)
    assert change.moved(range(4, 6)) is None


def test_a_line_inserted_above_moves_lines_without_touching_them() -> None:
    _, change = Text.of("a\nb\n").replace(Span(Position(1, 0), Position(1, 0)), "new\n")
    assert change.moved(range(1, 2)) == range(2, 3)


def test_a_selection_that_ends_at_the_start_of_a_line_does_not_cover_it() -> None:
    assert Span(Position(1, 0), Position(3, 0)).lines == range(1, 3)
    assert Span(Position(1, 4), Position(1, 4)).lines == range(1, 2)


def test_new_lines_take_the_terminator_of_the_document() -> None:
    assert Text.of("a\r\nb").newline == "\r\n"
    assert Text.of("a").newline == "\n"
