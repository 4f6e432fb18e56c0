"""`textDocument/signatureHelp`: how what is being called is called, and which argument is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from jedimind.analysis.hover import Signature, SignatureQuestion
from jedimind.lsp import documentation
from jedimind.lsp.session import Session
from jedimind.text import Encoding, Position, Text

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


def register(server: Server) -> None:
    options = types.SignatureHelpOptions(trigger_characters=["(", ","], retrigger_characters=[")"])
    server.on(types.TEXT_DOCUMENT_SIGNATURE_HELP, signature_help, options, feature="signature_help")


async def signature_help(
    session: Session, params: types.SignatureHelpParams
) -> types.SignatureHelp | None:
    uri = params.text_document.uri
    view = await session.view(uri, "signature_help")
    if view is None:
        return None
    place = view.place(session.position_in(view, params.position))
    found = await session.ask(SignatureQuestion(place), latest=("signature", uri))
    if not found:
        return None
    # Jedi's best comes first.
    return types.SignatureHelp(
        signatures=[_information(session, signature) for signature in found],
        active_signature=0,
        active_parameter=_active(session, found[0]),
    )


_ABILITY = "text_document.signature_help.signature_information"


def _information(session: Session, signature: Signature) -> types.SignatureInformation:
    client = session.client
    formats = client.capability(f"{_ABILITY}.documentation_format") or []
    doc = documentation.content((), signature.doc, markdown=types.MarkupKind.Markdown in formats)
    by_offset = client.capability(f"{_ABILITY}.parameter_information.label_offset_support")
    return types.SignatureInformation(
        label=signature.label,
        documentation=doc if doc.value else None,
        parameters=[
            types.ParameterInformation(
                _offsets(signature.label, span) if by_offset else signature.label[slice(*span)]
            )
            for span in signature.parameters
        ],
        active_parameter=_active(session, signature),
    )


def _active(session: Session, signature: Signature) -> int | None:
    """Which parameter is being written, for a client that need not know of there being none.

    To it a number beyond all parameters says the same.
    """
    if signature.active is None:
        knows = session.client.capability(f"{_ABILITY}.no_active_parameter_support")
        return None if knows else len(signature.parameters)
    return signature.active


def _offsets(label: str, span: tuple[int, int]) -> tuple[int, int]:
    """The span in UTF-16 units, which the protocol wants here whatever the encoding."""
    text = Text((label,))
    start, end = (text.encode(Position(0, column), Encoding.UTF16)[1] for column in span)
    return start, end
