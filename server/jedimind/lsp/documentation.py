"""Signatures and docstrings as the client can show them.

Docstrings are others' text: what is Markdown in them works as far as it is harmless.
"""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from jedimind.lsp.client import Client
from jedimind.lsp.markdown import fence, harmless, plain


def reads_markdown(client: Client) -> bool:
    """Whether what is said of a completion item may be Markdown."""
    formats = client.capability("text_document.completion.completion_item.documentation_format")
    return types.MarkupKind.Markdown in (formats or [])


def content(code: Sequence[str], doc: str, *, markdown: bool) -> types.MarkupContent:
    """Lines of Python and a docstring, either of which may be empty."""
    pieces = []
    if code:
        joined = plain("\n".join(code))
        pieces.append(fence(joined, "python") if markdown else joined)
    if doc.strip():
        pieces.append(_markdown(doc) if markdown else plain(doc.strip()))
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.MarkupContent(kind, "\n\n".join(pieces))


def _markdown(doc: str) -> str:
    import docstring_to_markdown  # with the first docstring

    try:
        converted = docstring_to_markdown.convert(plain(doc))
    except docstring_to_markdown.UnknownFormatError:
        return fence(plain(doc))
    return harmless(converted)
