"""Code changes its indentation; what its strings say does not change."""

import textwrap

import pytest

from jedimind.assist.indentation import dedented, indented

TEXT = 'text = """Hello\nWorld\n  and all\n"""\nreturn text'


@pytest.mark.parametrize(
    ("code", "moved"),
    [
        ("x = 1\n\nif x:\n    y = 2", "    x = 1\n\n    if x:\n        y = 2"),
        ('return """Hello\nWorld"""', '    return """Hello\nWorld"""'),
        (TEXT, '    text = """Hello\nWorld\n  and all\n"""\n    return text'),
        ('f("""a\nb""", x)', '    f("""a\nb""", x)'),
        ('return f"""{x}\n{y +\nz}\nb"""\n', '    return f"""{x}\n{y +\nz}\nb"""\n'),
        ("return 'a\\\nb'\ny", "    return 'a\\\nb'\n    y"),
        ('x = ("a"\n     "b")', '    x = ("a"\n         "b")'),
        ('x = "a\x0cb"', '    x = "a\x0cb"'),
        ("x = '\u2028'; y", "    x = '\u2028'; y"),
        ('x = """a\nb', '    x = """a\n    b'),  # it does not end, so nothing is known of it
        ("it's prose\nx", "    it's prose\n    x"),
        ("", ""),
    ],
)
def test_strings_stay_as_they_are(code: str, moved: str) -> None:
    assert indented(code, "    ") == moved
    assert dedented(moved) == code


@pytest.mark.parametrize("indent", ["    ", "\t"])
def test_a_docstring_goes_with_its_code(indent: str) -> None:
    code = 'def f():\n    """Sum.\n\n    Of all.\n    """  # done\n    return """a\n    b"""'
    moved = textwrap.indent(code, indent).replace(f"\n{indent}    b", "\n    b")
    assert indented(code, indent) == moved
    assert dedented(moved) == code


def test_a_docstring_may_begin_its_lines_further_left_than_its_code() -> None:
    assert dedented('    """Sum.\n\n  Of all.\n"""\n    x') == '"""Sum.\n\nOf all.\n"""\nx'


def test_tabs_and_spaces_are_not_taken_for_each_other() -> None:
    assert dedented("\tx\n    y") == "\tx\n    y"
