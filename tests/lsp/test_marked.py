"""Fixtures read back what was drawn in them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from editor import Editor
from marked import Mark, Marked, drawn, marked, marked_files, places, write


def test_a_fixture_is_its_text_its_cursor_and_its_marks() -> None:
    fixture = marked("""
        def total(): ...
        #   ^^^^^ definition
        tot$0al()
        ^^^^^ call
    """)
    assert fixture.text == "def total(): ...\ntotal()\n"
    assert fixture.text[: fixture.cursor] == "def total(): ...\ntot"
    assert fixture.text[slice(*fixture.span("definition"))] == "total"
    assert fixture.span("call") == (17, 22)
    assert fixture.spans("missing") == []


def test_marks_share_a_line_or_have_one_each() -> None:
    fixture = marked("f(xyz, second)\n# ^ one ^^^ two\n# ^^^ both\n#^^^^\n")
    assert fixture.text == "f(xyz, second)\n"
    assert fixture.marks == (
        Mark(1, 5),
        Mark(2, 3, "one"),
        Mark(2, 5, "both"),
        Mark(8, 11, "two"),
    )


def test_a_fixture_without_a_line_break_before_it_is_taken_as_it_is() -> None:
    assert marked("$0").text == ""
    assert marked("  x = '\f\u2028'\r\ny$0\r^ r\nz$0").text == "  x = '\f\u2028'\r\ny\rz"
    assert marked("a$0\rb$0").cursors == (1, 3)


def test_several_files_are_told_apart_by_their_headers(tmp_path: Path) -> None:
    files = marked_files("""
        #- shop/cart.py
        from prices import VAT$0

        #- prices.py
        VAT = 19
        ^^^ target
    """)
    assert files["shop/cart.py"].text == "from prices import VAT\n\n"
    assert files["prices.py"] == Marked("VAT = 19\n", marks=(Mark(0, 3, "target"),))
    write(files, tmp_path)
    assert (tmp_path / "shop/cart.py").read_text() == files["shop/cart.py"].text


def test_an_answer_is_listed_by_file_line_and_text(editor: Editor, tmp_path: Path) -> None:
    editor.folders = [tmp_path]
    editor.encoding = "utf-8"
    (tmp_path / "a.py").write_text("x = '😀'; total = 1\n")
    uri = (tmp_path / "a.py").as_uri()
    where = {"start": {"line": 0, "character": 12}, "end": {"line": 0, "character": 17}}
    link = {"targetUri": uri, "targetRange": where, "targetSelectionRange": where}
    assert places(editor, [{"uri": uri, "range": where}, link]) == ["a.py:1:total"] * 2
    assert places(editor, {"uri": uri, "range": where}) == ["a.py:1:total"]
    assert places(editor, None) == []


lines = st.text(st.sampled_from("ab =#\f\u2028😀\u0301"), min_size=1, max_size=8)
parts = st.tuples(lines, st.integers(0, 7), st.integers(1, 8))


@given(st.lists(parts, min_size=1, max_size=5), st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_is_drawn_is_read_back(content: list[tuple[str, int, int]], newline: str) -> None:
    text, marks = "", []
    for number, (line, start, length) in enumerate(content):
        if start < len(line):
            end = min(start + length, len(line))
            marks.append(Mark(len(text) + start, len(text) + end, f"{number}"))
        text += line + newline
    assert marked(drawn(text, reversed(marks))) == Marked(text, marks=tuple(marks))
