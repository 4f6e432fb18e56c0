"""Texts of values: short ones for the ends of lines, readable ones for hovers.

A `repr` is the program's own code: it may raise, print, lie or be endless. What it prints is not
shown, what it raises becomes part of the text, and time is limited by the run's own limits.
Containers of Python's are written here, so that a large one costs no more than a small one.
"""

from __future__ import annotations

import io
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Characters of a short text, and of a readable one.
SHORT = 60
READABLE = 4_000
_MOST_ITEMS = 20
_DEEPEST = 4
# Items of a subclass of Python's containers up to which its own `repr` is asked.
_MOST_REPR_ITEMS = 1_000
# Bits from which Python takes long to write a number in decimal.
_LARGE_INT = 10_000

# Values that cannot change after they were seen, and that nothing of the program's own is part of.
CONSTANT_TYPES = frozenset({int, float, complex, bool, str, bytes, range, type(None), type(...)})
_BRACKETS = {list: ("[", "]"), tuple: ("(", ")"), set: ("{", "}"), dict: ("{", "}")}


def short(value: Any) -> str:
    """One line of at most `SHORT` characters."""
    text = _printable(_shape(value) or _text(value, SHORT, 0))
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def readable(value: Any) -> str:
    """Several lines, of at most `READABLE` characters; empty if `short` says as much."""
    shape = _shape(value)
    if shape:
        return _cut(f"{shape}\n{_guarded(_corner, value)}")
    text = _text(value, READABLE, 0)
    return _cut(text) if len(text) > SHORT or "\n" in text else ""


def _cut(text: str) -> str:
    return text if len(text) <= READABLE else text[: READABLE - 1] + "…"


def _shape(value: Any) -> str:
    """What kind of data frame or array it is; empty for anything else."""
    kind = type(value)
    name = kind.__name__
    if not _is_from(kind, "numpy", "ndarray") and not _is_from(kind, "pandas", name):
        return ""
    if name not in ("ndarray", "DataFrame", "Series"):
        return ""
    try:
        size = "×".join(map(str, value.shape))
        if name == "DataFrame":
            return f"DataFrame {size}"
        return f"{'array' if name == 'ndarray' else name} {size or 'scalar'} {value.dtype}"
    except KeyboardInterrupt:  # the run is being stopped
        raise
    except BaseException:  # noqa: BLE001 - a subclass may do anything
        return ""


def _is_from(kind: type, package: str, name: str) -> bool:
    """Whether `kind` is the class `name` that `package` has; nothing is imported."""
    module = sys.modules.get(package)
    return module is not None and module.__dict__.get(name) is kind


def _corner(value: Any) -> str:
    if type(value).__name__ != "ndarray":
        return str(value.head(10))
    corner = value[tuple(slice(6) for _ in value.shape)]
    return str(corner)


def _text(value: Any, room: int, depth: int) -> str:
    """As `repr` writes it, or a part of that which is longer than `room`."""
    kind = type(value)
    if kind in (str, bytes):
        return repr(value[: room + 1])
    if kind is int and value.bit_length() > _LARGE_INT:
        return f"<int of {value.bit_length()} bits>"
    if kind in (list, tuple, set, dict):
        return _container(value, kind, room, depth)
    for container in (list, tuple, set, frozenset, dict):
        # Not `isinstance`, which asks the value, and not `len`, which may be the program's own.
        if issubclass(kind, container) and container.__len__(value) > _MOST_REPR_ITEMS:
            return f"<{kind.__name__} of {container.__len__(value)} items>"
    return _guarded(repr, value)


def _container(value: Any, kind: Any, room: int, depth: int) -> str:
    if not value:
        return repr(value)
    opening, closing = _BRACKETS[kind]
    if depth >= _DEEPEST:
        return f"{opening}…{closing}"
    pieces: list[str] = []
    length = 0
    whole = True
    for item in value.items() if kind is dict else value:
        if len(pieces) == max(_MOST_ITEMS, room // 40) or length > room:
            whole = False
            break
        if kind is dict:
            piece = ": ".join(_text(each, room, depth + 1) for each in item)
        else:
            piece = _text(item, room, depth + 1)
        pieces.append(piece)
        length += len(piece) + 2
    if not whole:
        pieces.append(f"… {len(value)} items")
    if kind is tuple and len(value) == 1:
        closing = ",)"
    return opening + ", ".join(pieces) + closing


def _guarded(write: Any, value: Any) -> str:
    """What the program's own code says, with nothing of what it prints."""
    streams = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.StringIO()
    try:
        text = write(value)
        # Of a subclass of text, which could do anything, the characters.
        return str.__getitem__(text, slice(READABLE))
    except KeyboardInterrupt:  # the run is being stopped
        raise
    except BaseException as error:  # noqa: BLE001 - the program's own code, which may raise anything
        return f"<repr failed: {type(error).__name__}>"
    finally:
        sys.stdout, sys.stderr = streams


def _printable(text: str) -> str:
    """Without line breaks, control characters and marks that change the direction of writing."""
    text = " ".join(text.split())
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
