"""Requests that are refused with a sentence for the user, as errors of the protocol."""

from __future__ import annotations

from pygls.exceptions import JsonRpcContentModified, JsonRpcException


class RequestRefused(JsonRpcException):
    """The request cannot be carried out; the message says why (`RequestFailed`, LSP 3.17)."""

    CODE = -32803


class ContentModified(JsonRpcContentModified):
    """A document changed while the answer was made."""

    def __init__(self) -> None:
        super().__init__("The document changed meanwhile; nothing was edited. Try again.")
