"""Answers with refactored sources. Jedi makes them; what it makes of them is checked here.

Jedi (0.20.1) moves code that cannot be moved: `await` and `break` out of what they belong to, names
out of their comprehension, variables away from those that use them later.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import jedi
from jedi.api import refactoring as jedi_refactoring
from jedi.api.exceptions import RefactoringError

from jedimind.analysis.compilation import syntax_fault
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.refactoring import (
    Extractions,
    ExtractionsQuestion,
    Refactored,
    Refactoring,
    RefactorQuestion,
)
from jedimind.analysis.worker.environment import project_folder, static_environment
from jedimind.analysis.worker.extraction import (
    why_late,
    why_no_function,
    why_no_variable,
    why_rooted,
    without_idle_result,
)
from jedimind.analysis.worker.inlining import why_not_inlined
from jedimind.analysis.worker.usages.file_names import FileNames
from jedimind.analysis.worker.usages.project import UNSAVED, Project
from jedimind.analysis.worker.usages.search import usages
from jedimind.text import Position, Span, Text

_LONE_LINE_FEED = re.compile(r"(?<!\r)\n")


def extractions(question: ExtractionsQuestion) -> Extractions:
    place, span = question.place, question.span
    wanted: tuple[Refactoring, ...] = ("extract variable", "extract function")
    possible = (each for each in wanted if _extract(place, span, each).refusal is None)
    return Extractions(tuple(possible))


def refactor(question: RefactorQuestion) -> Refactored:
    if question.refactoring == "inline":
        return _inline(question)
    return _extract(question.place, question.span, question.refactoring)


def _extract(place: SourcePlace, selected: Span, refactoring: Refactoring) -> Refactored:
    before = FileNames(place.path or UNSAVED, place.source)
    span = _trimmed(before.text, selected)
    if span.empty:
        return Refactored(refusal="There is no code in the selection.")
    is_function = refactoring == "extract function"
    refusal = why_rooted(before, span) if is_function else why_late(before, span)
    if refusal is not None:
        return Refactored(refusal=refusal)
    name = _unused(before, "new_function" if is_function else "new_variable")
    script = _plain_script(place)
    extract = script.extract_function if is_function else script.extract_variable
    end = _behind_statement(before.text, span) if is_function else span.end
    try:
        made = extract(
            span.start.line + 1,
            span.start.column,
            until_line=end.line + 1,
            until_column=end.column,
            new_name=name,
        )
    except RefactoringError as error:
        return Refactored(refusal=f"Jedi cannot extract that: {error}.")
    result = _result(before.text, made)
    broken = _why_broken(result)
    if broken is not None:
        return Refactored(refusal=broken)
    after = FileNames(before.path, result)
    if is_function:
        after = without_idle_result(before, span, after, name)
    why_not = why_no_function if is_function else why_no_variable
    return Refactored(after.text.string, why_not(before, span, after, name))


def _inline(question: RefactorQuestion) -> Refactored:
    project = Project(question.place)
    before = project.asked
    use = before.at(question.place.position)
    if use is None:
        return Refactored(refusal="There is no name here that can be inlined.")
    found = usages(project, before, use, question.folders, question.budget)
    refusal = found.incomplete or why_not_inlined(before, found)
    if refusal is not None:
        return Refactored(refusal=refusal)
    script = _plain_script(question.place)
    context = script._get_module_context()
    leaves = [
        context.tree_node.get_name_of_position((each.use.line + 1, each.use.column))
        for each in found.occurrences
    ]
    try:
        made = jedi_refactoring.inline(
            script._inference_state, [context.create_name(leaf) for leaf in leaves]
        )
    except RefactoringError as error:
        return Refactored(refusal=f"Jedi cannot inline that: {error}.")
    result = _result(before.text, made)
    return Refactored(result, _why_broken(result))


def _plain_script(place: SourcePlace) -> jedi.Script:
    """A view of the source as it is written, quotes of annotations included.

    Its path is that under which the tree of such a source is kept (`type_annotations.unquoted`).
    """
    project = jedi.Project(project_folder(place), sys_path=[], load_unsafe_extensions=False)
    raw = place.path.with_name(place.path.name + "#") if place.path is not None else None
    return jedi.Script(place.source, path=raw, project=project, environment=static_environment())


def _result(before: Text, made: jedi_refactoring.Refactoring) -> str:
    (changed,) = made.get_changed_files().values()
    source: str = changed.get_new_code()
    if before.newline == "\r\n":
        return _LONE_LINE_FEED.sub("\r\n", source)
    return source


def _why_broken(result: str) -> str | None:
    """A sentence if the result is no Python, as it is where the file was none before."""
    fault = syntax_fault(result)
    return f"The result would not be Python: {fault.message}." if fault is not None else None


def _trimmed(text: Text, span: Span) -> Span:
    """The span without blanks at its ends."""
    source = text.slice(span)
    start = _after(span.start, source[: len(source) - len(source.lstrip())])
    return Span(start, max(start, _after(span.start, source.rstrip())))


def _after(start: Position, passed: str) -> Position:
    """Where one is that went from `start` past some characters."""
    lines = Text.of(passed).lines
    if len(lines) == 1:
        return Position(start.line, start.column + len(passed))
    return Position(start.line + len(lines) - 1, len(lines[-1]))


def _behind_statement(text: Text, span: Span) -> Position:
    """The end of the span; with the line break, without which Jedi sees no whole statement."""
    before = text.line(span.start.line)[: span.start.column]
    after = text.line(span.end.line)[span.end.column :]
    if before.strip() or after.strip() or span.end.line + 1 == len(text.lines):
        return span.end
    return Position(span.end.line + 1, 0)


def _unused(file: FileNames, name: str) -> str:
    return next(each for each in _numbered(name) if not file.called(each))


def _numbered(name: str) -> Iterator[str]:
    yield name
    for number in itertools.count(2):
        yield f"{name}_{number}"
