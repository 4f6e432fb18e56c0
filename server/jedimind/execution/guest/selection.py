"""Compiles a piece of a file so that its lines and columns are those of the file.

A piece may start inside an indented block, or in the middle of a line.
"""

from __future__ import annotations

import ast
import linecache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

    from jedimind.execution.guest.statements import Recorder


class Selection:
    """The piece's text, and where in the file at `path` it stands.

    `first_line` is 1-based; `first_column`, in code points, is where its first line begins there.
    """

    def __init__(self, source: str, path: str, first_line: int, first_column: int) -> None:
        source = source.replace("\r\n", "\n").replace("\r", "\n")
        if source.startswith("\ufeff"):
            source = source[1:]
        self.path = path
        self._first_line = first_line
        self._lines = source.split("\n")
        self._lines[0] = _padding(self._lines, first_line, first_column) + self._lines[0]

    def show_in_tracebacks(self) -> None:
        """Python's tracebacks take lines from the file on disk, which may be older or absent."""
        lines = [""] * (self._first_line - 1) + self._lines
        # As wide as a form feed, at which Python's traceback would break the line.
        lines = [line.replace("\f", " ") for line in lines]
        # No modification time: the entry is never checked against the disk.
        entry = (0, None, [line + "\n" for line in lines], self.path)
        linecache.cache[self.path] = entry

    def compile(
        self, recorder: Recorder | None = None
    ) -> tuple[CodeType, CodeType | None, tuple[int, int]]:
        """The statements, the last one apart if it is an expression, and the lines of that.

        The values of the statements go to `recorder`.

        Raises:
            SyntaxError, ValueError, MemoryError, RecursionError, UnicodeEncodeError: as `compile`.
        """
        module = self._parse()
        last = module.body[-1] if module.body else None
        value = None
        lines = (0, 0)
        if isinstance(last, ast.Expr):
            module.body.pop()
            value = self._code(ast.Expression(last.value), "eval")
            lines = (last.lineno, last.end_lineno or last.lineno)
        if recorder is None:
            return self._code(module, "exec"), value, lines
        recorder.rewrite(module)
        return recorder.compiled(self._code(module, "exec")), value, lines

    def _parse(self) -> ast.Module:
        nested = self._first_line > 1 and self._is_indented()
        # Nothing but a statement that opens a block lets the block's lines stand where they do,
        # string literals that reach over several lines included. `with` can have no `else`.
        above = ["with 0:"] if nested else []
        above = [""] * (self._first_line - 1 - len(above)) + above
        text = "\n".join(above + self._lines)
        # Not `ast.parse`, which would be a frame of its own in the user's traceback.
        module = compile(text, self.path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        assert isinstance(module, ast.Module)
        if nested:
            block = module.body[0]
            assert isinstance(block, ast.With)
            module.body[:1] = block.body
        return module

    def _is_indented(self) -> bool:
        for line in self._lines:
            code = line.lstrip(" \t")
            if code and not code.startswith("#"):
                return code != line
        return False

    def _code(self, tree: ast.Module | ast.Expression, mode: str) -> CodeType:
        try:
            code: CodeType = compile(tree, self.path, mode, dont_inherit=True)
        except SyntaxError as error:
            self._correct(error)
            raise
        return code

    def _correct(self, error: SyntaxError) -> None:
        """Past the parser, Python counts columns in bytes and reads the text from disk."""
        if error.lineno is None or error.offset is None:
            return
        line = self._lines[error.lineno - self._first_line]
        error.text = line + "\n"
        error.offset = _code_points(line, error.offset - 1) + 1
        end_line, end_offset = getattr(error, "end_lineno", None), getattr(error, "end_offset", 0)
        if end_line is not None and end_offset:
            line = self._lines[end_line - self._first_line]
            error.end_offset = _code_points(line, end_offset - 1) + 1


def _padding(lines: list[str], first_line: int, first_column: int) -> str:
    """What to put before the first line so that it begins at its column."""
    if first_line == 1 and first_column:
        # No line above to open a block in; but a form feed sets Python's indentation to zero.
        return " " * (first_column - 1) + "\f"
    following = next((line for line in lines[1:] if line.strip()), "")
    indentation = following[: len(following) - len(following.lstrip(" \t"))]
    # The block's own indentation, which may be of tabs.
    if first_column <= len(indentation):
        return indentation[:first_column]
    return " " * first_column


def _code_points(line: str, offset: int) -> int:
    return len(line.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace"))
