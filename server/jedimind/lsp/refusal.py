"""Requests that are refused with a sentence for the user, as errors of the protocol."""

from __future__ import annotations

from pygls.exceptions import JsonRpcException


class Refusal(JsonRpcException):
    """No failure: the request was understood, and is not carried out."""


class RequestRefused(Refusal):
    """It cannot be carried out; the message says why (`RequestFailed`, LSP 3.17)."""

    CODE = -32803


class AskAgain(Refusal):
    """A document changed while it was read (`ServerCancelled`, LSP 3.17)."""

    CODE = -32802
    MESSAGE = "The document changed meanwhile; ask again."


class NothingNewer(Refusal):
    """The client does best to show what it has (`ServerCancelled`, LSP 3.17)."""

    CODE = -32802
    MESSAGE = "There is nothing newer to show."


class ContentModified(Refusal):
    """A document changed while the answer was made, so that it is of no use."""

    CODE = -32801
    MESSAGE = "The document changed meanwhile; nothing was edited. Try again."
