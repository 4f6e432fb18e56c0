"""Turns an exception into plain data: its frames, its words and Python's own traceback text.

Frames of the files next to this one are left out: the user did not write them.
"""

from __future__ import annotations

import errno
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

_NO_TEXT = "<its text cannot be made>"
# Lines and columns are below.
_TOO_LARGE = 2**31
_OUR_FILES = os.path.dirname(os.path.abspath(__file__)) + os.sep


def describe(error: BaseException, path: str | None = None) -> dict[str, Any]:
    """``{"type", "message", "frames", "text", "memory"}``; "memory" if memory ran out.

    A frame is ``[path, line, end_line, column, end_column, function, locals]``, as in
    `outcome.Frame`. The locals are told of frames in the file at `path`.
    """
    try:
        return _described(error, path)
    except KeyboardInterrupt:  # there is no time left for the program's own methods
        raise
    except BaseException:  # noqa: BLE001 - the program's own attributes and methods, as they come
        return {
            "type": type.__dict__["__name__"].__get__(type(error)),
            "message": _NO_TEXT,
            "frames": [],
            "text": "",
            "memory": isinstance(error, MemoryError),
        }


def without_our_frames(trace: TracebackType | None) -> TracebackType | None:
    """The part of `trace` that begins in the program."""
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_OUR_FILES):
        trace = trace.tb_next
    return trace


def _described(error: BaseException, path: str | None) -> dict[str, Any]:
    shown = traceback.TracebackException(type(error), error, error.__traceback__)
    _leave_out_our_frames(shown)
    frames = _frames(error, path)
    if isinstance(error, SyntaxError):
        frames += _syntax_error_frame(error)
    half = MOST_FRAMES // 2
    if len(frames) > MOST_FRAMES:
        frames = frames[:half] + frames[-half:]
    return {
        "type": _name(type(error)),
        "message": _message(error)[:LONGEST_MESSAGE],
        "frames": frames,
        "text": _middle_left_out("".join(shown.format())),
        "memory": isinstance(error, MemoryError)
        # What mapping memory raises.
        or (isinstance(error, OSError) and error.errno == errno.ENOMEM),
    }


def _name(kind: type[BaseException]) -> str:
    if kind.__module__ in ("builtins", "__main__"):
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        # Without the place, which is a frame of its own.
        return _plain(error.msg)
    try:
        return _plain(error)
    except BaseException:  # noqa: BLE001 - the program's own __str__, which may raise anything
        return _NO_TEXT


def _plain(value: object) -> str:
    """Its text, without methods of the program's."""
    return str.__str__(str(value))


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
        except KeyboardInterrupt:  # the run is being stopped
            raise
        except BaseException as error:  # noqa: BLE001 - the program's own code, or no memory is left
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


def _syntax_error_frame(error: SyntaxError) -> list[list[Any]]:
    """Its frame, if there is one: a program may set the place to anything."""
    line = _number(error.lineno)
    if not isinstance(error.filename, str) or not error.filename or not line:
        return []
    # Both since Python 3.10, and zero or before the start where they are unknown.
    end_line = _number(getattr(error, "end_lineno", None)) or line
    offset, end_offset = _number(error.offset), _number(getattr(error, "end_offset", None))
    column = offset - 1 if offset else None
    end_column = end_offset - 1 if end_offset else None
    return [[_plain(error.filename), line, end_line, column, end_column, "<module>", []]]


def _number(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < _TOO_LARGE else None


def _leave_out_our_frames(shown: traceback.TracebackException) -> None:
    seen: set[int] = set()
    pending: list[traceback.TracebackException | None] = [shown]
    while pending:
        one = pending.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        one.stack[:] = [frame for frame in one.stack if not frame.filename.startswith(_OUR_FILES)]
        pending += [one.__cause__, one.__context__, *(getattr(one, "exceptions", None) or ())]


def _middle_left_out(text: str) -> str:
    half = LONGEST_TEXT // 2
    return text if len(text) <= LONGEST_TEXT else f"{text[:half]}\n  …\n{text[-half:]}"
