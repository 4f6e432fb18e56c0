"""How much of a file a prompt shows: what is near, and the imports whatever their distance."""

from __future__ import annotations

from jedimind.syntax import GenerateTarget, Tree, top_level_imports

# Reading the prompt is what a CPU is slow at; about 120 lines cost 5 s with a 0.5B model.
_LINES_BEFORE = 50
_LINES_AFTER = 12


def shown_lines(tree: Tree, target: GenerateTarget) -> range:
    """The lines that `around` shows, apart from far imports."""
    first = target.described.stop if target.kind == "comment" else target.described.start
    last = min(len(tree.text.lines), target.replaced.stop + _LINES_AFTER)
    return range(max(0, first - _LINES_BEFORE), last)


def around(tree: Tree, target: GenerateTarget) -> tuple[str, str]:
    """The source before and after the target; a comment target's own lines count as before."""
    text = tree.text
    stop = target.described.stop if target.kind == "comment" else target.described.start
    shown = shown_lines(tree, target)
    first = shown.start
    before = [text.line(number) for number in range(first, stop)]
    far = [source for rows, source in top_level_imports(tree) if rows.stop <= first]
    if far:
        before = [*far, "...", *before]
    after = [text.line(number) for number in range(target.replaced.stop, shown.stop)]
    return "\n".join(before).strip("\n"), "\n".join(after).strip("\n")
