"""Reads what a source imports, so that the first question about it finds it known."""

from __future__ import annotations

from jedimind.analysis.preload import PreloadQuestion
from jedimind.analysis.worker.scripts import open_script


def preload(question: PreloadQuestion) -> bool:
    script = open_script(question.place, question.place.source)
    names = [
        name
        for statement in script._module_node.iter_imports()
        for name in statement.get_defined_names()
    ]
    if question.number < len(names):
        context = script._get_module_context()
        # What a completion after a dot would look at.
        for value in context.create_name(names[question.number]).infer():
            for each in value.get_filters():
                each.values()
    return question.number + 1 < len(names)
