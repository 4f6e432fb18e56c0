"""Offers to import what is used without an import, to correct a misspelt name, to sort imports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from jedimind.lsp import ruff
from jedimind.lsp.actions.offer import Occasion, Offer
from jedimind.lsp.conversion import to_range, to_span
from jedimind.lsp.features.formatting import edits_to, ruff_for
from jedimind.lsp.imported_names import import_edit
from jedimind.lsp.refusal import RequestRefused
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.lsp.workspace_edits import Versions, workspace_edit

IMPORT = "quickfix.jedimind.import"
SPELLING = "quickfix.jedimind.spelling"
ORGANIZE = types.CodeActionKind.SourceOrganizeImports.value
KINDS = (IMPORT, SPELLING, ORGANIZE)

_MOST_OFFERED = 5


async def offers(session: Session, occasion: Occasion) -> list[Offer]:
    features = occasion.view.settings.features
    found: list[Offer] = []
    for diagnostic in occasion.diagnostics:
        if diagnostic.source != "jedimind" or not str(diagnostic.code).startswith("unresolved."):
            continue
        if diagnostic.code == "unresolved.name" and features.allow("auto_import"):
            found += await _imports(session, occasion, diagnostic)
        if features.allow("refactoring"):
            found += _spellings(diagnostic)
    # Only on the user's word: an editor asks for actions at every move of the cursor.
    if features.allow("refactoring") and occasion.names(ORGANIZE):
        found.append(Offer("Organize imports", ORGANIZE, argument={"do": "organize"}))
    return found


async def edit(
    session: Session, view: View, argument: dict[str, Any]
) -> types.WorkspaceEdit | None:
    versions = Versions.now(session)
    uri = view.document.uri
    if argument["do"] == "import":
        made = [await import_edit(session, view, argument["module"], argument["name"])]
    elif argument["do"] == "spell":
        span = to_span(view.text, _converted(argument["range"]), session.encoding)
        range_ = to_range(view.text, span, session.encoding)
        made = [types.TextEdit(range_, argument["name"])]
    else:
        made = await _organized(session, view)
    return workspace_edit(session, versions, [(uri, each) for each in made])


async def _imports(
    session: Session, occasion: Occasion, diagnostic: types.Diagnostic
) -> list[Offer]:
    """Every import that would bring the undefined name."""
    index = session.indexes.of(occasion.view.reading.folder)
    if index is None:
        return []
    text = occasion.view.text
    name = text.slice(to_span(text, diagnostic.range, session.encoding))
    found = (await index.importable_exactly(name))[:_MOST_OFFERED]
    return [
        Offer(
            f"Import `{name}` from `{each.module}`" if each.module else f"Import `{name}`",
            IMPORT,
            argument={"do": "import", "module": each.module, "name": name},
            diagnostics=[diagnostic],
            preferred=len(found) == 1,
        )
        for each in found
    ]


def _spellings(diagnostic: types.Diagnostic) -> Iterator[Offer]:
    """Names that exist there and resemble the one that does not."""
    data = diagnostic.data if isinstance(diagnostic.data, dict) else {}
    for known in data.get("known", ())[:_MOST_OFFERED]:
        range_ = diagnostic.range
        place = [range_.start.line, range_.start.character, range_.end.line, range_.end.character]
        yield Offer(
            f"Change to `{known}`",
            SPELLING,
            argument={"do": "spell", "name": known, "range": place},
            diagnostics=[diagnostic],
        )


def _converted(place: list[int]) -> types.Range:
    return types.Range(types.Position(*place[:2]), types.Position(*place[2:]))


async def _organized(session: Session, view: View) -> list[types.TextEdit]:
    program = await ruff_for(session, view)
    if program is None:
        raise RequestRefused(
            "ruff, which sorts imports, is not installed; `pip install ruff` brings it."
        )
    try:
        new = await ruff.sort_imports(program, view.path, view.text)
    except ruff.RuffError as error:
        raise RequestRefused(str(error)) from error
    return await edits_to(session, view, new)
