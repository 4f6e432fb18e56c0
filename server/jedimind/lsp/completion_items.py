"""Completion items as this client can take them."""

from __future__ import annotations

from typing import Any

import attrs
from lsprotocol import types

from jedimind.analysis.completion import Candidate, Kind
from jedimind.index.found import Importable, ImportableKind

_KINDS: dict[Kind, types.CompletionItemKind] = {
    "module": types.CompletionItemKind.Module,
    "class": types.CompletionItemKind.Class,
    "instance": types.CompletionItemKind.Variable,
    "function": types.CompletionItemKind.Function,
    "function without arguments": types.CompletionItemKind.Function,
    "argument": types.CompletionItemKind.Variable,
    "param": types.CompletionItemKind.Variable,
    "property": types.CompletionItemKind.Property,
    "statement": types.CompletionItemKind.Variable,
    "keyword": types.CompletionItemKind.Keyword,
    "key": types.CompletionItemKind.Value,
}
_IMPORTABLE_KINDS: dict[ImportableKind, types.CompletionItemKind] = {
    "module": types.CompletionItemKind.Module,
    "class": types.CompletionItemKind.Class,
    "function": types.CompletionItemKind.Function,
    "constant": types.CompletionItemKind.Constant,
    "variable": types.CompletionItemKind.Variable,
}
_ORIGINS = ("argument", "file", "elsewhere", "builtins", "keyword")


@attrs.frozen
class Abilities:
    """What a client does with completion items, from its capabilities."""

    snippets: bool
    replaces: bool  # knows a range to insert in and another to replace
    shares_range: bool  # takes the range of all items once, for the whole list
    shares_data: bool
    label_details: bool
    resolves_edits: bool  # asks for the edits elsewhere in a document when an item is chosen

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> Abilities:
        document = capabilities.text_document
        completion = document.completion if document else None
        item = completion.completion_item if completion else None
        of_list = completion.completion_list if completion else None
        resolve = item.resolve_support if item else None
        resolved = resolve.properties if resolve else None
        shared = (of_list.item_defaults if of_list else None) or []
        return cls(
            snippets=bool(item and item.snippet_support),
            replaces=bool(item and item.insert_replace_support),
            shares_range="editRange" in shared,
            shares_data="data" in shared,
            label_details=bool(item and item.label_details_support),
            resolves_edits="additionalTextEdits" in (resolved or []),
        )


@attrs.frozen
class Slot:
    """Where an item goes: up to the cursor when inserted, up to the word's end when it replaces."""

    insert: types.Range
    replace: types.Range


def item(candidate: Candidate, *, calls: bool) -> types.CompletionItem:
    """What a candidate looks like; with `calls` functions get their parentheses, as snippets."""
    made = types.CompletionItem(
        label=candidate.name, kind=_KINDS[candidate.kind], sort_text=_sort_text(candidate)
    )
    if calls and candidate.kind in ("function", "function without arguments"):
        made.insert_text = f"{candidate.name}({'' if candidate.kind != 'function' else '$0'})"
        made.insert_text_format = types.InsertTextFormat.Snippet
    return made


def imported_item(importable: Importable, data: Any) -> types.CompletionItem:
    """An item for a name that an import would bring in, to be resolved with `data`."""
    name, module = importable.name, importable.module
    return types.CompletionItem(
        label=name,
        kind=_IMPORTABLE_KINDS[importable.kind],
        sort_text=f"9{name}",
        detail=f"from {module} import {name}" if module else f"import {name}",
        label_details=types.CompletionItemLabelDetails(description=module or None),
        data=data,
    )


def complete_list(
    items: list[types.CompletionItem],
    slot: Slot,
    data: Any,
    abilities: Abilities,
    *,
    incomplete: bool,
) -> types.CompletionList:
    """The answer to the client: `items`, all in the same `slot`, to be resolved with `data`."""
    edit_range = (
        types.EditRangeWithInsertReplace(slot.insert, slot.replace)
        if abilities.replaces
        else slot.insert
    )
    for each in items:
        if not abilities.label_details:
            each.label_details = None
        if not abilities.shares_range:
            each.text_edit = _edit(each, slot, abilities)
            each.insert_text = None
        elif each.insert_text is not None:
            # Of a shared range the text is named apart from that of an item on its own.
            each.text_edit_text, each.insert_text = each.insert_text, None
        if not abilities.shares_data and each.data is None:
            each.data = data
    defaults = types.CompletionItemDefaults(
        edit_range=edit_range if abilities.shares_range else None,
        data=data if abilities.shares_data else None,
    )
    shares = abilities.shares_range or abilities.shares_data
    return types.CompletionList(incomplete, items, item_defaults=defaults if shares else None)


def _edit(
    each: types.CompletionItem, slot: Slot, abilities: Abilities
) -> types.TextEdit | types.InsertReplaceEdit:
    text = each.insert_text or each.label
    if abilities.replaces:
        return types.InsertReplaceEdit(text, slot.insert, slot.replace)
    return types.TextEdit(slot.insert, text)


def _sort_text(candidate: Candidate) -> str:
    """Public names first, and of these the nearest."""
    name = candidate.name
    if candidate.kind != "key" and name.startswith("_"):
        return f"{7 if name.startswith('__') else 6}{name}"
    return f"{_ORIGINS.index(candidate.origin)}{name}"
