"""How much of a file a prompt shows: what is near, and the imports whatever their distance."""

from __future__ import annotations

from jedimind.syntax import GenerateTarget, Tree, top_level_imports

# Reading the prompt is what a CPU is slow at; about 120 lines cost 5 s with a 0.5B model.
_LINES_BEFORE = 50
_LINES_AFTER = 12


def around(tree: Tree, target: GenerateTarget) -> tuple[str, str]:
    """The source before and after the target; a comment target's own lines count as before."""
    text = tree.text
    stop = target.described.stop if target.kind == "comment" else target.described.start
    first = max(0, stop - _LINES_BEFORE)
    before = [text.line(number) for number in range(first, stop)]
    far = [source for rows, source in top_level_imports(tree) if rows.stop <= first]
    if far:
        before = [*far, "...", *before]
    last = min(len(text.lines), target.replaced.stop + _LINES_AFTER)
    after = [text.line(number) for number in range(target.replaced.stop, last)]
    return "\n".join(before).strip("\n"), "\n".join(after).strip("\n")
