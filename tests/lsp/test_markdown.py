"""What others wrote is shown and does nothing: checked with a real Markdown parser."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from jedimind.lsp.markdown import escaped, fence, harmless, plain

PARSER = MarkdownIt("gfm-like", {"html": True, "linkify": False})


def active(markdown: str) -> set[str]:
    """What in `markdown` loads, leads somewhere or is HTML."""

    def kinds(tokens: list[Token]) -> set[str]:
        found = {token.type for token in tokens}
        return found.union(*(kinds(token.children or []) for token in tokens))

    return kinds(PARSER.parse(markdown)) & {
        "link_open",
        "image",
        "html_inline",
        "html_block",
    }


ATTACKS = [
    "![x](https://evil.example/a.png)",
    "[click](command:workbench.action.quit)",
    "[![x](y)](https://evil.example/p.png)",
    "![a][r]\n\n[r]: https://evil.example/p.png",
    "[go][c]\n\n[c]: command:quit",
    "<https://evil.example>",
    "<img src=x>",
    "\\[a\\](command:quit)",
    "\\\\[a](command:quit)",
    "\\`[a](command:quit)\\`",
    "``` a`b\n[a](command:quit)\n```",
    "- item\n  ```\n  code\n[a](command:quit)\n",
    "> ```\n> code\n[a](command:quit)\n",
    "    ```\n[a](command:quit)\n",
    "`a\n[a](command:quit)`",
    "`\na`[a](command:quit) `b",
    "`\n\na`[a](command:quit)`",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_loads_or_leads_anywhere_is_left(attack: str) -> None:
    assert active(attack) or "`" in attack or "\\" in attack
    assert active(harmless(attack)) == set()
    assert active(escaped(attack)) == set()


@settings(max_examples=500)
@given(
    st.lists(
        st.sampled_from([*"![]()<>`\\~\n :-", "```", "~~~", "    ", "a", "[a](b:c)", "[r]: b:c"]),
        max_size=25,
    ).map("".join)
)
def test_no_mixture_of_marks_is_left_active(text: str) -> None:
    assert active(harmless(text)) == set()
    assert active(escaped(text)) == set()


def test_code_and_structure_stay_as_they_are() -> None:
    markdown = "# It *adds*\n\n- `handlers[name](event)`\n\n```python\na[0] < b\n```\n"
    assert harmless(markdown) == markdown


def test_a_fence_is_longer_than_any_in_it() -> None:
    assert fence("a\n````\nb") == "`````text\na\n````\nb\n`````"


def test_terminal_escapes_and_invisible_characters_are_not_shown() -> None:
    assert plain("\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\u202e\x00") == "red link\ufffd\ufffd"
    assert plain("abcdef", 4) == "abc…"
