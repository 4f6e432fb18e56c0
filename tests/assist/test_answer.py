"""From what a model said to the code it meant."""

import pytest

from jedimind.assist.answer import (
    body_of,
    code_block,
    code_is_complete,
    without_demonstration,
    without_mark,
)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("Here you are:\n```python\nx = 1\n```\nThis sets x.", "x = 1"),
        ("```\nx = 1\n```", "x = 1"),
        ("```python\n    x = 1\n    y = 2\n```", "x = 1\ny = 2"),
        ("```python\nx = 1\n", "x = 1"),
        ("x = 1\n", "x = 1"),
        ("```python\nx = 1\n```\n```python\ny = 2\n```", "x = 1"),
        ("~~~py\nx = 1\n~~~", "x = 1"),
        ("", ""),
        ("```python\r\nx = 1\r\ny = 2\r\n```\r\n", "x = 1\ny = 2"),
        ('```python\n    x = """a\nb"""\n    y = 2\n```', 'x = """a\nb"""\ny = 2'),
        ("```python\n    x = 'a\x0cb'\n```", "x = 'a\x0cb'"),
    ],
)
def test_the_code_is_the_first_block(answer: str, code: str) -> None:
    assert code_block(answer) == code


@pytest.mark.parametrize(
    ("answer", "complete"),
    [
        ("```python\nx = 1\n", False),
        ("```python\nx = 1\n```", False),  # more ticks may follow
        ("```python\nx = 1\n```\n", True),
        ("Here:\n", False),
    ],
)
def test_generation_stops_when_the_block_is_closed(answer: str, complete: bool) -> None:
    assert code_is_complete(answer) is complete


def test_the_mark_of_the_prompt_is_not_code() -> None:
    assert (
        without_mark("def f():\n    pass\n\n# <<< your code goes here >>>") == "def f():\n    pass"
    )


ADD = "def add(a, b):\n    return a + b"


@pytest.mark.parametrize(
    ("tail", "kept"),
    [
        ("\n\nprint(add(1, 2))", False),
        ("\n\nassert add(1, 2) == 3", False),
        ("\n\n# Example usage\na = 1\nprint(add(a, 2))", False),
        ("\n\nif __name__ == '__main__':\n    print(add(1, 2))", False),
        ("\n\nmain()", True),
        ("\n\nprint(add(FIRST, SECOND))", True),
        ("\n\nTOTAL = 3", True),
    ],
)
def test_demonstrations_are_dropped_and_what_was_asked_for_stays(tail: str, kept: bool) -> None:
    assert without_demonstration(ADD + tail) == (ADD + tail if kept else ADD)


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (ADD, "return a + b"),
        ('def add(a, b):\n    """Sum."""\n    return a + b', "return a + b"),
        (
            "import math\n\ndef add(a, b):\n    return math.fsum([a, b])",
            "import math\nreturn math.fsum([a, b])",
        ),
        ("class A:\n    def add(self, a, b):\n        return a + b", "return a + b"),
        ("def add(a, b): return a + b", "return a + b"),
        ("def plus(a, b):\n    return a + b", "return a + b"),
        (
            'def add(a, b):\n    x = """a\nb\n"""\n    return x',
            'x = """a\nb\n"""\nreturn x',
        ),
        (
            'def add(a, b):\n    def c():\n        """1.\n        2.\n        """\n    return c',
            'def c():\n    """1.\n    2.\n    """\nreturn c',
        ),
        ("def add(\n    a, b\n): return a + b", "return a + b"),
        ('def add(a, b):\n    "Sum."; return a + b', "return a + b"),
        ("return a + b", None),
        ("def one(): pass\ndef two(): pass", None),
        ("def add(a, b:", None),
    ],
)
def test_the_body_of_a_stub_is_found_in_what_repeats_it(code: str, body: str | None) -> None:
    assert body_of(code, "add") == body
