"""The arguments of commands, most of which take a place in a document."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import attrs
import cattrs
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcInvalidParams


@attrs.frozen
class Place:
    """The argument of most commands: a document, a range in it, and the version it is about.

    Without a range the whole document is meant, and without a version the present one.
    """

    uri: str
    range: types.Range | None = None
    version: int | None = None


@functools.cache
def _converter() -> cattrs.Converter:
    return get_converter()  # takes a moment to make, which the start has not got


def place_argument(argument: Mapping[str, Any]) -> Place:
    """The place that a command's argument names.

    Raises:
        JsonRpcInvalidParams: it names none.
    """
    uri, version = argument.get("uri"), argument.get("version")
    if not isinstance(uri, str):
        raise JsonRpcInvalidParams("The argument needs a `uri`, the URI of an open document.")
    if version is not None and not isinstance(version, int):
        raise JsonRpcInvalidParams("`version` must be the version number of the document.")
    if argument.get("range") is None:
        return Place(uri, None, version)
    try:
        return Place(uri, _converter().structure(argument["range"], types.Range), version)
    except Exception as error:  # cattrs raises whatever the conversion met
        raise JsonRpcInvalidParams("`range` must be a range of the protocol.") from error


def uri_argument(argument: Mapping[str, Any]) -> str | None:
    """The document that a command's argument names, if it names one.

    Raises:
        JsonRpcInvalidParams: it names something else.
    """
    uri = argument.get("uri")
    if uri is not None and not isinstance(uri, str):
        raise JsonRpcInvalidParams("`uri` must be the URI of an open document.")
    return uri
