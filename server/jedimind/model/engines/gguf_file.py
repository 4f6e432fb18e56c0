"""The first look at a model file, before a native library gets to see it.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Only what every loader trusts
blindly is checked here: walking the whole header takes 0.3 s in Python, and llama.cpp itself
refuses a file whose end is missing.
"""

from __future__ import annotations

import struct
from pathlib import Path

from jedimind.model.engines import LoadError

_HEAD = struct.Struct("<4sIQQ")
_VERSIONS = (2, 3)


def check(path: Path) -> None:
    """Refuse what is not a GGUF file.

    Raises:
        LoadError: the file cannot be read, is no GGUF file, or is of an unknown version.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD.size)
    except OSError as error:
        raise LoadError(
            f"The model file {path} cannot be read ({error.strerror}); install the model again."
        ) from error
    magic = head[:4]
    if magic != b"GGUF" or len(head) < _HEAD.size:
        raise LoadError(
            f"{path} is not a GGUF file; choose another model, or install this one again."
        )
    _, version, _, _ = _HEAD.unpack(head)
    if version not in _VERSIONS:
        raise LoadError(
            f"{path} is a GGUF file of version {version}, and only versions 2 and 3 in "
            "little-endian order can be loaded; choose another file."
        )
