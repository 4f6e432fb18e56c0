"""A candidate in its place, from a document and what a model said."""

from __future__ import annotations

from jedimind.assist.answer import body_of, code_block
from jedimind.assist.placement import Placement, place
from jedimind.syntax import generate_target, parse
from jedimind.text import Span, Text


def placed(marked: str, said: str) -> Placement:
    """The code of `said` in the document `marked`, whose `$0` is where the user asked for it."""
    before, _, after = marked.partition("$0")
    cursor = Text.of(before).end
    tree = parse(Text.of(before + after))
    target = generate_target(tree, Span(cursor, cursor))
    assert target is not None, "there is nothing to generate at the `$0`"
    code = code_block(said)
    if target.kind == "stub":
        code = body_of(code, target.name) or code
    return place(tree, target, code)
