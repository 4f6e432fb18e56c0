"""Turns an exception into plain data: its frames, its words and Python's own traceback text.

Frames of the files next to this one are left out: the user did not write them.
"""

from __future__ import annotations

import itertools
import linecache
import os
import sys
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

# The longest texts and the most frames that are reported.
LONGEST_MESSAGE = 2_000
LONGEST_TEXT = 20_000
MOST_FRAMES = 100

_OUR_FILES = os.path.dirname(os.path.abspath(__file__)) + os.sep


def describe(error: BaseException) -> dict[str, Any]:
    """``{"type", "message", "frames", "text", "memory"}``; "memory" if memory ran out.

    A frame is ``[path, line, end_line, column, end_column, function]``, as in `outcome.Frame`.
    """
    shown = traceback.TracebackException(type(error), error, error.__traceback__)
    _leave_out_our_frames(shown, set())
    frames = _frames(error.__traceback__)
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        frames.append(_syntax_error_frame(error))
    half = MOST_FRAMES // 2
    if len(frames) > MOST_FRAMES:
        frames = frames[:half] + frames[-half:]
    return {
        "type": _name(type(error)),
        "message": _message(error)[:LONGEST_MESSAGE],
        "frames": frames,
        "text": _middle_left_out("".join(shown.format())),
        "memory": isinstance(error, MemoryError),
    }


def _name(kind: type[BaseException]) -> str:
    if kind.__module__ in ("builtins", "__main__"):
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        # Without the place, which is a frame of its own.
        return str(error.msg)
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the program's own __str__, which may raise anything
        return "<its text cannot be made>"


def _frames(trace: TracebackType | None) -> list[list[Any]]:
    frames = []
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(_OUR_FILES):
            frames.append(_frame(trace))
        trace = trace.tb_next
    return frames


def _frame(trace: TracebackType) -> list[Any]:
    code = trace.tb_frame.f_code
    end_line = column = end_column = None
    if sys.version_info >= (3, 11):
        positions = itertools.islice(code.co_positions(), trace.tb_lasti // 2, None)
        _, end_line, start, end = next(positions, (None, None, None, None))
        column = _code_points(code.co_filename, trace.tb_lineno, start)
        end_column = _code_points(code.co_filename, end_line, end)
    return [code.co_filename, trace.tb_lineno, end_line, column, end_column, code.co_name]


def _code_points(path: str, line: int | None, offset: int | None) -> int | None:
    """Python counts columns in bytes of UTF-8; unknown if the line is."""
    text = linecache.getline(path, line) if line is not None else ""
    if offset is None or not text:
        return None
    return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace"))


def _syntax_error_frame(error: SyntaxError) -> list[Any]:
    column = error.offset - 1 if error.offset else None
    # Both since Python 3.10, and zero or before the start where they are unknown.
    end_line = getattr(error, "end_lineno", None) or error.lineno
    end_offset = getattr(error, "end_offset", None)
    end_column = end_offset - 1 if end_offset and end_offset > 0 else None
    return [error.filename, error.lineno, end_line, column, end_column, "<module>"]


def _leave_out_our_frames(shown: traceback.TracebackException, seen: set[int]) -> None:
    if id(shown) in seen:
        return
    seen.add(id(shown))
    shown.stack[:] = [frame for frame in shown.stack if not frame.filename.startswith(_OUR_FILES)]
    chained = [shown.__cause__, shown.__context__, *(getattr(shown, "exceptions", None) or ())]
    for other in chained:
        if other is not None:
            _leave_out_our_frames(other, seen)


def _middle_left_out(text: str) -> str:
    half = LONGEST_TEXT // 2
    return text if len(text) <= LONGEST_TEXT else f"{text[:half]}\n  …\n{text[-half:]}"
