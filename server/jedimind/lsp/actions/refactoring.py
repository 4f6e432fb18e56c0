"""Offers to extract what is selected, and to inline the variable at the cursor.

Of a selection Jedi is asked what can be extracted. For a mere cursor, which moves all the time, the
syntax tree decides what is offered, and what Jedi will not do is said when the user chooses it.
"""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from jedimind.analysis.refactoring import ExtractionsQuestion, Refactoring, RefactorQuestion
from jedimind.lsp.actions.offer import Occasion, Offer
from jedimind.lsp.features.formatting import edits_to
from jedimind.lsp.refusal import ContentModified, RequestRefused
from jedimind.lsp.search import ask_or_refuse, search_budget, searched_folders
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.lsp.workspace_edits import Versions, workspace_edit
from jedimind.syntax import Tree
from jedimind.text import Position, Span, Text

VARIABLE = f"{types.CodeActionKind.RefactorExtract.value}.variable"
FUNCTION = f"{types.CodeActionKind.RefactorExtract.value}.function"
INLINE = types.CodeActionKind.RefactorInline.value
KINDS = (VARIABLE, FUNCTION, INLINE)

_EXTRACTIONS: dict[Refactoring, tuple[str, str]] = {
    "extract variable": ("Extract variable", VARIABLE),
    "extract function": ("Extract function", FUNCTION),
}


async def offers(session: Session, occasion: Occasion) -> list[Offer]:
    view, span = occasion.view, occasion.span
    # Of several cells no one knows which is to take the new code.
    if not view.settings.features.allow("refactoring") or view.whole is not view.text:
        return []
    if span.empty:
        name = inlined_name(occasion.tree, span.start, asked_for=occasion.names(INLINE))
        return [_offer(view, span, "inline", f"Inline `{name}`", INLINE)] if name else []
    if not (occasion.wants(VARIABLE) or occasion.wants(FUNCTION)):
        return []
    question = ExtractionsQuestion(view.place(span.start), span)
    answer = await session.ask(question, latest=("extractions", view.document.uri))
    possible = answer.possible if answer is not None else ()
    return [_offer(view, span, each, *_EXTRACTIONS[each]) for each in possible]


async def edit(
    session: Session, view: View, argument: dict[str, Any]
) -> types.WorkspaceEdit | None:
    versions = Versions.now(session)
    if argument["version"] != view.version:
        raise ContentModified
    start, end = (Position(*argument[name]) for name in ("start", "end"))
    question = RefactorQuestion(
        view.place(start),
        Span(start, end),
        argument["do"],
        searched_folders(session, view),
        search_budget(view.settings),
    )
    # A variable may be used in other files, and these are searched where nobody waits for it.
    lane = session.lanes.background if argument["do"] == "inline" else session.lanes.interactive
    answer = await ask_or_refuse(session, question, lane)
    if answer.refusal is not None:
        raise RequestRefused(answer.refusal)
    edits = await edits_to(session, view, Text.of(answer.source))
    return workspace_edit(session, versions, [(view.document.uri, each) for each in edits])


def inlined_name(tree: Tree, position: Position, *, asked_for: bool) -> str | None:
    """The variable at the cursor that gets its value there; any name, if that is `asked_for`."""
    node = tree.at(position, position)
    if node.type != "identifier":
        return None
    statement = node.parent
    if asked_for:
        return tree.source(node)
    if statement is None or statement.type != "assignment":
        return None
    is_target = statement.child_by_field_name("left") == node
    has_value = statement.child_by_field_name("right") is not None
    return tree.source(node) if is_target and has_value else None


def _offer(view: View, span: Span, do: Refactoring, title: str, kind: str) -> Offer:
    argument = {
        "do": do,
        "version": view.version,
        "start": [span.start.line, span.start.column],
        "end": [span.end.line, span.end.column],
    }
    return Offer(title, kind, argument=argument)
