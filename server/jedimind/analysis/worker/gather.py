"""Answers what the code at a place can use, the most useful first.

Names that the request mentions come first. Then what a small model cannot know: what is at the
place itself, and what the project defines in other files. What everybody knows, the standard
library and other packages, is given by name only, unless mentioned.
"""

from __future__ import annotations

from jedimind.analysis.context import Context, ContextQuestion, Definition
from jedimind.analysis.worker.environment import project_folder
from jedimind.analysis.worker.imported import Imports
from jedimind.analysis.worker.scope import Scope, with_placeholder
from jedimind.analysis.worker.scripts import open_script
from jedimind.analysis.worker.words import Wanted


def gather(question: ContextQuestion) -> Context:
    place = question.place
    script = open_script(place, with_placeholder(place))
    module = script._module_node
    wanted = Wanted(question.wanted)
    scope = Scope(script, module, place)
    imports = Imports(script, project_folder(place), place.path, wanted)
    imported = list(imports.resolve([*scope.functions, module]))
    by_tier = [
        list(scope.locals()),
        list(scope.members(wanted)),
        [definition for each in imported for definition in each.direct],
        [definition for each in imported for definition in each.members],
        list(scope.file_definitions(wanted)),
        [definition for each in imported for definition in each.types],
        [definition for each in imported for definition in each.foreign],
    ]
    return Context(tuple(_ranked(by_tier, wanted)[: question.limit]))


def _ranked(tiers: list[list[Definition]], wanted: Wanted) -> list[Definition]:
    """All definitions, each once: by what is asked for, then by tier, then as written."""
    once: dict[object, Definition] = {}
    for definition in (definition for tier in tiers for definition in tier):
        once.setdefault((definition.path, definition.line, definition.name), definition)
    return sorted(
        once.values(),
        key=lambda each: -wanted.score(each.name, f"{each.doc} {each.signature}"),
    )
