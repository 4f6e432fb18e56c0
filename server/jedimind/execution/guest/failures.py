"""Turns an exception into plain data: its frames, its words and Python's own traceback text.

Frames of the files next to this one are left out: the user did not write them.
"""

from __future__ import annotations

import itertools
import linecache
import os
import sys
import traceback
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any

    from jedimind.execution.guest import values
else:
    import values

# The longest texts and the most frames that are reported.
LONGEST_MESSAGE = 2_000
LONGEST_TEXT = 20_000
MOST_FRAMES = 100
# The frames whose locals are told, deepest first, and how many of each.
_MOST_WITH_LOCALS = 5
_MOST_LOCALS = 20

_UNINTERESTING = (
    types.ModuleType,
    types.FunctionType,
    types.BuiltinFunctionType,
    type,
)

_OUR_FILES = os.path.dirname(os.path.abspath(__file__)) + os.sep


def describe(error: BaseException, path: str | None = None) -> dict[str, Any]:
    """``{"type", "message", "frames", "text", "memory"}``; "memory" if memory ran out.

    A frame is ``[path, line, end_line, column, end_column, function, locals]``, as in
    `outcome.Frame`. The locals are told of frames in the file at `path`.
    """
    shown = traceback.TracebackException(type(error), error, error.__traceback__)
    _leave_out_our_frames(shown, set())
    frames = _frames(error, path)
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


def _frames(error: BaseException, path: str | None) -> list[list[Any]]:
    trace = error.__traceback__
    interrupted = isinstance(error, KeyboardInterrupt)
    frames = []
    own = []
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith(_OUR_FILES):
            frames.append(_frame(trace))
            # What is interrupted may well be a `repr`, and it has no time left.
            if file == path and not interrupted:
                own.append((frames[-1], trace.tb_frame))
        trace = trace.tb_next
    for described, frame in own[-_MOST_WITH_LOCALS:]:
        described[6] = _locals(frame)
    return frames


def _locals(frame: FrameType) -> list[list[str]]:
    """``[name, value]`` of what is likely to matter: no modules, functions, classes or underscores.

    Of the module's own, those that the failed code names.
    """
    code = frame.f_code
    told = []
    for name, value in list(frame.f_locals.items()):
        uninteresting = name.startswith("_") or isinstance(value, _UNINTERESTING)
        if uninteresting or (code.co_name == "<module>" and name not in code.co_names):
            continue
        try:
            told.append([name[:100], values.short(value)])
        except Exception as error:  # noqa: BLE001 - the program's own code, or no memory is left
            told.append([name[:100], f"<repr failed: {type(error).__name__}>"])
        if len(told) == _MOST_LOCALS:
            break
    return told


def _frame(trace: TracebackType) -> list[Any]:
    code = trace.tb_frame.f_code
    end_line = column = end_column = None
    if sys.version_info >= (3, 11):
        positions = itertools.islice(code.co_positions(), trace.tb_lasti // 2, None)
        _, end_line, start, end = next(positions, (None, None, None, None))
        column = _code_points(code.co_filename, trace.tb_lineno, start)
        end_column = _code_points(code.co_filename, end_line, end)
    return [code.co_filename, trace.tb_lineno, end_line, column, end_column, code.co_name, []]


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
    return [error.filename, error.lineno, end_line, column, end_column, "<module>", []]


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
