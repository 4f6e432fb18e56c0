"""Text that makes Python's parser give up is text that does not parse."""

from __future__ import annotations

import time

import pytest

from jedimind.assist import examples
from jedimind.assist.answer import body_of, code_block, without_demonstration
from jedimind.assist.imports import split, taken_from
from jedimind.assist.parsing import is_expression, parse_or_none

HOSTILE = [
    pytest.param("-" * 9_000 + "1", id="signs"),
    pytest.param("not " * 5_000 + "1", id="words"),
    pytest.param("a" + ".b" * 3_000, id="attributes"),
    pytest.param("(" * 300, id="brackets"),
    pytest.param("x = '\0'", id="nul"),
    pytest.param("x = '\ud800'", id="surrogate"),
]


@pytest.mark.parametrize("source", HOSTILE)
def test_no_answer_of_a_model_raises(source: str) -> None:
    for said in (source, f"def f(x):\n    return x\n\nif {source}:\n    f(1)\n"):
        code = code_block(f"```python\n{said}\n```")
        assert without_demonstration(code).startswith(code[:10])
        assert "import os" not in taken_from(code)[0]
        body_of(code, "f")
    assert list(split([source, "import os"])) == ["import os"]


@pytest.mark.parametrize("source", HOSTILE)
def test_no_words_of_a_user_raise(source: str) -> None:
    words = f"f(2) -> 4\n\nf(1) == {source}\n\nassert {source}\n\n>>> {source}\n1\n"
    assert examples.Example("f(2)", "4") in examples.find(words)


def test_a_tree_or_none() -> None:
    assert parse_or_none("x = 1") is not None
    assert parse_or_none("x = ") is None
    assert is_expression(" f(1) ")
    assert not is_expression("x = 1")


def test_what_python_warns_about_parses(recwarn: pytest.WarningsRecorder) -> None:
    assert parse_or_none(r"x = '\d' is 1") is not None
    assert not recwarn.list


@pytest.mark.parametrize(
    "words",
    [
        "f(" * 20_000 + ")" * 20_000,
        "a." * 50_000,
        "f(1) " * 20_000,
        "\n".join(["f(" * 120 + ")" * 120] * 500),
        "\n".join(["f() -> " + " " * 400 + "-"] * 500),
        ">>> f(1)\n" * 20_000,
    ],
)
def test_examples_are_found_in_any_words_at_once(words: str) -> None:
    begun = time.process_time()
    examples.find(words)
    assert time.process_time() - begun < 2
