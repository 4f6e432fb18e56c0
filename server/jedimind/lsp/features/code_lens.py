"""`textDocument/codeLens`: what can be run, above the code that it runs.

Told from the syntax tree alone. Cells of a notebook have none: editors show their own there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs
from lsprotocol import types

from jedimind.cells import cells
from jedimind.doctests import docstrings
from jedimind.lsp.conversion import to_range
from jedimind.lsp.refreshing import Refresh
from jedimind.lsp.session import Session
from jedimind.lsp.targets import What
from jedimind.syntax import Tree, main_guards, whole_lines
from jedimind.testcases import is_test_file, tests
from jedimind.text import Span

if TYPE_CHECKING:
    from jedimind.lsp.server import Server


_refresh = Refresh(types.WORKSPACE_CODE_LENS_REFRESH, "workspace.code_lens.refresh_support")


def register(server: Server) -> None:
    options = types.CodeLensOptions(resolve_provider=False)
    server.on(types.TEXT_DOCUMENT_CODE_LENS, code_lens, options, feature="code_lens")


def begin(session: Session) -> None:
    """Have the client ask again when settings change."""
    _refresh.begin(session)


async def code_lens(session: Session, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    view = await session.view(params.text_document.uri, "code_lens")
    if view is None or view.document.notebook_path is not None:
        return None
    tree = await view.document.tree(view.text)
    found = await asyncio.to_thread(lambda: list(_lenses(tree, with_tests=is_test_file(view.path))))

    def shown(lens: _Lens) -> types.CodeLens:
        heading = whole_lines(tree.text, range(lens.line, lens.line + 1))
        argument: dict[str, Any] = {"uri": view.document.uri, "version": view.version}
        argument["what"] = lens.what
        if lens.span is not None:
            argument["range"] = to_range(tree.text, lens.span, session.encoding)
        command = types.Command(lens.title, "jedimind.run", arguments=[argument])
        return types.CodeLens(to_range(tree.text, heading, session.encoding), command)

    return [shown(lens) for lens in found]


@attrs.frozen
class _Lens:
    """Shown above `line`. It runs `what` at `span`, or of the whole document."""

    line: int
    title: str
    what: What
    span: Span | None


def _lenses(tree: Tree, *, with_tests: bool) -> Iterator[_Lens]:
    code_above = False
    for cell in cells(tree):
        if cell.has_code:
            around = whole_lines(tree.text, cell.lines)
            yield _Lens(cell.lines.start, "Run cell", "cell", around)
            if code_above:
                yield _Lens(cell.lines.start, "Run above", "above", around)
        code_above = code_above or cell.has_code
    for test in tests(tree) if with_tests else ():
        yield _Lens(test.header, "Run test", "test", whole_lines(tree.text, test.lines))
    for docstring in docstrings(tree):
        yield _Lens(docstring.lines.start, "Run doctest", "doctest", docstring.span)
    for line in main_guards(tree):
        yield _Lens(line, "Run file", "file", None)
