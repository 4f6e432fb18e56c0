"""How the server and an analysis worker talk: frames of JSON, each after its length.

A frame is a 4-byte big-endian length and that many bytes of ASCII-only JSON (so lone surrogates in
a source survive). The server sends ``{"id", "question", "body"}``; the worker sends one
``{"ready": true}``, then for each question ``{"id", "answer"}`` or ``{"id", "error"}``.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from cattrs.preconf.json import make_converter

from jedimind.analysis.compilation import SyntaxQuestion
from jedimind.analysis.context import ContextQuestion
from jedimind.analysis.unresolved import UnresolvedQuestion

HEADER = struct.Struct(">I")
Question = ContextQuestion | SyntaxQuestion | UnresolvedQuestion

QUESTIONS: dict[str, type[Question]] = {
    question.__name__: question
    for question in (ContextQuestion, SyntaxQuestion, UnresolvedQuestion)
}

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
