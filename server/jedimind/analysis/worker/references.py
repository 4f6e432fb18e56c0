"""Answers where a name is used."""

from __future__ import annotations

from jedimind.analysis.references import (
    HighlightsQuestion,
    Reference,
    References,
    ReferencesQuestion,
)
from jedimind.analysis.worker.usages.file_names import site
from jedimind.analysis.worker.usages.project import Project
from jedimind.analysis.worker.usages.search import Occurrence, Usages, usages, usages_in_file


def references(question: ReferencesQuestion) -> References:
    project = Project(question.place)
    use = project.asked.at(question.place.position)
    if use is None:
        return References()
    return _references(usages(project, project.asked, use, question.folders, question.budget))


def highlights(question: HighlightsQuestion) -> References:
    project = Project(question.place)
    use = project.asked.at(question.place.position)
    if use is None:
        return References()
    return _references(usages_in_file(project, use, question.budget))


def _references(found: Usages) -> References:
    in_order = sorted(
        found.occurrences, key=lambda each: (each.file.path, each.use.line, each.use.column)
    )
    return References(found.name, tuple(map(_reference, in_order)), found.incomplete)


def _reference(found: Occurrence) -> Reference:
    use, file = found.use, found.file
    owner = file.owner(use)
    home = file.home(owner, use.name) if owner is not None else None
    return Reference(
        location=file.location(use),
        access="write" if found.binds else "read",
        declares=found.binds and site(use) != "import" and home == (use.line, use.column),
    )
