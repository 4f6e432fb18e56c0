"""Completes names: asks Jedi for all that an identifier may become, so that it is asked once."""

from __future__ import annotations

from typing import Any

import attrs
import jedi
from jedi.api import completion as jedi_completion
from jedi.inference.names import ImportName
from parso.python import tree
from parso.tree import NodeOrLeaf

from jedimind.analysis.completion import (
    Candidate,
    CandidateQuestion,
    CompletionQuestion,
    Completions,
    Description,
    Kind,
    Origin,
)
from jedimind.analysis.place import SourcePlace
from jedimind.analysis.worker.description import describe
from jedimind.analysis.worker.scripts import open_script
from jedimind.text import Position

# Where Jedi names the built-ins, it names everything in reach: any name may stand there.
_SIGN_OF_ANY_NAME = "ArithmeticError"


@attrs.frozen(eq=False)
class _Found:
    """The last answer, with what Jedi knows of each name, for questions about one of them.

    It holds as long as `script` does, which is another one when any file has changed.
    """

    script: jedi.Script
    place: SourcePlace
    start: Position
    completions: Completions
    names: dict[str, Any]


_last: _Found | None = None


def complete(question: CompletionQuestion) -> Completions:
    return _find(question.place, question.start).completions


def describe_candidate(question: CandidateQuestion) -> Description | None:
    """What Jedi knows of one candidate; None if it is none, or if its text has gone."""
    name = _find(question.place, question.start).names.get(question.name)
    return describe(name) if name is not None else None


def _find(place: SourcePlace, start: Position) -> _Found:
    global _last
    script = open_script(place, place.source)
    asked = script, place, start
    if _last is None or (_last.script, _last.place, _last.start) != asked:
        _last = _found(script, place, start)
    return _last


def _found(script: jedi.Script, place: SourcePlace, start: Position) -> _Found:
    row, column = place.position.line + 1, place.position.column
    leaf = script._module_node.get_leaf_for_position((row, column), include_prefixes=True)
    if _in_comment(script, leaf, row, column):
        return _Found(script, place, start, Completions(start), {})
    in_string = jedi_completion._extract_string_while_in_string(leaf, (row, column))[0] is not None
    if not in_string:
        column = start.column
    names = [name for name in script.complete(row, column) if name.type != "path"]
    begin = start
    if in_string and names:
        length = names[0].get_completion_prefix_length()
        begin = Position(start.line, place.position.column - length)
    before = _leaf_before(script, row, column)
    importing = before is not None and _in_import(before)
    module = script._get_module_context()
    candidates = tuple(_candidate(name, module) for name in names)
    completions = Completions(
        begin,
        candidates,
        narrowing=not in_string,
        calls=not importing and not in_string and not _is(before, "@"),
        names=not importing and any(each.name == _SIGN_OF_ANY_NAME for each in candidates),
    )
    by_name = dict(zip((each.name for each in candidates), names, strict=True))
    return _Found(script, place, start, completions, by_name)


def _candidate(name: jedi.api.classes.Completion, module: Any) -> Candidate:
    text = name.name_with_symbols
    kind = _kind(name, text)
    return Candidate(text, kind, _origin(name, kind, module))


def _kind(name: jedi.api.classes.Completion, text: str) -> Kind:
    kind = name.type
    if kind == "string":
        return "key"
    if text.endswith("="):
        return "argument"
    if kind == "function" and _takes_nothing(name._name):
        return "function without arguments"
    return kind if kind in _KNOWN_KINDS else "statement"


_KNOWN_KINDS = frozenset(
    {"module", "class", "instance", "function", "param", "property", "statement", "keyword"}
)


def _takes_nothing(name: Any) -> bool:
    tree_name = name.tree_name
    definition = tree_name.get_definition() if tree_name is not None else None
    if not isinstance(definition, tree.Function):
        return False
    parameters = definition.get_params()
    # The object that a method belongs to is not given by the caller.
    bound = isinstance(definition.search_ancestor("classdef", "funcdef"), tree.Class)
    return len(parameters) <= (1 if bound else 0) and not any(p.star_count for p in parameters)


def _origin(name: jedi.api.classes.Completion, kind: Kind, module: Any) -> Origin:
    if kind in ("argument", "key"):
        return "argument"
    if kind == "keyword":
        return "keyword"
    if isinstance(name._name, ImportName):
        return "elsewhere"  # to say more, Jedi would have to read each module that there is
    root = name._name.get_root_context()
    if root is None:
        return "elsewhere"
    if root.is_builtins_module():
        return "builtins"
    return "file" if root.tree_node is module.tree_node else "elsewhere"


def _in_comment(script: jedi.Script, leaf: NodeOrLeaf | None, row: int, column: int) -> bool:
    if leaf is None or (row, column) > leaf.start_pos:
        return False
    before = script._code_lines[row - 1][:column]
    # All of the prefix that is on this line; what is before it is code.
    return "#" in before[_prefix_start(leaf, row) :]


def _prefix_start(leaf: NodeOrLeaf, row: int) -> int:
    previous = leaf.get_previous_leaf()
    if previous is None or previous.end_pos[0] != row:
        return 0
    end: int = previous.end_pos[1]
    return end


def _leaf_before(script: jedi.Script, row: int, column: int) -> NodeOrLeaf | None:
    """The last leaf that ends at or before the place."""
    at = row, column
    leaf: NodeOrLeaf | None
    leaf = script._module_node.get_leaf_for_position(at, include_prefixes=True)
    while leaf is not None and (leaf.end_pos > at or not leaf.get_code().strip()):
        leaf = leaf.get_previous_leaf()
    return leaf


def _in_import(leaf: NodeOrLeaf) -> bool:
    """Whether the statement that `leaf` is in begins as an import."""
    first: NodeOrLeaf | None = leaf
    while first is not None and first.type not in ("newline", "endmarker"):
        if _is(first, "import") or _is(first, "from"):
            return True
        if _is(first, ";") or (_is(first, ":") and first.start_pos[0] != leaf.start_pos[0]):
            return False
        first = first.get_previous_leaf()
    return False


def _is(leaf: NodeOrLeaf | None, value: str) -> bool:
    return leaf is not None and getattr(leaf, "value", None) == value
