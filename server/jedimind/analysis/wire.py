"""How the server and an analysis worker talk: frames of JSON, each after its length.

A frame is a 4-byte big-endian length and that many bytes of ASCII-only JSON (so lone surrogates in
a source survive). The server sends ``{"id", "question", "body", "generation", "disk",
"overlays"}``; the worker sends one ``{"ready": true}``, then for each question ``{"id", "answer"}``
or ``{"id", "error"}``. ``overlays`` maps paths to the texts that open documents have, or to null
for those that were closed; it holds what changed since the last question. ``generation`` differs
from the last one if any file may have changed, and ``disk`` if it may have done so on disk.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from cattrs.preconf.json import make_converter

HEADER = struct.Struct(">I")

converter = make_converter()
converter.register_unstructure_hook_func(lambda kind: kind is Path, str)
converter.register_structure_hook(Path, lambda value, _: Path(value))


def frame(message: dict[str, Any]) -> bytes:
    body = json.dumps(message).encode("ascii")
    return HEADER.pack(len(body)) + body


def body_length(header: bytes) -> int:
    """The number of bytes that follow `header`."""
    (length,) = HEADER.unpack(header)
    return int(length)
