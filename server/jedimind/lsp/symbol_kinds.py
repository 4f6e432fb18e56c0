"""The protocol's kinds and tags of symbols for ours."""

from __future__ import annotations

from lsprotocol import types

from jedimind.outline import Kind

_KINDS: dict[Kind, types.SymbolKind] = {
    "class": types.SymbolKind.Class,
    "function": types.SymbolKind.Function,
    "method": types.SymbolKind.Method,
    "property": types.SymbolKind.Property,
    "attribute": types.SymbolKind.Field,
    "enum member": types.SymbolKind.EnumMember,
    "constant": types.SymbolKind.Constant,
    "variable": types.SymbolKind.Variable,
}


def symbol_kind(kind: Kind) -> types.SymbolKind:
    return _KINDS[kind]


def symbol_tags(*, deprecated: bool) -> list[types.SymbolTag] | None:
    return [types.SymbolTag.Deprecated] if deprecated else None
