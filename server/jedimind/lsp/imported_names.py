"""Completion of names that are not imported yet, with the import that they need."""

from __future__ import annotations

from collections.abc import Collection

import attrs
from lsprotocol import types

from jedimind.added_import import added_import
from jedimind.analysis.hover import HoverQuestion
from jedimind.lsp import documentation
from jedimind.lsp.completion_items import imported_item
from jedimind.lsp.conversion import to_range
from jedimind.lsp.session import Session
from jedimind.lsp.views import View
from jedimind.text import Position

_MOST = 50
# With fewer letters there are too many to be of help.
_FEWEST_LETTERS = 2


@attrs.frozen
class Offered:
    """Items, and whether there are more that a longer prefix would bring to light."""

    items: list[types.CompletionItem]
    incomplete: bool


async def offered(
    session: Session, view: View, typed: str, known: Collection[str], *, edits: bool
) -> Offered:
    """Names that begin with `typed` and could be imported, but for those `known` already.

    With `edits` the items have the edits that import them, for a client that does not ask later.
    """
    index = session.indexes.of(view.reading.folder)
    if index is None or not view.settings.features.allow("auto_import"):
        return Offered([], incomplete=False)
    if len(typed) < _FEWEST_LETTERS:
        return Offered([], incomplete=True)
    # Before the search: what is found while the index is being built may be all there is by then.
    complete = index.complete
    found = await index.importable(typed, _MOST)
    own = _module_names(view)
    items = []
    for each in found:
        if each.name not in known and each.module not in own:
            data = {"uri": view.document.uri, "module": each.module, "name": each.name}
            made = imported_item(each, data)
            if edits:
                made.additional_text_edits = [
                    await import_edit(session, view, each.module, each.name)
                ]
            items.append(made)
    return Offered(items, incomplete=not complete or len(found) == _MOST)


async def resolve(session: Session, item: types.CompletionItem, data: dict[str, str]) -> None:
    """Add the edit that brings the import, and what Jedi knows of the name."""
    view = await session.view(data["uri"], "completion")
    if view is None:
        return
    if item.additional_text_edits is None:
        edit = await import_edit(session, view, data["module"], data["name"])
        item.additional_text_edits = [edit]
    source = f"from {data['module']} import {data['name']}" if data["module"] else item.detail or ""
    asked = view.place(Position(0, 0))
    place = attrs.evolve(asked, source=source, position=Position(0, len(source)))
    known = await session.ask(HoverQuestion(place), latest="completionItem/resolve")
    if known is not None:
        meaning = known.meanings[0]
        markdown = documentation.reads_markdown(session.client)
        item.documentation = documentation.content(
            meaning.signatures, meaning.doc, markdown=markdown
        )


async def import_edit(session: Session, view: View, module: str, name: str) -> types.TextEdit:
    """The edit of a document after which `name` of `module` is imported."""
    tree = await view.document.tree(view.text)
    edit = added_import(tree, module, name, len(view.text.lines))
    return types.TextEdit(to_range(view.text, edit.span, session.encoding), edit.new)


def _module_names(view: View) -> set[str]:
    """What the document itself is called when it is imported, from any of its directories."""
    path = view.path
    if not path.is_relative_to(view.reading.folder):
        return set()
    parts = path.relative_to(view.reading.folder).with_suffix("").parts
    if parts and parts[-1] == "__init__":
        parts = parts[:-1]
    return {".".join(parts[number:]) for number in range(len(parts))}
