"""Reads what a source imports, so that the first question about it finds it known."""

from __future__ import annotations

from jedimind.analysis.preload import Preloaded, PreloadQuestion
from jedimind.analysis.worker.scripts import open_script


def preload(question: PreloadQuestion) -> Preloaded:
    script = open_script(question.place, question.place.source)
    context = script._get_module_context()
    names = [
        (name, f"{name.value} of {statement.get_code(include_prefix=False)}")
        for statement in script._module_node.iter_imports()
        for name in statement.get_defined_names()
    ]
    done = script._inference_state.imported
    for number, (name, known_as) in enumerate(names):
        if number < question.number or known_as in done:
            continue
        done.add(known_as)
        # What a completion after a dot would look at.
        for value in context.create_name(name).infer():
            for each in value.get_filters():
                each.values()
        return Preloaded(number + 1 if number + 1 < len(names) else None)
    return Preloaded(None)
